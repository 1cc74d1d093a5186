"""What the customer's own people do to a resource meanwhile: a pure function of seed and simulated time.

What callers write does not affect what is edited and when; an edit of a record that a caller has deleted has no effect.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from simulator import seeds
from simulator.parts.rest_api.params import Edits
from simulator.parts.rest_api.store import Store

Op = Literal["update", "insert", "delete"]
_OPS: tuple[Op, ...] = ("update", "insert", "delete")


@dataclass(frozen=True)
class Edit:
    """One edit, due at a simulated time."""

    at: datetime
    op: Op
    key: str
    """The record's key; for one inserted meanwhile, the name that its insert gave it, such as `+3`."""
    field: str | None = None
    """For an update: the field, which gets the value that another record had in the beginning."""
    record: Mapping[str, Any] | None = None
    """For an update, that other record; for an insert, the new one without its key."""
    times: float | None = None
    """For an update of a number: by what it is multiplied, in the place of another's value."""

    def value(self, was: Any) -> Any:
        """Return what an update makes of the field's value."""
        assert self.field is not None and self.record is not None
        if self.times is None or isinstance(was, bool) or not isinstance(was, int | float):
            return self.record.get(self.field)
        if not math.isfinite(was):
            return was
        moved = round(was * self.times, _decimals(was))
        return int(moved) if isinstance(was, int) else moved


class Editor:
    """Edits one resource."""

    def __init__(self, seed: int, key: str, store: Store, now: datetime, rules: Edits | None) -> None:
        self._names = [name for name in store.types if name != key]
        self._begin = [{name: row.record.get(name) for name in self._names} for row in store.rows.values()]
        self._alive = list(store.rows)
        self._inserted = 0
        self._times = seeds.rng(seed, "edit times")
        self._picks = seeds.rng(seed, "edits")
        self.configure(rules, now)

    def configure(self, rules: Edits | None, now: datetime) -> None:
        """Apply new rules from now on; None: nobody edits."""
        self._rules = rules
        self._next = now
        self._wait()

    def until(self, now: datetime) -> Iterator[Edit]:
        """Yield the edits that are due by now, each once."""
        while self._rules is not None and self._next <= now:
            edit = self._draw(self._next, self._rules)
            self._wait()
            if edit is not None:
                yield edit

    def _wait(self) -> None:
        if self._rules is not None:
            self._next += timedelta(seconds=self._times.expovariate(1 / self._rules.every))

    def _draw(self, at: datetime, rules: Edits) -> Edit | None:
        if not self._alive or not self._begin:
            return None
        op: Op = self._picks.choices(_OPS, (rules.updates, rules.inserts, rules.deletes))[0]
        place = self._picks.randrange(len(self._alive))
        key, donor = self._alive[place], self._picks.choice(self._begin)
        if op == "insert":
            self._inserted += 1
            self._alive.append(f"+{self._inserted}")
            return Edit(at, op, self._alive[-1], record=donor)
        if op == "delete":
            self._alive[place] = self._alive[-1]
            self._alive.pop()
            return Edit(at, op, key)
        names = [name for name in rules.fields or self._names if name in self._names]
        if not names:
            return None
        field = self._picks.choice(names)
        times = None if rules.moves is None else 1 + rules.moves * self._picks.uniform(-1, 1)
        return Edit(at, op, key, field, donor, times)


def _decimals(number: float) -> int:
    """Return how many decimal places a number has: none of 12.0."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(-int(exponent), 0)


class Book:
    """A resource's records as edits leave them."""

    def __init__(self, key: str, store: Store) -> None:
        self._key = key
        self._store = store
        self._inserted: dict[str, str] = {}
        """Keys of the records that were inserted meanwhile, by the name that the insert gave them."""

    def apply(self, edit: Edit) -> tuple[str, Any, Any] | None:
        """Carry out an edit; return the record's key, and what was there and is now. None: the record is gone."""
        key = self._inserted.get(edit.key, edit.key)
        row = self._store.rows.get(key)
        if edit.op == "insert":
            made = self._store.next_key()
            key = self._inserted[edit.key] = str(made)
            now = {self._key: made, **(edit.record or {})}
            self._store.put(key, now, edit.at)
            return key, None, now
        if row is None:
            return None
        if edit.op == "delete":
            self._store.remove(key)
            return key, row.record, None
        assert edit.field is not None
        was = row.record.get(edit.field)
        value = edit.value(was)
        self._store.put(key, {**row.record, edit.field: value}, edit.at)
        return key, was, value
