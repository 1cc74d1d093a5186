"""How often a proof's exams came to the wrong verdict, and how often they might, for all that was seen."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

from labs.base.errors import UsageProblem
from labs.library.catalogue import ALTERNATIVE, REFERENCE, UNTOUCHED
from labs.verify.claims import SHORTCUT
from labs.verify.results import Outcome

CONFIDENCE = 0.95
_WORKBENCH = "install the project with its extra: pip install 'fdelab[workbench]', or make setup"


EXACT, WILSON = "exact", "wilson"
"""Intervals of a share: of Clopper and Pearson (1934), and of Wilson (1927)."""


def interval(hits: int, of: int, method: str) -> tuple[float, float]:
    """Shares between which the true one lies with 95 % confidence, by one of the two methods.

    Raises `UsageProblem` where SciPy is not installed.
    """
    if not of:
        return 0.0, 1.0
    try:
        from scipy.stats import binomtest
    except ModuleNotFoundError:
        raise UsageProblem("this install has no SciPy, which proofs need", _WORKBENCH) from None
    found = binomtest(hits, of).proportion_ci(CONFIDENCE, method=method)
    return float(found.low), float(found.high)


@dataclass(frozen=True)
class Rate:
    """So many of so many exams that were judged."""

    wrong: int
    of: int

    def interval(self) -> tuple[float, float]:
        """Shares between which the true rate lies with 95 % confidence (Clopper and Pearson 1934).

        Raises `UsageProblem` where SciPy is not installed.
        """
        return interval(self.wrong, self.of, EXACT)

    def __str__(self) -> str:
        if not self.of:
            return "none held"
        low, high = self.interval()
        return f"{self.wrong} of {self.of} ({low:.1%} to {high:.1%})"


TOGETHER = 5
"""Of so many exams with seeds of their own, all have to be passed by who is relied upon."""


def all_of(passed: int, held: int, together: int = TOGETHER) -> float | None:
    """Return the chance that `together` exams, drawn from those held, were all passed; None where fewer were held.

    This is pass^k of τ-bench (Yao et al. 2024, arXiv:2406.12045), without bias: C(passed, k) / C(held, k).
    """
    return comb(passed, together) / comb(held, together) if held >= together else None


def reliability(outcomes: Iterable[Outcome]) -> dict[str, float | None]:
    """By solution, pass^5 of its exams that were judged, over seeds and runtimes."""
    results: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.trial.use in (REFERENCE, ALTERNATIVE) and outcome.result != "error":
            results.setdefault(outcome.trial.use, []).append(outcome.result)
    return {use: all_of(each.count("passed"), len(each)) for use, each in results.items()}


@dataclass(frozen=True)
class Rates:
    """What a grader is judged by."""

    false_passes: Rate
    """Of deployments that must not pass: the untouched one and the shortcuts."""
    false_fails: Rate
    """Of deployments that must pass: the reference and the alternative."""
    unjudged: int
    """Exams that ended in `error`, whatever they examined; they are in neither rate."""

    def to_json(self) -> dict[str, Any]:
        """Plain data, with the intervals."""
        both = {"false_passes": self.false_passes, "false_fails": self.false_fails}
        return {
            **{name: asdict(rate) | {"interval": rate.interval()} for name, rate in both.items()},
            "unjudged": self.unjudged,
        }


def must_fail(use: str) -> bool:
    """Whether this deployment of a scenario must not pass."""
    return use == UNTOUCHED or use.startswith(SHORTCUT)


def rates(outcomes: Iterable[Outcome]) -> Rates:
    """Count verdicts against what each deployment deserves."""
    known = list(outcomes)
    judged = [outcome for outcome in known if outcome.result != "error"]
    bad = [outcome.result for outcome in judged if must_fail(outcome.trial.use)]
    good = [outcome.result for outcome in judged if not must_fail(outcome.trial.use)]
    return Rates(Rate(bad.count("passed"), len(bad)), Rate(good.count("failed"), len(good)), len(known) - len(judged))
