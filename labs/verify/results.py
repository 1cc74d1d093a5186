"""What became of each exam of a proof, one JSON line each: kept, so that a proof can go on where it ended."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from grader.report import Report


@dataclass(frozen=True, order=True)
class Trial:
    """One exam to be held."""

    use: str
    seed: int
    runtime: str
    time: int = 1
    """Which of its repetitions with the same seed."""
    busy: bool = False
    """Whether a neighbour keeps one core busy meanwhile."""

    @property
    def slug(self) -> str:
        """Its name as a folder."""
        marks = [*([str(self.time)] if self.time > 1 else []), *(["busy"] if self.busy else [])]
        return "-".join([self.use.replace(":", "-"), str(self.seed), self.runtime, *marks])


@dataclass(frozen=True)
class Outcome:
    """One exam that was held, and judged."""

    trial: Trial
    scenario: str
    scenario_hash: str
    result: str
    """`passed`, `failed` or `error`."""
    score: float | None
    reason: str
    ledger: Mapping[str, float] | None
    """Amount by account, losses negative; None when the lap has none."""
    checks: Mapping[str, Mapping[str, Any]]
    """By check: verdict, value, unit, margin (of the threshold, as a share) and whether it is a gate."""
    calibrated: bool
    """False: judged before the proof knew what the deployments are worth."""
    slowdown: float | None = None
    """How strained the machine was, as the report tells it."""
    code: str | None = None
    """Digest of the code that played and judged it (`labs.base.fingerprint.of_scenario`); None: it was not noted."""
    cores: float | None = None
    """Cores that were busy in the lap's busiest ten seconds; None: it was not noted."""
    limits: Mapping[str, bool] | None = None
    """By limit in a part's parameters (`site.erp.lockout`), whether it held the deployment up; None: it was not noted.
    """
    phases: Mapping[str, Mapping[str, Any]] | None = None
    """By phase, its `requests` and its `ledger` by account, for an end of the money scale of laps that are drawn."""

    @classmethod
    def of(cls, trial: Trial, report: Report, code: str, *, calibrated: bool) -> Self:
        """Return what a report says, as far as a proof needs it; `code` is the digest of what played and judged it."""
        checks = {
            c.id: {"verdict": str(c.verdict), "value": c.value, "unit": c.unit, "margin": c.margin,
                   "margin_share": c.margin_share, "gate": c.gate}
            for c in report.checks
        }  # fmt: skip
        return cls(
            trial,
            report.scenario,
            report.scenario_hash,
            str(report.result),
            report.score,
            report.reason,
            dict(report.money.accounts) if report.money else None,
            checks,
            calibrated,
            report.slowdown,
            code,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        data = asdict(self)
        return {**data.pop("trial"), **data}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the inverse of `to_json`."""
        trial = {field.name: data.pop(field.name) for field in fields(Trial) if field.name in data}
        return cls(Trial(**trial), **data)


class Results:
    """The results file; the last line on a trial counts."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, outcome: Outcome) -> None:
        """Append one line."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(outcome.to_json(), ensure_ascii=False) + "\n")

    def of(self, scenario_hash: str, code: str | None) -> dict[Trial, Outcome]:
        """Return what this very code found of this very scenario; what could not be judged or read is to be held again.

        Without `code`, whatever code found it.
        """
        found: dict[Trial, Outcome] = {}
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.is_file() else ():
            try:
                outcome = Outcome.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError):
                continue
            of_now = outcome.scenario_hash == scenario_hash and code in (None, outcome.code)
            if of_now and outcome.calibrated and outcome.result != "error":
                found[outcome.trial] = outcome
        return found
