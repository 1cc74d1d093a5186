"""The rows that a deployment leaves in a customer's system, in a part's final state."""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from labs.verify.offline.base import Heard
from labs.verify.offline.stage import Stage
from simulator.workloads.decisions import Left


def rows(state: Mapping[str, Any], left: Left) -> list[dict[str, Any]]:
    """Return the rows in a part's final state, empty where there are none."""
    found: Any = state
    for key in left.rows:
        found = found[key]
    return list(found)


def put(site: MutableMapping[str, Any], part: str, left: Left, found: Sequence[Mapping[str, Any]]) -> None:
    """Replace the rows in a part's final state."""
    place: Any = site[part]
    for key in left.rows[:-1]:
        if key not in place:
            place[key] = {}
        place = place[key]
    place[left.rows[-1]] = list(found)


def made_up(left: Left, one: Heard) -> dict[str, Any]:
    """Return the row of somebody who leaves one for everybody, of one request and its answer."""
    row: dict[str, Any] = {"at": one.asked.intent.at, **left.rest}
    for column, said in left.columns.items():
        word, _, field = said.partition(" ")
        source = {"asked": one.asked.body, "answer": one.told.answer or {}}.get(word)
        assign(row, column, source.get(field) if source is not None and field in source else said)
    return row


def cell(row: Mapping[str, Any], column: str) -> Any:
    """Return a column of a row; a dot leads into an object."""
    found: Any = row
    for key in column.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def assign(row: dict[str, Any], column: str, value: Any) -> None:
    """Set a column of a row, in place."""
    *outer, name = column.split(".")
    for key in outer:
        if not isinstance(row.get(key), dict):
            row[key] = {}
        row = row[key]
    row[name] = value


def follow(stage: Stage, site: MutableMapping[str, Any], heard: Sequence[Heard]) -> None:
    """Let rows that go with an answer come and go with it, in place: whoever says so does so."""
    for stream in stage.scenario.traffic:
        for left in stage.decisions(stream).left:
            part = stage.part(stream, left.part)
            if left.when is not None and left.case is not None and part is not None:
                put(site, part, left, _followed(left, rows(site[part], left), stream, heard))


def _followed(left: Left, found: list[dict[str, Any]], stream: str, heard: Sequence[Heard]) -> list[dict[str, Any]]:
    assert left.when is not None
    field, value = left.when
    wanted: dict[Any, dict[str, Any]] = {}
    for one in heard:
        if one.asked.stream == stream and one.told.answer is not None and one.told.answer.get(field) == value:
            row = made_up(left, one)
            wanted.setdefault(cell(row, str(left.case)), row)
    there = {cell(row, str(left.case)) for row in found}
    return [*(r for r in found if cell(r, str(left.case)) in wanted), *(r for c, r in wanted.items() if c not in there)]
