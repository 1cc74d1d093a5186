"""What must hold of a scenario's own deployments. Pure: outcomes in, broken claims out."""

from collections.abc import Iterable, Mapping

from grader.verdict import Verdict
from labs.library.catalogue import UNTOUCHED
from labs.verify.results import Outcome
from scenarios.rules.checks import SERVES

HOPELESS = 40.0
"""The untouched deployment must score less."""

GOOD = 85.0
"""What a correct deployment must score at least, where the pass mark is not higher still."""

SHORTCUT = "shortcut:"


def broken(outcome: Outcome, pass_mark: float, must_fail: Iterable[str] = ()) -> list[str]:
    """Return what this exam disproves, each in one sentence; none: all is well.

    `must_fail` names a shortcut's checks.
    """
    if outcome.result == "error":
        return [f"could not be judged: {outcome.reason}"]
    if outcome.trial.use == UNTOUCHED:
        return _untouched(outcome)
    if outcome.trial.use.startswith(SHORTCUT):
        return _shortcut(outcome, pass_mark, must_fail)
    return _correct(outcome, pass_mark)


def _untouched(outcome: Outcome) -> list[str]:
    wrong = []
    if outcome.result != "failed":
        wrong.append("the untouched deployment passes")
    if (outcome.score or 0) >= HOPELESS:
        wrong.append(f"the untouched deployment scores {outcome.score:g}, not under {HOPELESS:g}")
    return wrong


def _shortcut(outcome: Outcome, pass_mark: float, must_fail: Iterable[str]) -> list[str]:
    wrong = []
    if not _gates_failed(outcome.checks) and (outcome.score or 0) >= pass_mark:
        wrong.append(f"the shortcut fails no gate and scores {outcome.score:g}, not under {pass_mark:g}")
    for check in must_fail:
        verdict = outcome.checks.get(check, {}).get("verdict", "not there")
        if verdict not in ("fail", "skipped"):
            wrong.append(f"check {check} should fail and is {verdict}")
    return wrong


def _correct(outcome: Outcome, pass_mark: float) -> list[str]:
    least = max(GOOD, pass_mark)
    if outcome.result == "passed" and (outcome.score or 0) >= least:
        return []
    lost = [name for name, check in outcome.checks.items() if check["verdict"] != "pass"]
    because = f" (lost at {', '.join(lost)})" if lost else f" ({outcome.reason})"
    return [f"a correct deployment {outcome.result} with {outcome.score or 0:g}, not at least {least:g}{because}"]


def _gates_failed(checks: Mapping[str, Mapping[str, object]]) -> list[str]:
    return [name for name, check in checks.items() if check["gate"] and check["verdict"] != "pass"]


def nearest(outcomes: Iterable[Outcome]) -> tuple[str, float] | None:
    """Return the check that came nearest to its threshold, and how near, as a share of it; None when none can say."""
    near = [
        (abs(float(check["margin_share"])), name)
        for outcome in outcomes
        for name, check in outcome.checks.items()
        if check["margin_share"] is not None
    ]
    return (min(near)[1], min(near)[0]) if near else None


def idle(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the checks that no deployment broke in any exam, in their order: limits that never bite.

    Nothing shows that they are needed, or that they can be broken at all. The gate that every scenario has is none.
    """
    bitten: dict[str, bool] = {}
    for outcome in outcomes:
        for name, check in outcome.checks.items():
            bitten[name] = bitten.get(name, False) or check["verdict"] == Verdict.FAIL
    return [name for name, bites in bitten.items() if not bites and name != SERVES]


def unmet(outcomes: Iterable[Outcome]) -> list[str]:
    """Name the limits in parts' parameters that held nobody up in any exam; none where one was not noted."""
    bitten: dict[str, bool] = {}
    for outcome in outcomes:
        if outcome.limits is None:
            return []
        for name, bites in outcome.limits.items():
            bitten[name] = bitten.get(name, False) or bites
    return [name for name, bites in bitten.items() if not bites]
