"""What must hold of a scenario's checks beside its deployments. Pure: a scenario and its matrix in, findings out."""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence

from grader.brief.check import check as brief_check
from labs.verify.findings import Finding
from labs.verify.matrix import SOLUTION, Matrix
from scenarios import expectation
from scenarios.model import Check, Scenario
from scenarios.rules.checks import SERVES

ERRORS = 3.0
"""Standard errors that a threshold keeps from an honest solution's figure."""
FEWEST = 3
"""Exams of a solution from which the spread of its figures can be told."""


def findings(scenario: Scenario, matrix: Matrix, fails: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Return everything that is to be repaired; `fails` has the checks that each shortcut says it fails."""
    return [
        *never_failed(scenario, matrix),
        *skipped(matrix, fails),
        *switched_off(scenario),
        *too_near(scenario, matrix),
        *affordable(scenario),
        *unmeasured(scenario),
    ]


def never_failed(scenario: Scenario, matrix: Matrix) -> Iterator[Finding]:
    """Yield checks that no deployment fails, unless they say what they guard against."""
    for check in _checks(scenario):
        if check.guards is None and not matrix.breakers(check.id):
            yield Finding(
                "never-failed", check.id, "no deployment fails it: add one that does, or say what it `guards`"
            )


def skipped(matrix: Matrix, fails: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Yield shortcuts that never fail a check which they name, because it is skipped."""
    for use, named in fails.items():
        row = matrix.rows.get(use)
        for check in named if row else ():
            cell = row.checks.get(check) if row else None
            if cell is not None and not cell.fails and cell.verdicts["skipped"]:
                yield Finding(
                    "skipped", use, f"says that it fails {check}, which is skipped with it: a skip shows nothing"
                )


def switched_off(scenario: Scenario) -> Iterator[Finding]:
    """Yield gates that say nothing once a check that is no gate fails."""
    gates = {check.id for check in scenario.checks if check.gate} | {SERVES}
    for check in scenario.checks:
        for need in check.needs:
            if check.gate and need not in gates:
                yield Finding(
                    "switched-off", check.id, f"is a gate and needs {need}, which is none: failing that one opens it"
                )


def too_near(scenario: Scenario, matrix: Matrix) -> Iterator[Finding]:
    """Yield thresholds so near to what an honest solution reaches that chance decides."""
    by_id = {check.id: check for check in _checks(scenario)}
    for use, row in matrix.of(SOLUTION).items():
        for name, cell in row.checks.items():
            if name not in by_id or len(cell.values) < FEWEST:
                continue
            wanted = expectation.parse(by_id[name].expect)
            error, middle = statistics.stdev(cell.values), statistics.mean(cell.values)
            room = abs(middle - wanted.value)
            if error and wanted.op != "==" and room < ERRORS * error:
                told = (expectation.format(value, wanted.unit) for value in (wanted.value, middle, error))
                yield Finding("too-near", name, "{} is {:.1f} standard errors from {}'s {} (± {})".format(
                    next(told), room / error, use, *told))  # fmt: skip


def affordable(scenario: Scenario) -> Iterator[Finding]:
    """Yield duties that one may leave undone and pass, unless they say that they are optional."""
    checks = _checks(scenario)
    total = sum(check.weight for check in checks)
    duties: dict[str, list[Check]] = {}
    for check in checks:
        duties.setdefault(check.duty or check.id, []).append(check)
    for duty, some in duties.items():
        points = 100 * sum(check.weight for check in some) / total if total else 0.0
        open_to_all = not any(check.gate for check in some) and not all(check.optional for check in some)
        if open_to_all and points <= 100 - scenario.pass_:
            yield Finding("affordable", duty, f"costs {points:.1f} points and one may lose {100 - scenario.pass_:g}: "
                                              "make it a gate, or say `optional`")  # fmt: skip


def unmeasured(scenario: Scenario) -> Iterator[Finding]:
    """Yield measures that are never taken in some graded phase."""
    graded = [phase.name for phase in scenario.phases if phase.graded]
    seen: dict[str, set[str]] = {}
    for check in scenario.checks:
        seen.setdefault(_measured(check), set()).update(_phases(check, graded))
    for what, phases in seen.items():
        missing = [name for name in graded if name not in phases]
        if missing and len(missing) < len(graded):
            yield Finding("unmeasured", what, f"is never measured in {', '.join(missing)}")


def _measured(check: Check) -> str:
    about = [str(check.with_[key]) for key in ("stream", "table", "of", "column") if key in check.with_]
    return " ".join([check.measure, *about]) if check.measure else check.id


def _phases(check: Check, graded: Sequence[str]) -> set[str]:
    during = check.with_.get("during")
    if isinstance(during, list):
        return set(during)
    asked = f"{check.sql or ''} {check.with_.get('where', '')} {check.with_.get('among', '')}"
    only = re.findall(r"\bphase\s*(?:=|in)\s*(\([^)]*\)|'[^']*')", asked)
    named = {name for found in only for name in re.findall(r"'([^']*)'", found)}
    return named or set(graded)


def _checks(scenario: Scenario) -> list[Check]:
    told = brief_check(scenario)
    return [*scenario.checks, *([told] if told else [])]
