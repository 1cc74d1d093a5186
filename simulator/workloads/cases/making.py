"""The cases of a lap: when each is due, what it says, its lists and its series. Pure, of the lap's seed and data."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any

from scenarios.business import Business, Draw, Rows, Series
from simulator import seeds
from simulator.levels import Change, Key, Levels, stepped, summed
from simulator.workloads.base import Context
from simulator.workloads.cases.expression import Expr, Of
from simulator.workloads.cases.names import PARAMETERS, Given

Case = dict[str, Any]

AT = "_at"
"""The name in a case of the wall second at which it is due; no expression can say it."""
DONE = "_done"
"""The same of the wall second at which its last answer was complete."""


class Making:
    """Makes the cases of one lap."""

    def __init__(self, business: Business, given: Given, context: Context, params: Mapping[str, Any]) -> None:
        self._business, self._given, self._context, self._params = business, given, context, params
        self._timeline = context.clock.timeline
        self._seed = seeds.child(context.seed, "workload", context.stream)

    def cases(self) -> Iterator[Case]:
        """Yield the cases in order of when they are due, without values."""
        rng = seeds.rng(self._seed, self._business.cases.draws)
        same = {n: self._params[n] for n, p in self._business.parameters.items() if p.kind in PARAMETERS}
        same |= {name: self._levels(one) for name, one in self._business.cases.series.items()}
        shift = next((span.begins for span in self._timeline.spans if span.shift), float("inf"))
        for number, (at, columns) in enumerate(self._arrivals(), start=1):
            case: Case = {**same, **columns, "number": number, AT: at, "shifted": at >= shift,
                          "due": self._timeline.sim(at).replace(microsecond=0),
                          "phase": self._timeline.span(at).name}  # fmt: skip
            case["id"] = self._key(case)
            for name, rows in self._business.cases.lists.items():
                case[name] = self._drawn(rows, rng) if isinstance(rows, Draw) else self._own(rows, case["id"])
            yield case

    def _key(self, case: Case) -> str:
        key = self._business.cases.key
        return str(case["id"]) if "id" in case and key is None else (key or "{number}").format(number=case["number"])

    def _arrivals(self) -> list[tuple[float, Case]]:
        """Return when cases are due, each with what its row of the dataset says."""
        cases = self._business.cases
        if cases.data is None:
            return [(at, {}) for at in self._context.arrivals(self._seed)]
        data = self._context.data[self._given.named(cases.data)]
        rows = _rows(data.clean)
        rows = [{**row, "id": str(row[data.key])} for row in rows]
        if cases.due_at is None:
            return list(zip(self._context.arrivals(self._seed), rows, strict=False))
        ends = self._timeline.traffic_ends
        due = [(self._timeline.when(row[cases.due_at]), row) for row in rows]
        return sorted(((at, row) for at, row in due if 0 <= at < ends), key=itemgetter(0))

    def _own(self, rows: Rows, key: str) -> list[Case]:
        return self._groups[rows.rows, rows.by].get(key, [])

    @cached_property
    def _groups(self) -> Mapping[tuple[str, str], Mapping[str, list[Case]]]:
        """The rows of other datasets, by the case that they belong to."""
        found: dict[tuple[str, str], dict[str, list[Case]]] = {}
        for rows in self._business.cases.lists.values():
            if isinstance(rows, Rows):
                groups = found.setdefault((rows.rows, rows.by), defaultdict(list))
                for row in _rows(self._context.data[self._given.named(rows.rows)].clean):
                    groups[str(row[rows.by])].append(row)
        return found

    def _drawn(self, rows: Draw, rng: random.Random) -> list[Case]:
        table = self._tables[rows.draw, tuple(rows.take.items())]
        least, most = (self._params[n] if isinstance(n, str) else n for n in (rows.from_, rows.to))
        most = min(int(most), len(table))
        chosen = rng.sample(table, rng.randint(min(int(least), most), most))
        return [{**row, **{n: rng.randint(r.from_, r.to) for n, r in rows.with_.items()}} for row in chosen]

    @cached_property
    def _tables(self) -> Mapping[tuple[str, tuple[tuple[str, str], ...]], list[Case]]:
        """What lists are drawn from."""
        found = {}
        for rows in self._business.cases.lists.values():
            if isinstance(rows, Draw):
                data = self._context.data[self._given.named(rows.draw)]
                names = {n: data.key if c == "key" else self._given.named(c) for n, c in rows.take.items()}
                found[rows.draw, tuple(rows.take.items())] = _rows({n: data.clean[c] for n, c in names.items()})
        return found

    def _levels(self, spec: Series) -> Levels:
        if spec.of is None:
            return self._context.series(self._given.named(spec.part or ""), spec.series or "")
        data = self._context.data[self._given.named(spec.of)].clean
        types = {name: Of(kind) for name, kind in self._given.types(spec.of).items()}
        amount = Expr(spec.value or spec.adds or "", types)
        changes = [
            (row[spec.changes_at or ""], tuple(row[name] for name in spec.by), float(amount(row) or 0.0))
            for row in _rows(data)
        ]
        found = stepped(changes) if spec.value is not None else summed(changes, self._counted(spec))
        return Levels(found, spec.least)

    def _counted(self, spec: Series) -> dict[Key, Change]:
        if spec.starts is None:
            return {}
        rows = _rows(self._context.data[self._given.named(spec.starts.of)].clean)
        return {
            tuple(row[name] for name in spec.by): (_moment(row[spec.starts.counted_at]), row[spec.starts.value])
            for row in rows
        }


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _rows(columns: Mapping[str, Any]) -> list[Case]:
    """Return columns as rows of plain values."""
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name].tolist() for name in names), strict=True)]
