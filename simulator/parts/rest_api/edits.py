"""What the customer's own people do to a resource meanwhile: a pure function of seed and simulated time.

What callers write does not affect what is edited and when; an edit of a record that a caller has deleted has no effect.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
        return Edit(at, op, key, self._picks.choice(names), donor) if names else None
