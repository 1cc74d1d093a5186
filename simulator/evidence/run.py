"""`run.json`: the description of one lap, beside its tables."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from scenarios import regular
from scenarios.model import Scenario
from scenarios.revive import revived
from simulator.clock import Span, Timeline
from simulator.evidence.errors import EvidenceError, EvidenceMissing, EvidenceTorn
from simulator.evidence.formats import FORMAT, upgraded
from simulator.evidence.listing import Listed
from simulator.evidence.tables import CORE, Table

_LARGEST = 2**26
"""Most bytes of a `run.json`."""

UNPLAYABLE = "the engagement cannot be played"
"""The beginning of `Run.failed` when it was the scenario, and not the machine or the submission, that kept a lap from
running."""


class Startup(BaseModel):
    """Whether the learner's services started, and what they printed if not."""

    model_config = ConfigDict(frozen=True)

    started: bool
    service: str | None = None
    reason: str | None = None
    last_lines: list[str] = []


class PhaseLedger(BaseModel):
    """What one deployment cost the customer in one phase, however long it was drawn."""

    model_config = ConfigDict(frozen=True)

    requests: float
    """Mean number of requests that traffic intended in it."""
    ledger: dict[str, float]
    """Mean amount by account, losses negative."""


class MeanLedger(BaseModel):
    """What one deployment cost the customer."""

    model_config = ConfigDict(frozen=True)

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

    model_config = ConfigDict(frozen=True)

    verdicts: dict[str, int] = {}
    """How often each verdict came."""
    min: float | None = None
    max: float | None = None
    """Between which figures."""


class Trap(BaseModel):
    """A tempting wrong fix that was proven not to pass, and the pattern by which it is known."""

    model_config = ConfigDict(frozen=True)

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

    model_config = ConfigDict(frozen=True)

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

    model_config = ConfigDict(frozen=True)

    cores: int | None = None


class Toxics(BaseModel):
    """Somebody changed the links: how many toxics were active from then on."""

    at: float
    active: int


class Run(BaseModel):
    """One lap, as the keeper recorded it. Times are wall seconds since the lap's start."""

    model_config = ConfigDict(frozen=True)

    format: int
    session: str
    scenario: Scenario
    scenario_hash: str
    calibration: Calibration | None = None
    seed: int
    secret: bool = False
    """Whether the seed is the instructor's: then reports for learners, and those that CI publishes, leave it out."""
    lap: int
    runtime: str
    unsealed: list[str] = []
    """Restrictions of the deployment that the runtime promises, and could not enforce on that machine."""
    exam: bool
    use: str | None = None
    """Which of the scenario's own deployments was examined: `untouched`, `reference`, `shortcut:NAME`; null for a
    workspace."""
    incident: str | None = None
    """SHA-256 of the incident that the brief beside it is about; null when no brief was submitted."""
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
        """Return the `run.json` of a lap's folder.

        Raises `EvidenceMissing` when there is none, and `EvidenceTorn` when it cannot be read.
        """
        file = folder / "run.json"
        try:
            data = json.loads(regular.read(file, _LARGEST))
            data = upgraded(data) if isinstance(data, dict) else data
        except (FileNotFoundError, NotADirectoryError):
            raise EvidenceMissing(f"{folder}: no run.json, so this is no evidence folder") from None
        except (ValueError, RecursionError, regular.NotRegular) as error:
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
    def spans(self) -> tuple[Span, ...]:
        """The lap's phases in order; the last one is the drain."""
        return Timeline.from_json(self.timeline).spans

    @cached_property
    def declared(self) -> dict[str, Table]:
        """Every table by name: the core ones, and those that the world's parts and workloads declared."""
        return {t.name: t for t in (*CORE, *map(Table.from_json, self.tables))}


__all__ = ["FORMAT", "Calibration", "EvidenceError", "EvidenceMissing", "EvidenceTorn", "MeanLedger", "Run", "Startup"]
