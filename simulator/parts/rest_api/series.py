"""What the numbers of all records are over a lap, as long as callers write nothing: a truth that others change."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from simulator import seeds
from simulator.clock import Timeline
from simulator.levels import Change, Key, Levels
from simulator.parts.rest_api.edits import Book, Editor
from simulator.parts.rest_api.params import RestParams
from simulator.parts.rest_api.records import begin
from simulator.parts.rest_api.store import Store


def numbers(params: RestParams, seed: int, timeline: Timeline, data: Mapping[str, Any]) -> Levels:
    """Return the levels of numbers by resource, record and field, as the edits at the lap's begin change them."""
    starts, drain = timeline.spans[0].sim_begins, timeline.spans[-1]
    found: dict[Key, list[Change]] = {}
    for name in params.resources:
        for at, record, field, value in _told(params, name, seed, data, starts, drain.sim(drain.ends)):
            if isinstance(value, int | float) and not isinstance(value, bool):
                found.setdefault((name, record, field), []).append((at, value))
    return Levels(found)


def _told(
    params: RestParams, name: str, seed: int, data: Mapping[str, Any], starts: datetime, ends: datetime
) -> Iterator[tuple[datetime, str, str, Any]]:
    """Yield when which field of which record is what, in order."""
    resource = params.resources[name]
    key, records = begin(resource, data)
    store = Store(key, resource.order, records, starts)
    for row in store.rows.values():
        yield from ((starts, row.key, field, value) for field, value in row.record.items())
    book = Book(key, store)
    editor = Editor(seeds.child(seed, "resource", name), key, store, starts, params.edits.get(name))
    for edit in editor.until(ends):
        applied = book.apply(edit)
        if applied is None:
            continue
        record, _, now = applied
        if edit.op == "update":
            yield edit.at, record, edit.field or "", now
        elif edit.op == "insert":
            yield from ((edit.at, record, field, value) for field, value in now.items())
