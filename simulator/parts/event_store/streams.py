"""The streams of one lap: appended events, and those that the customer learns of by simulated time."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from simulator.clock import Timeline
from simulator.parts.event_store.params import Stream

if TYPE_CHECKING:
    from simulator.dirt import Dataset


@dataclass(frozen=True)
class Event:
    """One event, which never changes."""

    seq: int
    sim: datetime
    key: str
    body: bytes
    """The event as JSON."""


@dataclass
class Written:
    """A stream that the deployment appends to."""

    rules: Stream
    events: list[Event] = field(default_factory=list)
    by_key: dict[str, list[Event]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    """Sequence numbers by the events' own ids."""

    @property
    def key(self) -> str:
        return self.rules.key or "key"

    def known(self, _at: float) -> int:
        """Return the number of events."""
        return len(self.events)

    def hold(self, at: float, *, held: bool) -> None:
        """Do nothing: this stream cannot pause."""

    def append(self, data: Mapping[str, Any], body: bytes, sim: datetime) -> tuple[Event, bool]:
        """Return the event, and whether it is new: one with the `id` of an earlier event is that event."""
        name = data.get("id")
        if isinstance(name, str) and name in self.ids:
            return self.events[self.ids[name] - 1], False
        event = Event(len(self.events) + 1, sim, str(data[self.key]), body)
        self.events.append(event)
        self.by_key.setdefault(event.key, []).append(event)
        if isinstance(name, str):
            self.ids[name] = event.seq
        return event, True


class Fed:
    """A stream of the customer's: the rows of a dataset, each from when it becomes known. Raises `KeyError`."""

    def __init__(self, rules: Stream, dataset: "Dataset", timeline: Timeline) -> None:
        assert rules.time is not None
        self._rules = rules
        self._dataset = dataset
        self.key = rules.key or dataset.key
        self._sims: list[datetime] = dataset.clean[rules.time].astype("datetime64[us]").tolist()
        self._due = [timeline.when(sim) for sim in self._sims]
        self._frozen: int | None = None
        origin: list[int] = dataset.origin.tolist()
        rows = list(dataset.records())
        order = sorted(range(len(rows)), key=lambda row: self._due[origin[row]])
        names = set(rules.fields)
        self.events = [
            Event(seq, self._sims[origin[row]], str(rows[row].get(self.key)), _json(rows[row], names, rules.time))
            for seq, row in enumerate(order, 1)
        ]
        self.by_key: dict[str, list[Event]] = {}
        for event in self.events:
            self.by_key.setdefault(event.key, []).append(event)
        self._begins = [self._due[origin[row]] for row in order]
        self._first: dict[int, tuple[int, Any]] = {}
        for seq, row in enumerate(order, 1):
            self._first.setdefault(origin[row], (seq, rows[row].get(rules.value)))

    def known(self, at: float) -> int:
        """Return how many events have come by then."""
        return bisect_right(self._begins, at) if self._frozen is None else self._frozen

    def hold(self, at: float, *, held: bool) -> None:
        """Pause or resume."""
        if held and self._frozen is None:
            self._frozen = self.known(at)
        elif not held:
            self._frozen = None

    def labels(self, at: float) -> Iterator[dict[str, Any]]:
        """Yield every row as it should be, for the evidence."""
        clean = self._dataset.clean
        values = clean[self._rules.value].tolist() if self._rules.value in clean else [None] * len(self._due)
        known = self.known(at)
        for row, (key, value) in enumerate(zip(clean[self.key].tolist(), values, strict=True)):
            seq, told = self._first.get(row, (None, None))
            yield {"key": str(key), "value": number(value), "told": number(told), "seq": seq, "due": self._due[row],
                   "sim": self._sims[row].isoformat(), "came": seq is not None and seq <= known}  # fmt: skip


def page(stream: Written | Fed, since: int, known: int, most: int, key: str | None) -> tuple[list[Event], int]:
    """Return the known events after a cursor, and the cursor for the next ones."""
    if key is None:
        found = stream.events[since : min(since + most, known)]
        return found, since + len(found)
    found = [event for event in stream.by_key.get(key, ()) if since < event.seq <= known][:most]
    return found, found[-1].seq if len(found) == most else max(since, known)


def number(value: Any) -> float | None:
    """Return a value as a number for the evidence; None when it is not one."""
    if isinstance(value, bool | int | float):
        try:
            return float(value) if math.isfinite(value) else None
        except OverflowError:
            return None
    return None


def _json(row: Mapping[str, Any], names: set[str], time: str) -> bytes:
    """Return the shown fields of a row as JSON; NaN and infinity are null."""
    return orjson.dumps({name: v for name, v in row.items() if (name in names if names else name != time)}, default=str)
