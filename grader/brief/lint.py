"""Check what an author says about the incident against the incident itself, so that lint can report mistakes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from grader.brief import attributed, numbers
from grader.brief.check import incident, weigh
from grader.brief.doing import MENDED
from grader.brief.truth import Truth, truth
from grader.checks import complaint
from grader.context import Unobservable
from grader.verdict import Verdict
from scenarios.brief import read, text_of
from scenarios.claims import BriefSpec, Claims
from scenarios.folder import BRIEF
from scenarios.incidents import recorded
from scenarios.model import Scenario
from scenarios.vocabulary import Mismatch
from simulator.evidence.reader import Evidence
from simulator.evidence.run import EvidenceError

CPU_LIMIT_S = 4.0
"""CPU seconds that all questions may take together."""
COVERED = 0.98
"""The least share of the loss that all causes together must account for."""
_SOLUTIONS = ("solution", "solution-alt")
"""Folders of the deployments that must pass, briefs included."""
_ANEW = "repair it; or delete the archive, and `fdelab scenario verify` makes another"


def mismatches(scenario: Scenario, folder: Path) -> Iterator[Mismatch]:
    """Yield facts that the incident lacks, causes that do not account for its loss, and briefs that do not pass.

    None while there is no incident.
    """
    spec = scenario.brief
    if spec is None:
        return
    archives, seen = recorded(folder, spec), dict[int, Truth]()
    for number, archive in archives.items():
        try:
            with incident(archive) as evidence, evidence.within(CPU_LIMIT_S):
                found = [*_facts(scenario, evidence), *_causes(scenario, spec.claims, evidence, number, seen)]
                if not found and number == 1:
                    found += _solutions(scenario, folder, evidence)
        except EvidenceError as error:
            found = [Mismatch((), f"{archive.name}: {error}", _ANEW)]
        yield from found if number == 1 else [_of(archive, one) for one in found]
    yield from _together(spec, seen, whole=len(seen) == len(archives))


def _of(archive: Path, one: Mismatch) -> Mismatch:
    there = one.message.startswith(archive.name)
    return one if there else replace(one, message=f"{archive.name}: {one.message}")


def _together(spec: BriefSpec, seen: dict[int, Truth], *, whole: bool) -> Iterator[Mismatch]:
    """Yield causes that no incident has, once all were asked, and incidents that tell the same."""
    known = dict[str, int]()
    for number, true in seen.items():
        other = known.setdefault(true.largest, number)
        if other != number:
            said = f"incidents {other} and {number} have the same largest cause, {true.largest!r}"
            yield Mismatch(("incidents", number - 2), said, "mend that cause too in what lies over the workspace")
    for cause in spec.claims.true if seen and whole else ():
        if not any(true.keys[cause] for true in seen.values()):
            yield Mismatch(("claims", "causes", cause, "rows"), "no row of the loss in the incident is due to it")


def _solutions(scenario: Scenario, folder: Path, evidence: Evidence) -> Iterator[Mismatch]:
    """Yield solutions whose own briefs do not pass: exams of them would not, and proofs do not hold the briefs."""
    for name in _SOLUTIONS:
        text = text_of(folder / name)
        if text is None:
            continue
        brief, _, problems = read(text, f"{name}/{BRIEF}")
        if brief is None:
            yield Mismatch((), str(problems[0]), f"write {name}/{BRIEF} by `fdelab brief`")
        elif (judged := weigh(brief, scenario, evidence)).verdict is not Verdict.PASS:
            yield Mismatch(
                (), f"{name}/{BRIEF} does not pass: {judged.reason}", f"write {name}/{BRIEF} by this incident"
            )


def _facts(scenario: Scenario, evidence: Evidence) -> Iterator[Mismatch]:
    assert scenario.brief is not None
    for key, fact in scenario.brief.facts.items():
        try:
            numbers.truth(evidence, scenario, fact)
        except (Unobservable, duckdb.Error) as error:
            yield Mismatch(("facts", key, "sql"), f"asked of the incident: {complaint(error)}", _ANEW)


def _causes(
    scenario: Scenario, claims: Claims, evidence: Evidence, number: int, seen: dict[int, Truth]
) -> Iterator[Mismatch]:
    """Yield what is wrong with the causes in an incident, and keep what it says of them in `seen`."""
    try:
        found = truth(evidence, scenario, claims)
    except (Unobservable, duckdb.Error) as error:
        yield Mismatch(("claims", "causes"), f"asked of the incident: {complaint(error)}", _ANEW)
        return
    seen[number] = found
    for loc, message in _wrong(claims, found):
        yield Mismatch(("claims", *loc), message)


def _wrong(claims: Claims, true: Truth) -> Iterator[tuple[tuple[str, ...], str]]:
    if true.several:
        yield ("causes",), f"{true.several} of {true.rows} rows of the loss are due to more than one cause"
    if (covered := sum(true.shares.values())) < COVERED:
        yield ("causes",), f"they account for {covered:.1%} of the loss; {COVERED:.0%} is needed"
    even = dict.fromkeys(claims.causes, 1 / len(claims.causes))
    if (credit := attributed.credit(even, true.shares, true.decoys)) > 0:
        yield ("causes",), f"equal shares for all of them earn {credit:.0%} of the points; that must be nothing"
    if sum(true.shares[cause] for cause in claims.mended(claims.decisions)) < MENDED:
        yield ("decisions",), f"all of them together mend less than {MENDED:.0%} of the loss"
