"""The provider during one lap: who may ask, how much, and what is recorded of each call. No HTTP here."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from simulator import seeds
from simulator.parts.base import Lap
from simulator.parts.bucket import Bucket
from simulator.parts.llm import errors
from simulator.parts.llm.answers import Answer, Speaker
from simulator.parts.llm.embeddings import Inputs, check
from simulator.parts.llm.errors import ApiError
from simulator.parts.llm.memory import Memory
from simulator.parts.llm.params import LlmParams
from simulator.parts.llm.prompt import Prompt
from simulator.parts.llm.requests import Message
from simulator.parts.llm.responses import ResponsesRequest
from simulator.parts.llm.tables import CALLS, FLAWS

HARMLESS = frozenset({"fail"})
"""Kinds of flaws that leave no wrong answer."""

EMBEDDING = "embedding"
"""The name of the rule for embeddings in the evidence and for flaws."""
_IDS = {"chat": "chatcmpl-", "responses": "resp_", "embeddings": "embd-"}
"""The beginning of a call's id, by route."""


@dataclass
class _Past:
    """Earlier requests with the same content."""

    count: int = 0
    ended: str | None = None
    again_at: float = 0.0
    """The wall second before which the last refusal asked not to come again."""


@dataclass
class Call:
    """One call while it is being answered."""

    route: str
    """`chat`, `responses` or `embeddings`."""
    name: str
    """The call's unique name."""
    at: float
    prompt: Prompt
    key: str | None
    nth: int
    before: str | None
    early: bool
    first_at: float | None = None
    sent: int = 0
    """Tokens generated so far."""
    answer: Answer | None = None
    error: ApiError | None = None

    @property
    def id(self) -> str:
        """The answer's id."""
        return _IDS[self.route] + self.name


