"""The scenarios that cheats are examined in, and what holds for every one of them.

In both, honest work passes: `test_honest_work_passes` shows it, so that a cheat which worked would be seen.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker

from simulator.evidence.listing import FOLDER
from simulator.keeper.burden import MUCH
from tests import toys
from tests.unit.labs import little

HERE = Path(__file__).parent / "deployments"
SEED = 918273645
FORMATS = "json,text,junit,markdown,github,gradescope,ctrf"
LONGEST = 240.0
"""Seconds that any exam of the suite may take: far more than one does, and an end to one that is held open."""

ORDERS = "orders"
"""Orders want true dates from an ERP."""
COMPLAINTS = "complaints"
"""Complaints in a database want to be closed."""

_PHASES = [
    {"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
    {"name": "morning", "lasts": "3s", "simulates": "23m"},
]
SERVICE = {"command": ["python", "-m", "app.main"], "ready": "GET /health", "limits": {"cpus": 0.5, "memory": "128m"}}
EDITABLE = ["app/**", "config/*.yaml", "tests/**", "brief.yaml"]
"""What the solutions of the scenario that these are made from have."""
_ERP = {"part": "soap-erp", "with": {"token": "10h sim", "slow": {"share": "0%"}, "hung_writes": {"share": "0%"}}}
_ORDERS = {"workload": "order-promising", "to": "promise-api", "rate": "20/s", "arrival": "poisson", "timeout": "3s",
           "with": {"erp": "erp", "articles": 80}}  # fmt: skip
_SCENARIOS: Mapping[str, dict[str, Any]] = {
    ORDERS: {
        "site": {"erp": _ERP},
        "deployment": {"services": {"promise-api": SERVICE | {"uses": ["erp"]}}, "editable": EDITABLE},
        "checks": [
            {"id": "answers", "family": "reliability", "weight": 2, "measure": "availability",
             "with": {"stream": "orders"}, "expect": ">= 90 %", "says": "Every order gets a date"},
            {"id": "dates-hold", "family": "data", "weight": 2, "gate": True, "measure": "ratio", "expect": ">= 90 %",
             "with": {"table": "facts_promises", "of": "verdict = 'exact'", "among": "verdict <> 'missing'"},
             "says": "The dates that we promise are true"},
            {"id": "nothing-wrong", "family": "data", "weight": 1, "measure": "count", "expect": "<= 3",
             "with": {"table": "facts_promises", "where": "verdict = 'wrong'"}, "says": "We promise nothing untrue"},
            {"id": "quick", "family": "reliability", "weight": 1, "measure": "latency", "expect": "<= 1500 ms",
             "with": {"stream": "orders", "quantile": "80%", "unanswered": "3s"}, "says": "Nobody waits"},
        ],
    },
    COMPLAINTS: {
        "site": {
            "erp": _ERP,
            "desk": {"part": "service-desk"},
            "db": {"part": "postgres", "with": {
                "database": "crm", "role": "clerk",
                "setup": [
                    "CREATE TABLE complaints (id int PRIMARY KEY, customer text NOT NULL, state text NOT NULL)",
                    "ALTER TABLE complaints ADD closed_at timestamp, ADD hours numeric",
                    "INSERT INTO complaints SELECT n, 'K-' || n, 'open' FROM generate_series(1, 40) n",
                ],
                "grants": {"complaints": ["select", "update", "delete"]},
                "probes": {"open": "SELECT count(*) FROM complaints WHERE state = 'open'"},
                "unchanged": {"complaints": "SELECT id, customer FROM complaints"},
                "tells": {"whole": "SELECT * FROM complaints"},
            }},
        },
        "deployment": {"services": {"promise-api": SERVICE | {"uses": ["erp", "db", "desk"]}}, "editable": EDITABLE},
        "checks": [
            {"id": "none-open", "family": "business", "weight": 4,
             "sql": "select max(value) from probes where name = 'open'",
             "expect": "== 0", "says": "No complaint is left open"},
            {"id": "none-lost", "family": "data", "weight": 1, "gate": True,
             "sql": "select max(value) from probes where name = 'complaints'",
             "expect": "== 0", "says": "What customers told us is still there"},
        ],
    },
}  # fmt: skip


@dataclass(frozen=True)
class Cheat:
    """One deployment that tries to win without doing the work. It never passes, and never makes it an error."""

    name: str
    """Of its file in `deployments/`."""
    tries: str
    """What it hopes for, for the table of `docs/measured.md`."""
    shows: Callable[[toys.Sat], None]
    """Asserts what shows that it was tried, and why it got what it deserves."""
    scenario: str = ORDERS
    more: Callable[[], Mapping[str, str]] = dict
    """Files that it has beside its own and `app/toy.py`."""

    def files(self) -> dict[str, str]:
        """The submission."""
        return {**submission(self.name), **self.more()}


def submission(name: str) -> dict[str, str]:
    """What a deployment of the suite consists of."""
    return {"app/main.py": (HERE / f"{name}.py").read_text("utf-8"), "app/toy.py": (HERE / "toy.py").read_text("utf-8")}


def scenario(kind: str, folder: Path, *, patient: bool = False, **changes: Any) -> Path:
    """One of the two scenarios, in a new folder; a `patient` one is judged on however busy a machine."""
    common: dict[str, Any] = {"phases": _PHASES, "traffic": {"orders": _ORDERS}}
    made = toys.scenario(folder, **(common | _SCENARIOS[kind] | changes))
    return little.endure(made) if patient else made


def sit(files: Mapping[str, str], runtime: str, scenario: Path, folder: Path) -> toys.Sat:
    """Examine a deployment, with every form of report."""
    return toys.examine(scenario, files, runtime, folder, seed=SEED, timeout=LONGEST, formats=FORMATS)


def others_took(sat: toys.Sat) -> str | None:
    """What others took of the machine, where that was so much that a failure may be theirs; None where it was not."""
    cores, others = sat.run["machine"]["cores"], sat.run["others"]
    return f"others used {others:.1f} of {cores} cores" if others is not None and others >= MUCH * cores else None


def left_behind(state: Path) -> list[str]:
    """Containers, networks and folders of the worlds of one state folder."""
    client = docker.from_env()
    try:
        filters = {"label": "fdelab.world"}
        found = client.api.containers(all=True, filters=filters) + client.api.networks(filters=filters)
    finally:
        client.close()
    worlds = state / "worlds"
    things = [str(thing.get("Names") or thing.get("Name")) for thing in found
              if thing["Labels"]["fdelab.world"].startswith(f"{state}/")]  # fmt: skip
    return things + ([path.name for path in worlds.iterdir()] if worlds.is_dir() else [])


def tried(sat: toys.Sat) -> dict[str, Any]:
    """What the deployment says that it tried, and what came of it; of several lives the last word counts."""
    lines = [line.removeprefix("TRIED ") for line in sat.lines() if line.startswith("TRIED ")]
    found = {row["what"]: row["found"] for row in map(json.loads, lines)}
    assert found, ("it did not even try", sat.told, sat.lines()[-20:])
    return found


def verdicts(sat: toys.Sat) -> dict[str, str]:
    """What became of each check."""
    return {check["id"]: check["verdict"] for check in sat.report["checks"]}


def outcomes(sat: toys.Sat) -> set[str]:
    """What became of requests."""
    return {row["outcome"] for row in sat.rows("requests")}


_EVIDENCE = re.compile(r"(run|brief|report)\.json|report\.(txt|md|junit\.xml|github\.txt|gradescope\.json|ctrf\.json)|"
                       r"[a-z_]+\.(field|keeper|site|site-db)\.jsonl")  # fmt: skip


def deserved(sat: toys.Sat, state: Path) -> None:
    """It failed: by its own doing, in a report on evidence that only our processes wrote, and nothing is left."""
    assert (sat.code, sat.report.get("result")) == (1, "failed"), (
        sat.told,
        sat.report.get("reason"),
        sat.report.get("warnings"),
    )
    assert sat.run["finished"], sat.run["failed"]
    assert {check["verdict"] for check in sat.report["checks"]} <= {"pass", "fail", "skipped"}
    there = [path for path in sat.evidence.iterdir() if path.name != FOLDER] + [*(sat.evidence / FOLDER).iterdir()]
    assert [str(path) for path in there if not (path.is_file() and _EVIDENCE.fullmatch(path.name))] == []
    assert left_behind(state) == []
    assert "Traceback" not in sat.told
    assert "\x1b" not in sat.told
