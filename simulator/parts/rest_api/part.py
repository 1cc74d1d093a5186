"""The REST API on the wire: lists and records below its base, and `POST /oauth/token`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from simulator import gate, seeds
from simulator.parts.base import Lap
from simulator.parts.rest_api.access import Access
from simulator.parts.rest_api.collection import Collection, Op, Written
from simulator.parts.rest_api.params import RestParams
from simulator.parts.rest_api.problems import Refused, success
from simulator.parts.rest_api.store import Row
from simulator.parts.rest_api.tables import LOGINS, WRITES
from simulator.parts.visits import Visit, Visits
from simulator.parts.web import WebPart

_ROOM = 64 * 2**20
"""Most bytes of everything that callers write in a lap."""

_OPS: Mapping[str, Op] = {"POST": "create", "PUT": "replace", "PATCH": "change", "DELETE": "delete"}


class _Service:
    """The API during one lap."""

    def __init__(self, name: str, lap: Lap, rules: RestParams) -> None:
        self.visits = Visits(name, lap)
        self.rules = rules
        self._name = name
        self._lap = lap
        self._pace = seeds.rng(lap.seed, "latency")
        self._access = Access(lap.clock.now, lap.clock.rate, seeds.rng(lap.seed, "tokens"))
        self._access.configure(rules.login, rules.limit)
        self._resources = {resource: Collection(name, resource, lap, rules) for resource in rules.resources}
        self._replies: dict[tuple[str, str], tuple[bytes, str]] = {}
        """(body, the record's key) of POSTs by resource and idempotency key."""
        self._written = 0
        """Bytes used of `_ROOM`."""

    def configure(self, rules: RestParams) -> None:
        self.rules = rules
        self._access.configure(rules.login, rules.limit)
        for resource in self._resources.values():
            resource.configure(rules)

    def latency(self) -> float:
        return self.rules.latency.draw(self._pace)

    def settle(self) -> Mapping[str, Any]:
        """Return `{resource: {"records": [as the customer keeps them], "edits": number by others}}`."""
        return {name: resource.settle() for name, resource in self._resources.items()}

    async def answer(self, request: web.Request, visit: Visit) -> web.Response:
        """Return the answer to a request; data is read last, so that it is true when the answer leaves."""
        body = await request.read()
        await self.visits.until(visit.due)
        try:
            response = self._serve(request, body, visit)
            visit.result = visit.result or "ok"
        except Refused as refused:
            visit.result = refused.code
            response = refused.response(self.rules.errors)
        return response

    def _serve(self, request: web.Request, body: bytes, visit: Visit) -> web.Response:
        if request.path == "/oauth/token" and request.method == "POST":
            visit.route = "login"
            return self._login(body, request.content_type)
        name, key, resource = self._place(request.path)
        verb = "list" if key is None and request.method == "GET" else request.method.lower()
        visit.route, visit.key = f"{verb} {name}", key and key[:80]
        self._access.check(request.headers.get("Authorization", ""))
        self._access.count()
        resource.advance()
        if request.method == "GET" and key is None:
            return self._success(resource.page(request.query))
        if request.method == "GET" and key is not None:
            row = resource.find(key)
            return self._success(resource.show(row), headers=_tag(row))
        if request.method not in _OPS or (request.method == "POST") != (key is None):
            raise Refused("method_not_allowed", f"{request.method} is not possible here.")
        return self._write(resource, request, key, body, visit)

    def _place(self, path: str) -> tuple[str, str | None, Collection]:
        rest = path.removeprefix(self.rules.base) if path.startswith(f"{self.rules.base}/") else ""
        name, _, key = rest.strip("/").partition("/")
        if name not in self._resources or "/" in key:
            raise Refused("not_found", "There is nothing here.")
        return name, key or None, self._resources[name]

    def _login(self, body: bytes, media: str) -> web.Response:
        form = _form(body, media)
        refused = True
        try:
            token = self._access.login(form)
            refused = False
        finally:
            row = {"at": self._lap.clock.at(), "part": self._name, "refused": refused, "open": self._access.open}
            self._lap.recorder.write(LOGINS.name, row)
        return self._success(token, headers={"Cache-Control": "no-store"})

    def _write(
        self, resource: Collection, request: web.Request, key: str | None, body: bytes, visit: Visit
    ) -> web.Response:
        op, result, written = _OPS[request.method], "ok", Written(None, False, ())
        try:
            self._conditions(resource, request, key)
            self._written += len(body)
            if self._written > _ROOM:
                raise Refused("full", "There is no more room.")
            if replayed := self._before(resource, request, body):
                result, written = "replayed", Written(replayed, False, ())
            else:
                written = resource.write(op, key, None if op == "delete" else _object(body))
                self._remember(resource, request, body, written)
        except Refused as refused:
            result = refused.code
            raise
        finally:
            visit.key = written.row.key if written.row else key
            self._lap.recorder.write(
                WRITES.name,
                {"at": self._lap.clock.at(), "part": self._name, "resource": resource.name, "record": visit.key,
                 "op": op, "result": result, "blind": written.blind, "ignored": " ".join(written.ignored) or None},
            )  # fmt: skip
        if written.row is None:
            return self._success({}, 204)
        place = {"Location": f"{self.rules.base}/{resource.name}/{written.row.key}"} if op == "create" else {}
        return self._success(resource.show(written.row), 201 if op == "create" else 200, place | _tag(written.row))

    def _conditions(self, resource: Collection, request: web.Request, key: str | None) -> None:
        """Check `If-Match`: the record is as the caller read it (RFC 9110 §13.1.1)."""
        rule, given = self.rules.writes.conditional, request.headers.get("If-Match")
        if rule == "off" or key is None:
            return
        if given is None:
            if rule == "required":
                raise Refused("precondition_required", "Send If-Match with the record's ETag.")
            return
        row = resource.find(key)
        if given.strip() != "*" and _tag(row)["ETag"] not in [tag.strip() for tag in given.split(",")]:
            raise Refused("precondition_failed", "The record has changed since you read it.", headers=_tag(row))

    def _before(self, resource: Collection, request: web.Request, body: bytes) -> Row | None:
        """Return the record that an earlier POST with this idempotency key created; None when there was none."""
        key = request.headers.get("Idempotency-Key")
        known = self._replies.get((resource.name, key)) if key and self.rules.writes.idempotency else None
        if known is None or request.method != "POST":
            return None
        if known[0] != body:
            raise Refused("validation_failed", "The Idempotency-Key was used for another record.")
        return resource.find(known[1])

    def _remember(self, resource: Collection, request: web.Request, body: bytes, written: Written) -> None:
        key = request.headers.get("Idempotency-Key")
        if key and self.rules.writes.idempotency and request.method == "POST" and written.row:
            self._replies[(resource.name, key[:200])] = (body, written.row.key)

    def _success(self, body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
        return success(body, status, headers or {}, self.rules.errors)


class RestApi(WebPart[RestParams, _Service]):
    """The part. Its resources stay as they were when the lap began, whatever `configure` brings."""

    def route(self, app: web.Application) -> None:
        app.router.add_route("*", "/{path:.*}", self.open(_Service.answer))

    def serve(self, lap: Lap) -> _Service:
        return _Service(self.name, lap, self.params)

    def starting(self) -> web.Response:
        refused = Refused("starting", "The service is starting.", headers={"Retry-After": "1"})
        return refused.response(self.params.errors)


def _tag(row: Row) -> dict[str, str]:
    return {"ETag": f'"{row.version}"'}


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        data = gate.parse(body)
    except gate.Untold as error:
        raise Refused("bad_request", f"The body cannot be read: {error}.") from None
    if not isinstance(data, dict):
        raise Refused("bad_request", "The body must be an object.")
    return data


def _form(body: bytes, media: str) -> Mapping[str, str]:
    """Return the fields of a request for a token, sent as a form or, as many clients do, as JSON."""
    if media == "application/json":
        try:
            data = gate.parse(body)
        except gate.Untold:
            data = None
        return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}
    return dict(parse_qsl(body.decode("utf-8", "replace")))
