"""Every check against every deployment that was examined: which one fails it, and at which figures.

Whoever makes further deployments adds them by `Matrix.add`, under a kind of their own.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from grader.report import Report
from grader.verdict import Verdict
from labs.library.catalogue import ALTERNATIVE, REFERENCE, UNTOUCHED
from labs.verify.claims import SHORTCUT
from labs.verify.results import Outcome
from simulator.files import write_json

SOLUTION = "solution"
KINDS = ("untouched", SOLUTION, "shortcut", "extreme", "altered", "mutant")
"""What deployments there are: `extreme` looks at nothing, `altered` is a correct one with something made wrong."""


@dataclass
class Cell:
    """What one check said of one deployment, over all of its exams."""

    verdicts: Counter[str] = field(default_factory=Counter)
    values: list[float] = field(default_factory=list)

    @property
    def fails(self) -> bool:
        """Whether the deployment failed the check at least once; a skip is no failure."""
        return self.verdicts[Verdict.FAIL] > 0

    def mark(self) -> str:
        """Return one letter for a table: `F`ailed, `s`kipped, `E`rror, `.` passed, by what is worst."""
        marks = ((Verdict.FAIL, "F"), (Verdict.ERROR, "E"), (Verdict.SKIPPED, "s"))
        return next((letter for verdict, letter in marks if self.verdicts[verdict]), ".")


@dataclass
class Row:
    """One deployment."""

    kind: str
    exams: int = 0
    passed: int = 0
    scores: list[float] = field(default_factory=list)
    checks: dict[str, Cell] = field(default_factory=dict)

    def see(self, result: str, score: float | None, checks: Mapping[str, tuple[str, float | None]]) -> None:
        """Add one exam: its result, its score, and the verdict and value of each check."""
        self.exams += 1
        self.passed += result == "passed"
        self.scores += [] if score is None else [score]
        for name, (verdict, value) in checks.items():
            cell = self.checks.setdefault(name, Cell())
            cell.verdicts[str(verdict)] += 1
            cell.values += [] if value is None else [float(value)]


@dataclass
class Matrix:
    """All deployments of one scenario by name."""

    scenario: str
    scenario_hash: str
    rows: dict[str, Row] = field(default_factory=dict)

    def add(self, use: str, kind: str, outcomes: Iterable[Outcome | Report]) -> None:
        """Add exams of the deployment `use`, which is of one of `KINDS`; those it has already stay."""
        row = self.rows.setdefault(use, Row(kind))
        for one in outcomes:
            if isinstance(one, Report):
                found = {check.id: (str(check.verdict), check.value) for check in one.checks}
            else:
                found = {name: (str(check["verdict"]), check["value"]) for name, check in one.checks.items()}
            row.see(str(one.result), one.score, found)

    @property
    def checks(self) -> list[str]:
        """Every check, in the order in which reports have them."""
        return list(dict.fromkeys(name for row in self.rows.values() for name in row.checks))

    def of(self, *kinds: str) -> dict[str, Row]:
        """Return the deployments of these kinds."""
        return {use: row for use, row in self.rows.items() if row.kind in kinds}

    def breakers(self, check: str) -> list[str]:
        """Return the deployments that fail a check at least once."""
        return [use for use, row in self.rows.items() if check in row.checks and row.checks[check].fails]

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        rows = {
            use: {
                "kind": row.kind, "exams": row.exams, "passed": row.passed, "scores": row.scores,
                "checks": {n: {"verdicts": dict(c.verdicts), "values": c.values} for n, c in row.checks.items()},
            }
            for use, row in self.rows.items()
        }  # fmt: skip
        return {"scenario": self.scenario, "scenario_hash": self.scenario_hash, "rows": rows}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the matrix that `to_json` described. Raises `KeyError` and `TypeError` on anything else."""
        rows = {
            use: Row(
                row["kind"], row["exams"], row["passed"], row["scores"],
                {n: Cell(Counter(c["verdicts"]), c["values"]) for n, c in row["checks"].items()},
            )
            for use, row in data["rows"].items()
        }  # fmt: skip
        return cls(data["scenario"], data["scenario_hash"], rows)

    def save(self, file: Path) -> Path:
        """Write it, and return the file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, self.to_json())
        return file

    @classmethod
    def read(cls, file: Path, scenario_hash: str) -> Self | None:
        """Return what is in a file; None where there is none, or it is about another state of the scenario."""
        try:
            found = cls.from_json(json.loads(file.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return found if found.scenario_hash == scenario_hash else None


def kind_of(use: str) -> str:
    """Return the kind of a deployment that ships with a scenario."""
    if use in (REFERENCE, ALTERNATIVE):
        return SOLUTION
    return "shortcut" if use.startswith(SHORTCUT) else UNTOUCHED
