"""`run.json`: the description of one lap, beside its tables; and the whole of it, in the examiner's folder."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from scenarios import regular
from scenarios.model import Scenario
from scenarios.revive import revived
from simulator.clock import Span, Timeline
from simulator.evidence.errors import EvidenceError, EvidenceMissing, EvidenceTorn
from simulator.evidence.formats import FORMAT, upgraded
from simulator.evidence.listing import FOLDER, Listed
from simulator.evidence.tables import CORE, Mask, Table
from simulator.files import write_json

RUN = "run.json"

_LARGEST = 2**26
"""Most bytes of a `run.json`."""

UNPLAYABLE = "the engagement cannot be played"
"""The beginning of `Run.failed` when it was the scenario, and not the machine or the submission, that kept a lap from
running."""


class Startup(BaseModel):
    """Whether the learner's services started, and what they printed if not."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    started: bool
    service: str | None = None
    reason: str | None = None
    last_lines: list[str] = []


class PhaseLedger(BaseModel):
    """What one deployment cost the customer in one phase, however long it was drawn."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    requests: float
    """Mean number of requests that traffic intended in it."""
    ledger: dict[str, float]
    """Mean amount by account, losses negative."""


class MeanLedger(BaseModel):
    """What one deployment cost the customer."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    ledger: dict[str, float]
    """Mean amount per lap by account, losses negative."""
    phases: dict[str, PhaseLedger] = {}
    """The same by phase, where laps differ in length or rate by what is drawn; else empty."""

    def total(self, accounts: Sequence[str] = (), requests: Mapping[str, int] | None = None) -> float:
        """Return the sum of these accounts (all, when there are none).

        With the number of `requests` by phase, return what a lap with so many would have cost: a phase drawn half as
        long costs half as much. What is booked in a phase without requests follows the whole lap.
        """
        if requests is None or not self.phases:
            return _sum(self.ledger, accounts)
        known = {name: phase.requests for name, phase in self.phases.items()}
        whole = _ratio(sum(requests.get(name, 0) for name in known), sum(known.values()))
        return sum(
            _sum(phase.ledger, accounts) * (_ratio(requests.get(name, 0), phase.requests) if phase.requests else whole)
            for name, phase in sorted(self.phases.items())
        )


def _sum(ledger: Mapping[str, float], accounts: Sequence[str]) -> float:
    return sum(amount for account, amount in sorted(ledger.items()) if not accounts or account in accounts)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


class Seen(BaseModel):
    """What one check said of one deployment, over all exams of a proof."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    verdicts: dict[str, int] = {}
    """How often each verdict came."""
    min: float | None = None
    max: float | None = None
    """Between which figures."""


class Trap(BaseModel):
    """A tempting wrong fix that was proven not to pass, and the pattern by which it is known."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    name: str
    behaves: str = ""
    """What it does."""
    tempts: str = ""
    """Why it looks right."""
    fails_because: str = ""
    """Why it is not; empty for patterns that are never named, such as the untouched deployment's."""
    checks: dict[str, Seen]


class Calibration(BaseModel):
    """What `fdelab scenario verify` measured: the two ends of the money scale, and which machine is fast enough."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    untouched: MeanLedger
    reference: MeanLedger
    watched: bool = False
    """Whether the ungraded phases that nothing excuses are in it; those that were measured earlier have graded ones
    alone."""
    bears: float | None = None
    """Slowdown (see `Run`) up to which the scenario's maker vouches for its correct deployments; null: the grader's
    `strain.ENDURED` applies."""
    traps: list[Trap] = []
    """Patterns of deployments that were proven not to pass."""


class Machine(BaseModel):
    """The machine that held the lap."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    cores: int | None = None


class Toxics(BaseModel):
    """Somebody changed the links: how many toxics were active from then on."""

    at: float
    active: int


