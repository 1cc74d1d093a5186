"""The service desk on the wire: `POST /handovers` and `GET /desk`."""

import math
from collections.abc import Mapping
from random import Random
from typing import Any

from aiohttp import web

from simulator import gate, seeds
from simulator.parts.base import Lap
from simulator.parts.service_desk.floor import Case, Floor
from simulator.parts.service_desk.params import DeskParams
from simulator.parts.service_desk.tables import HANDOVERS, SEATS
from simulator.parts.visits import Visit, Visits
from simulator.parts.web import WebPart

_PACKET = gate.Bounds(deepest=16, most=2_000, largest=2**16)
_ROOM = 32 * 2**20
"""Most bytes of all packets of a lap."""
_NAME = 40
"""Most characters of a chat's name that the evidence repeats."""


class _Day:
    """The desk during one lap."""

    def __init__(self, name: str, lap: Lap, rules: DeskParams) -> None:
        self.visits = Visits(name, lap)
        self._lap = lap
        self._rules = rules
        self._rng = seeds.rng(lap.seed, "pace")
        self._began = lap.clock.timeline.spans[0].sim_begins
        self._cases: list[Case] = []
        self._used = 0
        """Bytes used of `_ROOM`."""
        self.floor = Floor(rules.seats, self._over)

    def configure(self, rules: DeskParams) -> None:
        self._rules = rules
        self.floor.staff(rules.seats, self._now())

    def latency(self) -> float:
        return self._rules.latency.draw(self._rng)

    def state(self) -> dict[str, Any]:
        self.floor.advance(self._now())
        return {
            "seats": self.floor.seats,
            "busy": self.floor.busy,
            "queue": self.floor.queue,
            "wait_minutes": round(self.floor.wait() / 60, 2),
        }

    def take(self, packet: dict[str, Any], size: int) -> Case | None:
        """Return the case that a packet of `size` bytes opens; None when too many wait, or there is no room for it."""
        if self.floor.queue >= self._rules.most or self._used + size > _ROOM:
            return None
        self._used += size
        case = self._case(packet)
        self._cases.append(case)
        self.floor.add(case)
        row = {"at": case.at, "seats": self.floor.seats, "busy": self.floor.busy, "queue": self.floor.queue}
        self._lap.recorder.write(SEATS.name, row)
        return case

    def settle(self) -> Mapping[str, Any]:
        """Record the last minutes, and return `{"cases": [{ticket, chat, outcome, packet, …}]}`."""
        self.floor.close(self._now())
        return {"cases": [_told(case) for case in self._cases]}

    def _case(self, packet: dict[str, Any]) -> Case:
        rules, chat = self._rules, str(packet.get("chat") or "")[:_NAME]
        # A case is as long as it is, whenever it comes: by its chat, so that two deployments meet the same.
        rng = Random(seeds.child(self._lap.seed, "case", chat))
        missing = tuple(name for name in rules.needs if not packet.get(name))
        handling = round(rng.lognormvariate(math.log(rules.handling.median), rules.handling.spread), 3)
        patience = rng.uniform(rules.patience.from_, rules.patience.to)
        return Case(
            f"T-{len(self._cases) + 1:05}", chat, self._now(), handling + (rules.handling.asking if missing else 0.0),
            patience, packet, missing, at=self._lap.clock.at(),
        )  # fmt: skip

    def _now(self) -> float:
        return (self._lap.clock.now() - self._began).total_seconds()

    def _over(self, case: Case) -> None:
        self._lap.recorder.write(HANDOVERS.name, {
            "at": case.at, "ticket": case.ticket, "chat": case.chat, "missing": " ".join(case.missing) or None,
            "queue": case.queue, "waited": case.waited / 60, "outcome": case.outcome,
            "handled": case.handling / 60 if case.outcome == "taken" else None,
        })  # fmt: skip


def _told(case: Case) -> dict[str, Any]:
    return {
        "ticket": case.ticket, "chat": case.chat, "at": case.at, "outcome": case.outcome, "packet": case.packet,
        "missing": list(case.missing), "waited": case.waited / 60, "handled": case.handling / 60,
    }  # fmt: skip


class ServiceDesk(WebPart[DeskParams, _Day]):
    """The part: each lap starts with an empty floor, and everybody at their seats."""

    bounds, largest = _PACKET, _PACKET.largest

    def route(self, app: web.Application) -> None:
        app.router.add_get("/desk", self.open(_state))
        app.router.add_post("/handovers", self.open(_open))

    def serve(self, lap: Lap) -> _Day:
        return _Day(self.name, lap, self.params)

    def starting(self) -> web.Response:
        return _json({"error": "the desk is not open yet"}, 503, {"Retry-After": "1"})


async def _state(day: _Day, _request: web.Request, visit: Visit) -> web.Response:
    visit.route, visit.result = "GET desk", "ok"
    await day.visits.until(visit.due)
    return _json(day.state())


async def _open(day: _Day, request: web.Request, visit: Visit) -> web.Response:
    visit.route = "POST handovers"
    body = await request.read()
    try:
        packet = gate.parse(body, _PACKET)
    except gate.Untold as error:
        packet, why = None, f"a packet cannot be read: {error}"
    else:
        why = "a packet is a JSON object with the name of the chat in `chat`"
    if not isinstance(packet, dict) or not isinstance(packet.get("chat"), str) or not packet["chat"]:
        visit.result = "refused"
        return _json({"error": why}, 422)
    visit.key = packet["chat"][:_NAME]
    case = day.take(packet, len(body))
    if case is None:
        visit.result = "full"
        return _json({"error": "too many wait already"}, 503)
    visit.result = "incomplete" if case.missing else "ok"
    await day.visits.until(visit.due)
    wait = round(day.floor.wait() / 60, 2) if case.outcome == "waiting" else 0.0
    return _json({"ticket": case.ticket, "missing": list(case.missing), "wait_minutes": wait}, 201)


def _json(body: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(body=gate.dumps(body), status=status, headers=headers, content_type="application/json")
