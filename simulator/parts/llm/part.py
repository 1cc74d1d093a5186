"""The language model on the wire: `/v1/chat/completions`, `/v1/responses`, `/v1/embeddings` and `/v1/models`.

That a caller has left is noticed at the next token of a stream; without a stream, only when the answer is ready, and it
is charged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from random import Random
from typing import Any

from aiohttp import web

from simulator import gate, seeds
from simulator.parts.base import Lap
from simulator.parts.llm import checking, embeddings, errors, replies, requests, responses, wire
from simulator.parts.llm.answers import Answer
from simulator.parts.llm.desk import Call, Desk
from simulator.parts.llm.errors import ApiError
from simulator.parts.llm.params import LlmParams
from simulator.parts.llm.prompt import Prompt
from simulator.parts.visits import Visit, Visits
from simulator.parts.web import WebPart

_POSTED = ("/v1/chat/completions", "/v1/responses", "/v1/embeddings")

_REFUSAL = 0.010
"""Seconds that a refusal takes."""


@dataclass(frozen=True)
class _Talk:
    """An endpoint where the model answers: how its requests are read, and its answers written."""

    route: str
    read: Callable[[bytes, Desk], requests.ChatRequest]
    whole: Callable[[Call, Answer, int, str], bytes]
    events: Callable[[Call, Answer, int, str], Iterator[tuple[int, bytes]]]
    end: bytes
    """The end of a stream."""


_CHAT = _Talk("chat", lambda body, _desk: requests.read(body), wire.completion, wire.chunks, wire.DONE)
_RESPONSES = _Talk(
    "responses", lambda body, desk: responses.read(body, desk.memory.recall), replies.response, replies.events, b""
)


class _Service:
    """The provider during one lap, on the wire."""

    def __init__(self, name: str, lap: Lap, rules: LlmParams) -> None:
        self.desk = Desk(name, lap, rules)
        self.visits = Visits(name, lap)
        self._lap = lap

    def latency(self) -> float:
        return _REFUSAL

    def configure(self, rules: LlmParams) -> None:
        self.desk.configure(rules)

    def settle(self) -> Mapping[str, Any]:
        """Return `{"tokens": used up in this lap}`."""
        return {"tokens": self.desk.spent}

    async def talk(self, how: _Talk, request: web.Request, visit: Visit) -> web.StreamResponse:
        visit.route = how.route
        body = await request.read()
        with self._call(lambda: Prompt(how.read(body, self.desk)), request, visit) as (call, answer):
            return await (self._stream if call.prompt.request.stream else self._whole)(
                how, request, visit, call, answer
            )

    async def embed(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        visit.route = "embeddings"
        body = await request.read()
        with self._call(lambda: embeddings.Inputs(embeddings.read(body)), request, visit) as (call, answer):
            prompt = call.prompt
            assert isinstance(prompt, embeddings.Inputs)
            dimensions = self.desk.rules.embeddings[prompt.request.model]
            call.first_at = visit.at + self._first(self._rng(call), call)
            # A long text takes a while: the other parts of this process go on meanwhile.
            made = await asyncio.to_thread(lambda: gate.dumps(embeddings.body(prompt, dimensions)))
            await self.visits.until(call.first_at)
            visit.result = answer.finish
            return web.Response(body=made, content_type="application/json", headers=self.headers(call))

    @contextmanager
    def _call(self, read: Callable[[], Prompt], request: web.Request, visit: Visit) -> Iterator[tuple[Call, Answer]]:
        """Yield a call that is being answered. Raises `ApiError` when it is refused."""
        stranger = self.stranger(request)
        try:
            prompt = read()
        except ApiError as error:
            raise stranger or error from None
        call = self.desk.open(prompt, visit.at, visit.route)
        visit.key = call.key
        visit.also = lambda done_at: self.desk.close(call, done_at, visit.status)
        self.desk.busy += 1
        try:
            yield call, self.desk.think(call, stranger)
        finally:
            self.desk.busy -= 1

    async def models(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        visit.route = "models"
        if stranger := self.stranger(request):
            raise stranger
        rules = self.desk.rules
        models = {name: wire.model(name, self._created()) for name in (*rules.models, *rules.embeddings)}
        wanted = request.match_info.get("model")
        if wanted is None:
            return _json({"object": "list", "data": list(models.values())})
        if wanted not in models:
            raise errors.no_model(wanted)
        return _json(models[wanted])

    async def stored(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        """Show or delete a response that was stored. Raises `ApiError` where there is none."""
        visit.route = "responses"
        if stranger := self.stranger(request):
            raise stranger
        name, memory = request.match_info["response"], self.desk.memory
        if request.method == "DELETE":
            memory.forget(name)
            return _json({"id": name, "object": "response", "deleted": True})
        return web.Response(body=memory.body(name), content_type="application/json", headers=self.headers())

    def stranger(self, request: web.Request) -> ApiError | None:
        """Return the refusal of a caller without a good key; None for one with a good key."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            return errors.no_key()
        good = not self.desk.rules.keys or key.strip() in self.desk.rules.keys
        return None if good else errors.wrong_key(key.strip())

    def headers(self, call: Call | None = None) -> dict[str, str]:
        """Return the headers of every answer."""
        name = {"x-request-id": f"req_{call.name}"} if call else {}
        return {"openai-version": "2020-10-01", **name, **self.desk.limits()}

    async def _whole(
        self, how: _Talk, _request: web.Request, visit: Visit, call: Call, answer: Answer
    ) -> web.StreamResponse:
        rng = self._rng(call)
        call.first_at = visit.at + self._first(rng, call)
        await self.visits.until(call.first_at + sum(self._gap(rng) for _ in range(answer.tokens)))
        call.sent = answer.tokens
        visit.result = answer.finish
        body = how.whole(call, answer, self._created(), self.desk.fingerprint)
        self.desk.memory.answered(call.id, body)
        return web.Response(body=body, content_type="application/json", headers=self.headers(call))

    async def _stream(
        self, how: _Talk, request: web.Request, visit: Visit, call: Call, answer: Answer
    ) -> web.StreamResponse:
        rng = self._rng(call)
        response = web.StreamResponse(headers=self.headers(call) | {"Cache-Control": "no-cache"})
        response.content_type = "text/event-stream"
        response.charset = "utf-8"
        due = visit.at + self._first(rng, call)
        await self.visits.until(due)
        visit.status = 200
        try:
            await response.prepare(request)
            created = self._created()
            for made, event in how.events(call, answer, created, self.desk.fingerprint):
                due += sum(self._gap(rng) for _ in range(made))
                await self.visits.until(due)
                if made and call.first_at is None:
                    call.first_at = self._lap.clock.at()
                await response.write(event)
                call.sent += made
            self.desk.memory.answered(call.id, how.whole(call, answer, created, self.desk.fingerprint))
            await response.write_eof(how.end)
            visit.result = answer.finish
        except ConnectionError:
            visit.result = "left"
        return response

    def _rng(self, call: Call) -> Random:
        return seeds.rng(self._lap.seed, "pace", call.prompt.content, str(call.nth))

    def _first(self, rng: Random, call: Call) -> float:
        pace = self.desk.rules.pace
        return (pace.first.draw(rng) + pace.input * call.prompt.tokens / 1000) * self._load()

    def _gap(self, rng: Random) -> float:
        return self.desk.rules.pace.token.draw(rng) * self._load()

    def _load(self) -> float:
        return 1 + self.desk.rules.pace.load * (self.desk.busy - 1)

    def _created(self) -> int:
        return int(self._lap.clock.now().replace(tzinfo=UTC).timestamp())


