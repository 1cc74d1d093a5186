"""Small evidence folders, written as a keeper and a field would write them, for tests."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios.model import Scenario
from simulator import gate
from simulator.clock import timeline
from simulator.evidence.tables import AT, CORE, Column, Table

ORDERS = Table(
    "facts_orders",
    "what became of each order; known when the lap is over",
    (Column("ordered_at", "real"), Column("order", "text"), Column("lost", "boolean"), Column("copies", "integer")),
    clock="ordered_at",
    settled=True,
    whose="customer",
)
LOGINS = Table(
    "facts_logins", "every login", (AT, Column("open", "integer"), Column("refused", "boolean")), whose="customer"
)

AVAILABLE = {
    "id": "available",
    "family": "reliability",
    "weight": 3,
    "measure": "availability",
    "with": {"stream": "orders"},
    "expect": ">= 98 %",
    "zero": "90 %",
    "says": "Sales can promise a date",
    "hint": "What does the service answer while the ERP is closed?",
}
"""A check with partial credit."""
SESSIONS = {
    "id": "sessions",
    "family": "reliability",
    "gate": True,
    "measure": "count",
    "with": {"table": "facts_logins", "where": "refused"},
    "expect": "== 0",
    "says": "The ERP's session limit is respected",
}
"""A gate over a table of facts."""
RECOVERED = {
    "id": "recovered",
    "family": "business",
    "weight": 2,
    "measure": "recovered",
    "expect": ">= 90 %",
    "zero": "60 %",
    "says": "The money stays in the house",
}
"""A check against the calibration."""

CALIBRATION = {
    "untouched": {"ledger": {"duplicates": -360.0, "missing": -640.0}},
    "reference": {"ledger": {"duplicates": 0.0, "missing": -0.0}},
}


def scenario(checks: Sequence[Mapping[str, Any]] = (AVAILABLE,), **more: Any) -> Scenario:
    """Ten graded seconds by day, ten by night, after two that are not graded; drain of five."""
    return Scenario.model_validate(
        {
            "id": "promise-dates",
            "title": "Promise dates",
            "customer": {"name": "Halden Werkzeug", "trade": "tools wholesaler", "currency": "EUR"},
            "level": 2,
            "minutes": 60,
            "deployment": {"services": {"promise-api": {"command": ["uvicorn"]}}, "editable": ["app/**"]},
            "traffic": {"orders": {"workload": "order-promising", "to": "promise-api", "rate": 2.0, "timeout": 5.0}},
            "phases": [
                {"name": "warm-up", "lasts": 2.0, "graded": False},
                {"name": "day", "lasts": 10.0},
                {"name": "night", "lasts": 10.0, "shift": True},
            ],
            "checks": checks,
        }
        | more
    )


@dataclass
class Lap:
    """One lap's evidence; `write` makes the folder."""

    checks: Sequence[Mapping[str, Any]] = (AVAILABLE,)
    number: int = 1
    tables: tuple[Table, ...] = (ORDERS, LOGINS)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    """What `run.json` says beyond the usual."""
    scenario: Mapping[str, Any] = field(default_factory=dict)
    """What the scenario says beyond the usual."""

    def add(self, table: str, **row: Any) -> "Lap":
        """One row more."""
        self.rows.setdefault(table, []).append(row)
        return self

    def request(self, at: float, outcome: str = "ok", took: float | None = 0.1, **more: Any) -> "Lap":
        """One request due at `at`; `took` from then to its answer."""
        number = len(self.rows.get("requests", ()))
        answered = outcome in ("ok", "wrong", "error") and took is not None
        row = {
            "id": f"orders-{number}",
            "stream": "orders",
            "key": f"HW-{number:06d}",
            "intended_at": at,
            "sent_at": None if outcome == "unsent" else at,
            "done_at": at + took if answered and took is not None else None,
            "status": {"ok": 200, "wrong": 200, "error": 503}.get(outcome),
            "outcome": outcome,
            "detail": None,
        }
        return self.add("requests", **row | more)

    def traffic(self, outcomes: Mapping[int, str] | None = None, every: float = 0.5) -> "Lap":
        """Two requests a second from 0 to 22 s; the n-th has the outcome given, else it is ok."""
        for n in range(int(22 / every)):
            self.request(n * every, (outcomes or {}).get(n, "ok"))
        return self

    def write(self, parent: Path) -> Path:
        """The folder `<parent>/<number>`."""
        folder = parent / str(self.number)
        folder.mkdir(parents=True)
        model = scenario(self.checks, **self.scenario)
        data = {
            "format": 1,
            "session": "s1",
            "scenario": model.model_dump(mode="json", by_alias=True),
            "scenario_hash": "abc123",
            "calibration": None,
            "seed": 7,
            "lap": self.number,
            "runtime": "local",
            "exam": True,
            "use": None,
            "versions": {},
            "machine": {},
            "tables": [t.to_json() for t in (*CORE, *self.tables)],
            "timeline": timeline(model).to_json(),
            "redeploys": [],
            "restarts": [],
            "deployment": {"started": True},
            "lag_p99": 0.001,
            "failed": None,
            "finished": True,
        }
        (folder / "run.json").write_text(json.dumps(data | self.run))
        # As a recorder of that format did.
        for table, rows in self.rows.items():
            (folder / f"{table}.field.jsonl").write_bytes(b"".join(gate.dumps(row) + b"\n" for row in rows))
        return folder
