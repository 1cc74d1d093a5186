"""One resource during one lap: what callers read and write, what others do meanwhile, and what is recorded."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from simulator import seeds
from simulator.parts.base import Lap
from simulator.parts.rest_api.contract import Record, Window
from simulator.parts.rest_api.edits import Book, Edit, Editor
from simulator.parts.rest_api.params import Contract, RestParams
from simulator.parts.rest_api.problems import Refused
from simulator.parts.rest_api.records import begin
from simulator.parts.rest_api.scans import Scan, Scans
from simulator.parts.rest_api.store import Row, Store
from simulator.parts.rest_api.tables import EDITS, PAGES, SCANS, SKIPPED

Op = Literal["create", "replace", "change", "delete"]

SINCE = "updated_since"
_PAGING = {"cursor", "limit", "offset", "page", "size"}


@dataclass(frozen=True)
class Written:
    """The result of a write."""

    row: Row | None
    blind: bool
    ignored: tuple[str, ...]


class Collection:
    """One resource."""

    def __init__(self, part: str, name: str, lap: Lap, rules: RestParams) -> None:
        self._part = part
        self.name = name
        self._lap = lap
        self._seed = seeds.child(lap.seed, "resource", name)
        self._resource = rules.resources[name]
        now = lap.clock.timeline.spans[0].sim_begins
        self._key, records = begin(self._resource, lap.data)
        self.store = Store(self._key, self._resource.order, records, now)
        self._editor = Editor(self._seed, self._key, self.store, now, rules.edits.get(name))
        self._book = Book(self._key, self.store)
        self._scans = Scans()
        self.edits = 0
        self._rules = rules
        self.configure(rules)

    def configure(self, rules: RestParams) -> None:
        """Apply new rules; the records stay."""
        self.advance()
        if rules.edits.get(self.name) != self._rules.edits.get(self.name):
            self._editor.configure(rules.edits.get(self.name), self._lap.clock.now())
        self._rules = rules
        contract = rules.contract.get(self.name, Contract())
        self._window = Window(self._seed, self._resource, contract, self.store.types)

    def advance(self) -> None:
        """Do what others have done by now."""
        for edit in self._editor.until(self._lap.clock.now()):
            self._apply(edit)

    def show(self, row: Row) -> Record:
        """Return a record as a caller gets it."""
        row.read = row.version
        return self._window.show(row.key, row.record, row.edited)

    def find(self, key: str) -> Row:
        """Return the row of a record. Raises `Refused` when there is none."""
        row = self.store.rows.get(key)
        if row is None:
            raise Refused("not_found", f"There is no record {key[:40]!r} in {self.name}.")
        return row

    def page(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return one page of the list. Raises `Refused`."""
        paging = self._rules.paging
        size = min(_whole(query, "size" if paging.style == "page" else "limit", paging.size, 1), paging.most)
        fits, filter_ = self._filter(query)
        rows = self.store.listed(fits)
        if paging.style == "cursor":
            position, given = None, query.get("cursor")
            number, left = self._after(rows, given) if given is not None else (None, rows)
            scan = self._begin(filter_, rows) if number is None else self._scans.numbered(number)
        else:
            start = _whole(query, "offset", 0, 0) if paging.style == "offset" else _whole(query, "page", 1, 1)
            position, given = (start if paging.style == "offset" else (start - 1) * size), str(start)
            left = rows[position:]
            scan = self._begin(filter_, rows) if position == 0 else self._scans.at(filter_, position)
        shown, last = left[:size], len(left) <= size
        keys = [row.key for row in shown]
        read = {"resource": self.name, "position": given and given[:80], "rows": len(keys), "filter": filter_}
        self._write(PAGES.name, read | {"last": last})
        if scan is not None and scan.seen(position, size, keys, last):
            self._scans.close(scan)
            self._note_scan(scan, complete=True)
        body: dict[str, Any] = {"data": [self.show(row) for row in shown]}
        following = None if last else self._next(query, position, size, shown[-1], scan)
        return body | ({"total": len(rows)} if position is not None else {}) | {"next": following}

    def write(self, op: Op, key: str | None, body: Mapping[str, Any] | None) -> Written:
        """Carry out a caller's write. Raises `Refused`."""
        old = self.find(key) if key is not None else None
        # Over an edit that no caller had read: what stood there before is lost without anybody having seen it.
        blind = old is not None and old.read < old.version
        if op == "delete" and old is not None:
            self.store.remove(old.key)
            return Written(None, blind, ())
        taken, ignored = self._window.take(body or {})
        field = self._key
        key = old.key if old else str(taken[field]) if taken.get(field) is not None else str(self.store.next_key())
        if old is None and key in self.store.rows:
            raise Refused("conflict", f"There is a record {key[:40]!r} already.")
        was = old.record if old else {field: int(key) if self.store.types.get(field) is int else key}
        kept = was if op != "replace" else {field: was[field]}
        record = {**kept, **{name: value for name, value in taken.items() if name != field}}
        self._window.check(record)
        row = self.store.put(key, record, self._lap.clock.now())
        row.read = row.version
        return Written(row, blind, tuple(ignored))

    def settle(self) -> dict[str, Any]:
        """Return the final state; readings under way end unfinished."""
        self.advance()
        for scan in self._scans.unfinished():
            self._note_scan(scan, complete=False)
        return {"records": [row.record for row in self.store.listed()], "edits": self.edits}

    def _apply(self, edit: Edit) -> None:
        found = self._book.apply(edit)
        if found is None:
            return
        key, was, now = found
        self.edits += 1
        row_ = {"resource": self.name, "record": key, "op": edit.op, "field": edit.field, "was": _json(was)}
        self._write(EDITS.name, row_ | {"now": _json(now)})

    def _filter(self, query: Mapping[str, str]) -> tuple[Callable[[Row], bool] | None, str | None]:
        """Return what a query asks for beside the page: equal fields, and edits since a time."""
        wanted: dict[str, str] = {}
        since: datetime | None = None
        for name, value in query.items():
            if name == SINCE:
                try:
                    since = datetime.fromisoformat(value).replace(tzinfo=None)
                except ValueError:
                    raise Refused("bad_request", f"{SINCE} must be a time such as 2026-03-02T08:00:00.") from None
            elif inside := self._window.inside(name):
                wanted[inside] = value
        if not wanted and since is None:
            return None, None

        def fits(row: Row) -> bool:
            if since is not None and row.edited < since:
                return False
            return all(str(row.record.get(name)) == value for name, value in wanted.items())

        told = sorted(wanted.items()) + ([(SINCE, str(since))] if since else [])
        return fits, "&".join(f"{name}={value}" for name, value in told)[:200]

    def _after(self, rows: list[Row], cursor: str) -> tuple[int, list[Row]]:
        """Return the reading that a cursor belongs to, and the rows after it."""
        try:
            name, number, mark = base64.b64decode(cursor, b"-_", validate=True).decode().split(":", 2)
            if name != self.name:
                raise ValueError(name)
            return int(number), self.store.after(rows, mark)
        except (ValueError, binascii.Error):
            raise Refused("invalid_cursor", "The cursor is not one of ours.") from None

    def _next(self, query: Mapping[str, str], position: int | None, size: int, last: Row, scan: Scan | None) -> str:
        if position is None:
            mark = f"{self.name}:{scan.number if scan else 0}:{self.store.mark(last)}"
            place: dict[str, Any] = {"cursor": base64.urlsafe_b64encode(mark.encode()).decode(), "limit": size}
        elif self._rules.paging.style == "offset":
            place = {"offset": position + size, "limit": size}
        else:
            place = {"page": position // size + 2, "size": size}
        kept = {name: value for name, value in query.items() if name not in _PAGING}
        return f"{self._rules.base}/{self.name}?{urlencode(place | kept)}"

    def _begin(self, filter_: str | None, rows: list[Row]) -> Scan:
        return self._scans.begin(self._lap.clock.at(), filter_, frozenset(row.key for row in rows))

    def _note_scan(self, scan: Scan, complete: bool) -> None:
        missed = scan.missed(set(self.store.rows)) if complete else []
        row = {"resource": self.name, "scan": scan.number, "filter": scan.filter, "pages": scan.pages}
        more = {"rows": len(scan.keys), "repeated": scan.repeated, "skipped": len(missed), "complete": complete}
        self._write(SCANS.name, row | more | {"at": scan.at, "done_at": self._lap.clock.at()})
        for key in missed:
            self._write(SKIPPED.name, {"resource": self.name, "scan": scan.number, "record": key})

    def _write(self, table: str, row: dict[str, Any]) -> None:
        self._lap.recorder.write(table, {"at": self._lap.clock.at(), "part": self._part} | row)


def _whole(query: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise Refused("bad_request", f"{name} must be a whole number of at least {least}.")
    return int(text)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)[:400]
