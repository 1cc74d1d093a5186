"""What became of each mutant, one JSON line each: kept, so that a survey goes on where it ended."""

import contextlib
import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from labs.verify.mutants.making import Mutant
from labs.verify.rates import WILSON, interval
from labs.verify.results import Outcome
from scenarios.equivalents import Equivalent
from scenarios.rules.checks import SERVES

TARGET = 0.9
"""Share of mutants that must not pass, of those that are not equivalent."""

UNCHANGED = "none"
"""Operator of rows that are about a solution as it is."""


@dataclass(frozen=True)
class Examined:
    """A mutant, and what its exam came to."""

    mutant: Mutant
    outcome: Outcome

    @property
    def started(self) -> bool:
        """Whether the deployment took traffic at all; of one that did not, no check was judged."""
        return started(self.outcome.checks)

    def to_json(self) -> dict[str, Any]:
        """Plain data: what an exam of a proof has, with `mutant` in addition, which leaves out the text of its file."""
        about = {name: getattr(self.mutant, name) for name in ABOUT}
        return self.outcome.to_json() | {"mutant": about}


ABOUT = ("digest", "of", "file", "line", "duty", "operator", "was", "becomes", "diff")
"""What a row says of its mutant."""


def started(checks: Container[str]) -> bool:
    """Whether a deployment took traffic, by the checks that were judged: the gate that every scenario has is one."""
    return SERVES in checks


class Kept:
    """The results file; the last line on a mutant and seed counts."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, examined: Examined) -> None:
        """Append one line."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(examined.to_json(), ensure_ascii=False) + "\n")

    def of(self, scenario_hash: str, code: str, seed: int, runtime: str) -> dict[str, Outcome]:
        """By name, what this very code found of this very scenario's mutants with this seed, where it was judged."""
        found = {}
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.is_file() else ():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                data = json.loads(line)
                del data["mutant"]
                outcome = Outcome.from_json(data)
                of_now = (outcome.scenario_hash, outcome.code) == (scenario_hash, code)
                if of_now and (outcome.trial.seed, outcome.trial.runtime) == (seed, runtime):
                    found[outcome.trial.use] = outcome
        return {use: outcome for use, outcome in found.items() if outcome.result != "error"}


@dataclass(frozen=True)
class Score:
    """How many mutants of a sample a grade notices."""

    killed: int
    """That did not pass."""
    lived: int
    """That passed, and are not known to be equivalent."""
    equivalent: int
    """That make no difference, as the author says."""
    unjudged: int
    """Whose exams could not be judged, however often they were held."""
    unstarted: int
    """Of the killed: whose deployment did not start, so that no check had to notice anything."""

    @classmethod
    def of(cls, results: Iterable[tuple[str, bool]], equivalent: int = 0) -> Self:
        """Count pairs of a result and whether the deployment started, beside so many that are equivalent."""
        known = list(results)
        kills = [started for result, started in known if result == "failed"]
        lived, unjudged = (sum(result == what for result, _ in known) for what in ("passed", "error"))
        return cls(len(kills), lived, equivalent, unjudged, kills.count(False))

    @property
    def judged(self) -> int:
        """How many the score is about."""
        return self.killed + self.lived

    @property
    def share(self) -> float | None:
        """The score: the share of the judged that were killed; None where there are none."""
        return self.killed / self.judged if self.judged else None

    def interval(self) -> tuple[float, float]:
        """Between which shares the score of all mutants lies with 95 % confidence (Wilson 1927)."""
        return interval(self.killed, self.judged, WILSON)

    def to_json(self) -> dict[str, Any]:
        """Plain data, with the interval."""
        counts = {name: getattr(self, name) for name in ("killed", "lived", "equivalent", "unjudged", "unstarted")}
        return counts | {"score": self.share, "interval": self.interval(), "target": TARGET}

    def __str__(self) -> str:
        if self.share is None:
            return "none judged"
        low, high = self.interval()
        return f"{self.killed} of {self.judged} do not pass: {self.share:.0%} ({low:.0%} to {high:.0%})"


def mark_of(mutant: Mutant, marks: Sequence[Equivalent]) -> Equivalent | None:
    """Return the author's word that this mutant makes no difference; None where there is none."""
    return next((mark for mark in marks if covers(mark, mutant)), None)


def covers(mark: Equivalent, mutant: Mutant) -> bool:
    """Whether it is about this mutant."""
    return mark.covers(mutant.of, mutant.file, mutant.line, mutant.was, mutant.becomes)