@dataclass
class Desk:
    """The provider during one lap."""

    part: str
    lap: Lap
    rules: LlmParams
    busy: int = 0
    """Calls being answered."""
    spent: int = 0
    """Tokens that the account has used up."""
    memory: Memory = field(default_factory=Memory)
    """The responses that later requests may continue."""
    speaker: Speaker = field(init=False)
    _requests: Bucket | None = field(init=False, default=None)
    _tokens: Bucket | None = field(init=False, default=None)
    _past: dict[str, _Past] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.configure(self.rules, fresh=True)

    def configure(self, rules: LlmParams, fresh: bool = False) -> None:
        """Apply new rules from now on; a quota that did not change keeps its level."""
        if fresh or rules.quota != self.rules.quota:
            quota, now = rules.quota, self.lap.clock.now
            self._requests = Bucket(quota.requests, quota.per, now) if quota.requests else None
            self._tokens = Bucket(quota.tokens, quota.per, now) if quota.tokens else None
        self.rules = rules
        self.speaker = Speaker(self.lap.seed, rules)
        self.fingerprint = f"fp_{hashlib.blake2b(rules.model_dump_json().encode(), digest_size=5).hexdigest()}"

    def open(self, prompt: Prompt, at: float, route: str) -> Call:
        """Return a new call that came in at wall second `at` of the lap."""
        past = self._past.setdefault(prompt.content, _Past())
        past.count += 1
        name = f"{seeds.child(self.lap.seed, 'id', prompt.content, str(past.count)):016x}"
        early = past.ended is not None and at < past.again_at
        return Call(route, name, at, prompt, self.speaker.key(prompt), past.count, past.ended, early)

    def think(self, call: Call, stranger: ApiError | None = None) -> Answer:
        """Return the answer, if the caller has a good key and the account may have one. Raises `ApiError`."""
        try:
            if stranger is not None:
                raise stranger
            call.answer = self._embed(call) if call.route == "embeddings" else self._think(call)
        except ApiError as error:
            call.error = error
            raise
        return call.answer

    def _think(self, call: Call) -> Answer:
        request, rules = call.prompt.request, self.rules
        if request.model in rules.embeddings:
            raise errors.no_chat(request.model)
        if request.model not in rules.models:
            raise errors.no_model(request.model)
        fresh = call.route == "responses"
        if request.most is not None and request.most > rules.output:
            raise errors.too_many_tokens("max_output_tokens" if fresh else "max_tokens", rules.output, request.most)
        size = call.prompt.tokens
        if size + (request.most or 1) > rules.context:
            raise errors.too_long_input() if fresh else errors.too_long(rules.context, size, request.most or 0)
        self._admit(request.model, size + (request.most or 0))
        most = min(request.most or rules.output, rules.context - size)
        answer = self.speaker.answer(call.prompt, call.nth, most)
        if request.most is None and self._tokens is not None:
            self._tokens.charge(answer.tokens)
        self.spent += size + answer.tokens
        if isinstance(request, ResponsesRequest) and request.given["store"]:
            self.memory.keep(call.id, (*request.kept, Message("assistant", answer.text, answer.calls)))
        return answer

    def _embed(self, call: Call) -> Answer:
        prompt, model = call.prompt, call.prompt.request.model
        assert isinstance(prompt, Inputs)
        if model in self.rules.models:
            raise errors.not_for(model, "generate embeddings")
        if model not in self.rules.embeddings:
            raise errors.no_model(model)
        check(prompt, self.rules.embeddings[model])
        self._admit(model, prompt.tokens)
        self.speaker.perhaps_fail(prompt, EMBEDDING, call.nth)
        self.spent += prompt.tokens
        return Answer(EMBEDDING)

    def _admit(self, model: str, size: int) -> None:
        """Charge the quotas for a request of `size` tokens, or refuse it."""
        if self.rules.capacity is not None and self.busy > self.rules.capacity:
            raise errors.failed(503)
        if self.rules.budget is not None and self.spent >= self.rules.budget:
            raise errors.no_money()
        for unit, bucket, amount in (("requests", self._requests, 1), ("tokens", self._tokens, size)):
            if bucket is not None and (wait := bucket.wait(amount)) > 0:
                if self.rules.quota.refused_count and self._requests is not None:
                    self._requests.charge(1, floor=-self._requests.limit)
                    wait = max(wait, bucket.wait(amount))
                limit = int(bucket.limit)
                used = min(max(limit - int(bucket.level()), 0), limit)
                raise errors.too_many(model, unit, limit, used, amount, self._wall(wait))
        if self._requests is not None:
            self._requests.charge(1)
        if self._tokens is not None:
            self._tokens.charge(size)

    def _wall(self, simulated: float) -> float:
        return simulated / max(self.lap.clock.rate(), 1e-9)

    def limits(self) -> dict[str, str]:
        """Return the headers that tell how much of the quotas is left. Times are wall time, as on callers' clocks."""
        headers = {}
        for unit, bucket in (("requests", self._requests), ("tokens", self._tokens)):
            if bucket is not None:
                headers[f"x-ratelimit-limit-{unit}"] = f"{bucket.limit:.0f}"
                headers[f"x-ratelimit-remaining-{unit}"] = f"{max(int(bucket.level()), 0)}"
                headers[f"x-ratelimit-reset-{unit}"] = errors.duration(self._wall(bucket.full()))
        return headers

    def close(self, call: Call, done_at: float | None, status: int | None) -> None:
        """End the call, answered or not, and record it."""
        past = self._past[call.prompt.content]
        answer, error = call.answer, call.error
        finish = answer.finish if answer and done_at is not None else None
        past.ended = error.name if error else finish or "left"
        if error and "retry-after-ms" in error.headers:
            past.again_at = self.lap.clock.at() + float(error.headers["retry-after-ms"]) / 1000
        self.lap.recorder.write(CALLS.name, self._row(call, finish, status) | {"done_at": done_at})
        for row in self._flaws(call):
            self.lap.recorder.write(FLAWS.name, row)

    def _row(self, call: Call, finish: str | None, status: int | None) -> dict[str, Any]:
        prompt, answer = call.prompt, call.answer
        struck = answer.struck if answer else ()
        talk = call.route != "embeddings"
        return {
            "at": call.at, "first_at": call.first_at, "part": self.part, "id": call.id, "route": call.route,
            "model": prompt.request.model[:80], "key": call.key, "conversation": prompt.conversation if talk else None,
            "content": prompt.content, "turn": prompt.turn if talk else None, "stream": prompt.request.stream,
            "rule": answer.rule if answer else None, "finish": finish,
            "tokens_in": prompt.tokens, "tokens_out": call.sent, "status": status,
            "error": call.error.name if call.error else None,
            "flaws": " ".join(dict.fromkeys(s.flaw.title for s in struck)) or None,
            "wrong": any(s.flaw.kind not in HARMLESS for s in struck),
            "repeated": bool(answer and answer.text and answer.text == prompt.said),
            "nth": call.nth, "before": call.before, "early": call.early,
        }  # fmt: skip

    def _flaws(self, call: Call) -> list[dict[str, Any]]:
        struck = call.answer.struck if call.answer else ()
        return [
            {"at": call.at, "part": self.part, "id": call.id, "key": call.key, "flaw": one.flaw.title,
             "kind": one.flaw.kind, "fact": one.fact, "was": one.was, "said": one.said and one.said[:200]}
            for one in struck
        ]  # fmt: skip
