"""The event store on the wire: `POST` to a stream appends, `GET` reads on after a cursor."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from simulator import gate, seeds
from simulator.parts.base import Lap
from simulator.parts.event_store.params import EventStoreParams
from simulator.parts.event_store.streams import Event, Fed, Written, number, page
from simulator.parts.event_store.tables import EVENTS, LABELS, READS
from simulator.parts.problems import Problem, answer, check_token, json, nowhere, parsed, starting
from simulator.parts.visits import Visit, Visits
from simulator.parts.web import WebPart

_BATCH = 1000
"""Most events that one request may append."""
_EVENTS = gate.Bounds(most=50 * _BATCH)


class _Service:
    """The store during one lap."""

    def __init__(self, name: str, lap: Lap, rules: EventStoreParams) -> None:
        self.visits = Visits(name, lap)
        self.rules = rules
        self._name = name
        self._lap = lap
        self._pace = seeds.rng(lap.seed, "latency")
        self._used = 0
        self.streams: dict[str, Written | Fed] = {
            stream: Written(of) if of.data is None else Fed(of, lap.data[of.data], lap.clock.timeline)
            for stream, of in rules.streams.items()
        }
        self.configure(rules)

    def latency(self) -> float:
        return self.rules.latency.draw(self._pace)

    def configure(self, rules: EventStoreParams) -> None:
        self.rules = rules
        for name, stream in self.streams.items():
            stream.hold(self._lap.clock.at(), held=name in rules.held)

    def settle(self) -> Mapping[str, Any]:
        """Return `{stream: number of its events}`."""
        at = self._lap.clock.at()
        for name, stream in self.streams.items():
            if isinstance(stream, Fed):
                for row in stream.labels(at):
                    self._lap.recorder.write(LABELS.name, {"part": self._name, "stream": name, **row})
        return {name: stream.known(at) for name, stream in self.streams.items()}

    async def index(self, request: web.Request, visit: Visit) -> web.Response:
        visit.route = "list"

        def serve(_body: bytes) -> web.Response:
            check_token(self.rules.token, request)
            at = self._lap.clock.at()
            return json({"streams": [{"name": n, "events": s.known(at)} for n, s in self.streams.items()]})

        return await answer(self.visits, visit, request, serve)

    async def read(self, request: web.Request, visit: Visit) -> web.Response:
        name = request.match_info["stream"][:40]
        visit.route, visit.key = f"read {name}", request.query.get("key")

        def serve(_body: bytes) -> web.Response:
            check_token(self.rules.token, request)
            stream = self._stream(name)
            since, limit = _whole(request, "since", 0, 0), _whole(request, "limit", self.rules.page, 1)
            known = stream.known(self._lap.clock.at())
            found, cursor = page(stream, since, known, min(limit, self.rules.page), visit.key)
            row = {"since": since, "until": cursor, "events": len(found), "known": known, "key": visit.key}
            self._record(READS.name, name, row)
            return _page(found, cursor, more=cursor < known)

        return await answer(self.visits, visit, request, serve)

    async def append(self, request: web.Request, visit: Visit) -> web.Response:
        name = request.match_info["stream"][:40]
        visit.route = f"append {name}"

        def serve(body: bytes) -> web.Response:
            check_token(self.rules.token, request)
            stream = self._stream(name)
            if isinstance(stream, Fed):
                detail = f"{name} is filled by the customer."
                raise Problem(405, "method_not_allowed", detail, {"Allow": "GET"})
            events = self._events(stream, parsed(body, _EVENTS))
            visit.key = str(events[0][0][stream.key])[:80]
            return json({"seqs": [self._append(name, stream, *event) for event in events]}, 201)

        return await answer(self.visits, visit, request, serve)

    async def nothing(self, request: web.Request, visit: Visit) -> web.Response:
        return await answer(self.visits, visit, request, nowhere)

    def _stream(self, name: str) -> Written | Fed:
        if name not in self.streams:
            raise Problem(404, "not_found", f"There is no stream {name!r}. There are: {', '.join(self.streams)}.")
        return self.streams[name]

    def _events(self, stream: Written, given: Any) -> list[tuple[dict[str, Any], bytes]]:
        """Return the events in a body, all of them or none."""
        events = given if isinstance(given, list) else [given]
        if not 0 < len(events) <= _BATCH:
            raise Problem(400, "bad_request", f"Send one event, or a list of 1 to {_BATCH}.")
        wrong = [f"event {index}: {problem}" for index, e in enumerate(events) if (problem := self._wrong(stream, e))]
        if wrong:
            raise Problem(422, "validation_failed", wrong[0], errors=wrong[:20])
        found = [(event, gate.dumps(event)) for event in events]
        if any(len(body) > self.rules.largest for _, body in found):
            raise Problem(413, "too_large", f"An event has at most {self.rules.largest} bytes.")
        if self._used + sum(len(body) for _, body in found) > self.rules.room:
            raise Problem(507, "full", "There is no more room.")
        return found

    def _wrong(self, stream: Written, event: Any) -> str | None:
        if not isinstance(event, dict):
            return "must be an object"
        if not isinstance(event.get(stream.key), str | int):
            return f"{stream.key} must be a text or a whole number"
        return next((f"{name} is missing" for name in stream.rules.required if event.get(name) is None), None)

    def _append(self, name: str, stream: Written, data: dict[str, Any], body: bytes) -> int:
        event, new = stream.append(data, body, self._lap.clock.now())
        if new:
            self._used += len(body)
            rules = stream.rules
            version, role = (None if data.get(f) is None else str(data[f]) for f in (rules.version, rules.role))
            row = {"seq": event.seq, "key": event.key, "version": version, "role": role,
                   "value": number(data.get(rules.value)), "propensity": number(data.get(rules.propensity)),
                   "sim": event.sim.isoformat(), "data": body.decode()}  # fmt: skip
            self._record(EVENTS.name, name, row)
        return event.seq

    def _record(self, table: str, stream: str, row: Mapping[str, Any]) -> None:
        self._lap.recorder.write(table, {"at": self._lap.clock.at(), "part": self._name, "stream": stream, **row})


class EventStore(WebPart[EventStoreParams, _Service]):
    """The part: each lap starts with the deployment's streams empty, and the customer's at their beginning."""

    bounds, largest = _EVENTS, _EVENTS.largest

    def route(self, app: web.Application) -> None:
        app.router.add_get("/v1/streams", self.open(_Service.index))
        app.router.add_get("/v1/streams/{stream}", self.open(_Service.read))
        app.router.add_post("/v1/streams/{stream}", self.open(_Service.append))
        app.router.add_route("*", "/{rest:.*}", self.open(_Service.nothing))

    def serve(self, lap: Lap) -> _Service:
        return _Service(self.name, lap, self.params)

    def starting(self) -> web.Response:
        return starting()


def _whole(request: web.Request, name: str, default: int, least: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal() or len(text) > 15 or int(text) < least:
        raise Problem(400, "bad_request", f"{name} must be a whole number of at least {least}.")
    return int(text)


def _page(events: list[Event], cursor: int, *, more: bool) -> web.Response:
    """Return the events, whose bodies already are JSON, as JSON."""
    found = b",".join(
        b'{"seq":%d,"at":"%s","data":%s}' % (event.seq, event.sim.isoformat().encode(), event.body) for event in events
    )
    body = b'{"events":[%s],"next":%d,"more":%s}' % (found, cursor, b"true" if more else b"false")
    return web.Response(body=body, content_type="application/json")
