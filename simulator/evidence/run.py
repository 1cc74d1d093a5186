"""`run.json`: what one lap was, beside its tables."""

import json
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
"""Bytes of a `run.json`."""

UNPLAYABLE = "the engagement cannot be played"
"""How `Run.failed` begins where the scenario, and neither the machine nor the submission, kept a lap from being run."""


class Startup(BaseModel):
    """Whether the learner's services came up, and what they said when they did not."""

    model_config = ConfigDict(frozen=True)

    started: bool
    service: str | None = None
    reason: str | None = None
    last_lines: list[str] = []


class Worth(BaseModel):
    """What one deployment cost the customer."""

    model_config = ConfigDict(frozen=True)

    ledger: dict[str, float]
    """Mean amount a lap by account, losses negative."""


class Calibration(BaseModel):
    """What `fdelab scenario verify` measured: the two ends of the money scale; and what machine is good enough."""

    model_config = ConfigDict(frozen=True)

    untouched: Worth
    reference: Worth
    bears: float | None = None
    """Slowdown (see `Run`) up to which whoever made the scenario vouches for its correct deployments; null: for no more
    than the grader's `strain.ENDURED`."""


class Machine(BaseModel):
    """What held the lap."""

    model_config = ConfigDict(frozen=True)

    cores: int | None = None


class Toxics(BaseModel):
    """Somebody has laid hands on the links: how many toxics were on from then on."""

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
    """The seed is the instructor's: no report for a learner, or that CI publishes, has it."""
    lap: int
    runtime: str
    unsealed: list[str] = []
    """What the runtime promises to keep a deployment from, and could not on that machine."""
    exam: bool
    use: str | None = None
    """What of the scenario's own was examined: `untouched`, `reference`, `shortcut:NAME`; null: a workspace."""
    incident: str | None = None
    """SHA-256 of the incident that the brief beside it is about; null: no brief was handed in."""
    machine: Machine = Machine()
    tables: list[dict[str, Any]]
    timeline: list[dict[str, Any]]
    redeploys: list[float] = []
    toxics: list[Toxics] = []
    restarts: list[dict[str, Any]] = []
    deployment: Startup | None = None
    """Null until the deployment was ready or gave up."""
    lag_p99: float | None = None
    """Seconds that the traffic generator was late, 99th percentile; null: not known (yet)."""
    slowdown: float | None = None
    """How many times as long the field or the deployment (the greater counts, and only what others than the world
    took from it) took for their work as on a machine of their own; null: not known (yet)."""
    others: float | None = None
    """Cores that others than the world used while it ran, on average; null: not known (yet)."""
    overdrawn: float | None = None
    """Share of the lap in which the deployment's bytes gave the field more work than it does for any deployment, so
    that they had to wait; null: not known (yet)."""
    failed: str | None = None
    """Why the lap says nothing: ours, never the learner's."""
    aborted: bool = False
    """Somebody who practises wanted the lap to end: what was over by then counts."""
    finished: bool
    files: dict[str, Listed] | None = None
    """Every file of the lap when it finished, by name; null: it has not. None may be another, and none may be more."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The `run.json` of a lap's folder. Raises `EvidenceMissing`, `EvidenceTorn`."""
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
        """A run whose scenario may be one that nobody could write any more. Raises `ValidationError`."""
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
        """Every table by name: the core ones, and what the world's parts and workloads declared."""
        return {t.name: t for t in (*CORE, *map(Table.from_json, self.tables))}


__all__ = ["FORMAT", "Calibration", "EvidenceError", "EvidenceMissing", "EvidenceTorn", "Run", "Startup", "Worth"]