_Serve = Callable[[_Service, web.Request, Visit], Awaitable[web.StreamResponse]]


class Llm(WebPart[LlmParams, _Service]):
    """The part: each lap starts with full quotas, nothing spent, and no memory."""

    bounds, largest = checking.BODY, checking.BODY.largest

    def route(self, app: web.Application) -> None:
        app.router.add_post("/v1/chat/completions", self._open(partial(_talk, _CHAT)))
        app.router.add_post("/v1/responses", self._open(partial(_talk, _RESPONSES)))
        for method in ("GET", "DELETE"):
            app.router.add_route(method, "/v1/responses/{response}", self._open(_Service.stored))
        app.router.add_post("/v1/embeddings", self._open(_Service.embed))
        app.router.add_get("/v1/models", self._open(_Service.models))
        app.router.add_get("/v1/models/{model:.+}", self._open(_Service.models))
        app.router.add_route("*", "/{rest:.*}", self._open(_nothing))

    def serve(self, lap: Lap) -> _Service:
        return _Service(self.name, lap, self.params)

    def starting(self) -> web.Response:
        return _refuse(errors.failed(503, 1.0), {})

    def _open(self, serve: _Serve) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        return self.open(partial(_answer, serve))


async def _talk(how: _Talk, service: _Service, request: web.Request, visit: Visit) -> web.StreamResponse:
    return await service.talk(how, request, visit)


async def _answer(serve: _Serve, service: _Service, request: web.Request, visit: Visit) -> web.StreamResponse:
    """Return what `serve` answers, and refusals in the API's own shape."""
    try:
        response = await serve(service, request, visit)
        visit.result = visit.result or "ok"
        return response
    except ApiError as error:
        visit.result = error.name
        await service.visits.until(visit.due)
        return _refuse(error, service.headers())


async def _nothing(_service: _Service, request: web.Request, _visit: Visit) -> web.StreamResponse:
    if request.path in _POSTED:
        message = f"Not allowed to {request.method} on {request.path} (HINT: Perhaps you meant to use a POST?)"
        raise ApiError(405, message, code="method_not_supported")
    raise ApiError(404, f"Invalid URL ({request.method} {request.path[:80]})")


def _refuse(error: ApiError, headers: Mapping[str, str]) -> web.Response:
    response = _json(error.body(), error.status)
    response.headers.update({**headers, **error.headers})
    return response


def _json(data: Any, status: int = 200) -> web.Response:
    return web.Response(body=gate.dumps(data), status=status, content_type="application/json")