class CustomerRun(BaseModel):
    """One lap, as far as the customer knows it. Times are wall seconds since the lap's start."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    format: int
    split: bool = True
    """Whether what only the examiner knows is in a folder of its own; formats 1 and 2 had one for all."""
    session: str
    lap: int
    runtime: str
    unsealed: list[str] = []
    """Restrictions of the deployment that the runtime promises, and could not enforce on that machine."""
    exam: bool
    use: str | None = None
    """Which of the scenario's own deployments was examined: `untouched`, `reference`, `shortcut:NAME`; null for a
    workspace."""
    machine: Machine = Machine()
    tables: list[dict[str, Any]]
    timeline: list[dict[str, Any]]
    redeploys: list[float] = []
    toxics: list[Toxics] = []
    restarts: list[dict[str, Any]] = []
    deployment: Startup | None = None
    """Null until the deployment was ready or gave up."""
    lag_p99: float | None = None
    """Seconds that the traffic generator was late, as the 99th percentile; null when not known (yet)."""
    slowdown: float | None = None
    """How many times as long work took as on an idle machine, in the field or in the deployment (whichever is greater;
    only time that others than the world took from it counts); null when not known (yet)."""
    others: float | None = None
    """Cores that others than the world used while it ran, on average; null when not known (yet)."""
    overdrawn: float | None = None
    """Share of the lap in which the deployment's bytes gave the field more work than it does for any deployment, so
    that they had to wait; null when not known (yet)."""
    failed: str | None = None
    """Why the lap proves nothing; never the learner's fault."""
    aborted: bool = False
    """Whether a practising learner ended the lap: what had happened until then counts."""
    finished: bool
    files: dict[str, Listed] | None = None
    """Every file of the finished lap, by name; null while it has not finished. None may have changed, and none may have
    been added."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what there is to know of the lap in a folder.

        Raises `EvidenceMissing` when there is no `run.json`, or the part of it that is asked for is not there, and
        `EvidenceTorn` when it cannot be read.
        """
        file = cls._file(folder)
        try:
            data = json.loads(regular.read(file, _LARGEST))
            data = upgraded(data) if isinstance(data, dict) else data
        except (FileNotFoundError, NotADirectoryError):
            raise EvidenceMissing(f"{folder}: no run.json, so this is no evidence folder") from None
        except (ValueError, TypeError, KeyError, RecursionError, regular.NotRegular) as error:
            raise EvidenceTorn(f"{file}: {error}") from None
        try:
            run = cls._revived(data)
            # Read now what graders will ask for, so that what they hold is sound.
            _ = run.spans, run.declared
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the whole file"
            raise EvidenceTorn(f"{file}: {where}: {first['msg']}") from None
        except (KeyError, TypeError, ValueError) as error:
            raise EvidenceTorn(f"{file}: timeline or tables: {type(error).__name__}: {error}") from None
        return run

    @classmethod
    def _file(cls, folder: Path) -> Path:
        return folder / RUN

    @classmethod
    def _revived(cls, data: Any) -> Self:
        return cls.model_validate(data)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The lap's phases in order; the last one is the drain."""
        return Timeline.from_json(self.timeline).spans

    @cached_property
    def declared(self) -> dict[str, Table]:
        """Every table of which the customer has a column, with these."""
        tables = [Table.from_json(table).for_customer() for table in self.tables]
        return {t.name: t for t in tables if t is not None}

    @cached_property
    def masks(self) -> dict[str, Mask]:
        """What hides, by table, that folders of old formats have in the tables that are the customer's."""
        tables = map(Table.from_json, self.tables)
        return {table.name: table.mask for table in tables if table.mask is not None}


class Run(CustomerRun):
    """One lap, as the keeper recorded it: all that there is to know of it."""

    scenario: Scenario
    scenario_hash: str
    calibration: Calibration | None = None
    seed: int
    secret: bool = False
    """Whether the seed is the instructor's: then reports for learners, and those that CI publishes, leave it out."""
    incident: str | None = None
    """SHA-256 of the incident that the brief beside it is about; null when no brief was submitted."""

    @classmethod
    def _file(cls, folder: Path) -> Path:
        place = examiners(folder)
        if place == folder and CustomerRun.read(folder).split:
            raise EvidenceMissing(f"{folder}: there is no {FOLDER}/{RUN}: this is the customer's side alone")
        return place / RUN

    @classmethod
    def _revived(cls, data: Any) -> Self:
        """Return a run whose scenario may be forbidden today. Raises `ValidationError`."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            if not all(one["loc"][:1] == ("scenario",) for one in error.errors()):
                raise
            try:
                return cls.model_validate(data | {"scenario": revived(Scenario, data["scenario"])})
            except (KeyError, ValidationError):
                raise error from None

    @cached_property
    def declared(self) -> dict[str, Table]:
        """Every table by name: the core ones, and those that the world's parts and workloads declared."""
        return {t.name: t for t in (*CORE, *map(Table.from_json, self.tables))}


def examiners(folder: Path) -> Path:
    """Return the folder of what only the examiner knows of a lap; in old formats, it is the lap's own."""
    return folder / FOLDER if (folder / FOLDER / RUN).exists() else folder


def save(folder: Path, run: dict[str, Any], until: float = inf) -> None:
    """Write what is known of a lap, whole for the examiner, and for the customer what the customer knows.

    The customer knows no phase that begins later than wall second `until`. Raises `OSError`.
    """
    (folder / FOLDER).mkdir(exist_ok=True)
    told = customers(run, until)
    # Whoever reads that the lap is over then finds the whole of it.
    write_json(folder / FOLDER / RUN, run)
    write_json(folder / RUN, told)


def customers(run: dict[str, Any], until: float = inf) -> dict[str, Any]:
    """Return what the customer knows of what is known of a lap, as `save` does."""
    tables = [Table.from_json(table).for_customer() for table in run["tables"]]
    files = run.get("files")
    return {key: value for key, value in run.items() if key in CustomerRun.model_fields or key == "versions"} | {
        "tables": [table.to_json() for table in tables if table is not None],
        "timeline": [span for span in run["timeline"] if span["begins"] <= until],
        "files": files and {name: one for name, one in files.items() if not name.startswith(f"{FOLDER}/")},
    }


__all__ = [
    "FORMAT",
    "Calibration",
    "CustomerRun",
    "EvidenceError",
    "EvidenceMissing",
    "EvidenceTorn",
    "MeanLedger",
    "Run",
    "Startup",
]
