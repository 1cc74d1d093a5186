"""The event store as the registry knows it; the server's libraries are imported only when one is made."""

from typing import Any

from scenarios.vocabulary import ANY
from simulator.parts.base import Access, PartKind, made_by, refuses
from simulator.parts.event_store.params import EventStoreParams
from simulator.parts.event_store.tables import TABLES


def _access(params: EventStoreParams) -> Access:
    return Access(more={"TOKEN": params.token} if params.token else {}, bearer=params.token)


_ANSWERS: list[Any] = [
    {"streams": [{"name": "", "events": 0}]},
    {"events": [{"seq": 0, "at": "", "data": ANY}], "next": 0, "more": False},
    {"seqs": [0]},
    {"type": "", "title": "", "status": 0, "detail": ""},
]
"""Its streams, a page of one, what was appended, and a refusal."""

EVENT_STORE = PartKind(
    name="event-store",
    params=EventStoreParams,
    make=made_by("simulator.parts.event_store.part:EventStore"),
    protocol="http",
    tables=TABLES,
    access=_access,
    example=lambda _params: "GET /v1/streams",
    speaks="json",
    answers=lambda _params, _around: _ANSWERS,
    limits={"largest": refuses("too_large"), "room": refuses("full")},
)
