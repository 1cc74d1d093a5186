"""Grade a brief by what it claims: each of its parts has points, and what the reader would have missed is reported."""

import hashlib
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from grader.brief import attributed, doing, note, numbers
from grader.brief import evidence as cited
from grader.brief.parts import ALL, PASSED, Part, Reading
from grader.brief.truth import Truth, truth
from grader.checks import Judged, clean, complaint
from grader.context import Unobservable
from grader.verdict import Verdict
from scenarios.brief import INCIDENT, read, text_of
from scenarios.brief_model import Brief
from scenarios.expectation import format as said
from scenarios.model import Check, Scenario
from scenarios.placeholders import expand
from scenarios.problems import ordered
from scenarios.rules.brief import CHECK
from simulator.evidence.packed import unpack
from simulator.evidence.reader import Evidence
from simulator.evidence.run import EvidenceError, EvidenceMissing, EvidenceTorn, Run, examiners

MOST_PROBLEMS = 20
"""How many problems of an unreadable brief are reported."""

SHARES, EVIDENCE, IMPACT, DECISIONS, ASK, FOLLOW_UP, NOTE = 25.0, 20.0, 20.0, 10.0, 5.0, 5.0, 15.0
"""The points of each part; evidence, impact, what follows and the note share theirs evenly."""
UNSHOWN = 0.5
"""The most credit of a brief that does not show the largest cause by evidence, whatever else it has."""


def check(scenario: Scenario) -> Check | None:
    """Return the check for a scenario that asks for a brief; None when it asks for none."""
    if scenario.brief is None:
        return None
    name = scenario.people[scenario.brief.to].name
    return Check(id=CHECK, family="communication", weight=scenario.brief.weight, expect=f">= {PASSED:.0f} %",
                 gate=scenario.brief.gate, optional=scenario.brief.optional,
                 says=f"{name} knows what happened, what it costs and what is wanted, and can rely on it")  # fmt: skip


def judge(folder: Path, scenario: Scenario) -> Judged | None:
    """Judge the brief in an exam's folder against the incident there; None when the scenario asks for none."""
    one = check(scenario)
    if one is None or scenario.brief is None:
        return None
    text = text_of(folder)
    if text is None:
        return Judged(one, Verdict.FAIL, "There is no brief: `fdelab brief` says how to write one", observed="nothing")
    brief, _, problems = read(text)
    if brief is None:
        first = ordered(problems)[:MOST_PROBLEMS]
        rows = tuple({"at": f"{p.path}:{p.line}:{p.column}", "problem": clean(p.message)} for p in first)
        return Judged(one, Verdict.FAIL, "The brief cannot be read", observed="unreadable", rows=rows)
    try:
        with incident(examiners(folder) / INCIDENT, Run.read(folder).incident) as evidence:
            return weigh(brief, scenario, evidence)
    except (EvidenceError, Unobservable, duckdb.Error) as error:
        return Judged(one, Verdict.ERROR, f"The brief cannot be held against the incident: {complaint(error)}")


def incident(archive: Path, digest: str | None = None) -> Evidence:
    """Open the evidence of a scenario's packed incident; with `digest`, only if its SHA-256 (in hex) is this one.

    Raises `EvidenceMissing` when there is none, and `EvidenceTorn` when it is another one or cannot be unpacked.
    """
    if not archive.is_file():
        raise EvidenceMissing("there is none; `fdelab scenario verify` makes it")
    if digest is not None and hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
        raise EvidenceTorn("it is not the one that the exam was held with")
    with tempfile.TemporaryDirectory(prefix="fdelab-") as scratch:
        try:
            unpack(archive, Path(scratch))
        except (tarfile.TarError, OSError, EOFError) as error:
            raise EvidenceTorn(f"it cannot be unpacked: {error}") from None
        return Evidence(Path(scratch))


def weigh(brief: Brief, scenario: Scenario, evidence: Evidence) -> Judged:
    """Judge a brief against an incident.

    Raises `Unobservable` and `duckdb.Error` when one of the scenario's questions has no answer.
    """
    one = check(scenario)
    assert one is not None
    assert scenario.brief is not None
    reading = Reading(brief, scenario.brief, scenario, expand(brief, scenario))
    true = truth(evidence, scenario, scenario.brief.claims)
    return _judged(one, list(_parts(reading, true, evidence)), cited.part(true.largest, reading))


def _parts(reading: Reading, true: Truth, evidence: Evidence) -> Iterator[Part]:
    yield attributed.judge(reading, true, SHARES)
    yield from cited.judge(reading, evidence, true, EVIDENCE)
    yield from numbers.judge(reading, evidence, IMPACT)
    yield doing.decisions(reading, true, DECISIONS)
    yield doing.ask(reading, ASK)
    yield from doing.follow_up(reading, max(span.sim_begins for span in evidence.runs[0].spans).date(), FOLLOW_UP)
    yield from note.judge(reading, true, NOTE)
    yield from note.advice(reading)


def _judged(one: Check, parts: list[Part], needed: str) -> Judged:
    earned = sum(part.earned for part in parts)
    shown = all(part.missed is None for part in parts if part.name == needed)
    passed = earned >= PASSED - 1e-9 and shown
    credit = min(1.0, earned / PASSED) if shown else min(UNSHOWN, earned / PASSED)
    missed = [part for part in parts if part.missed]
    rows = tuple({"part": part.name, "points": _points(part), "missed": clean(part.missed or "")} for part in missed)
    lacking = ", ".join(part.name for part in missed if part.points)
    reason = f"{earned:.0f} of {ALL:.0f} points" + (f"; something is missing in: {lacking}" if lacking else "")
    if not shown and earned >= PASSED - 1e-9:
        reason += "; without evidence of the largest cause no brief passes"
    share = earned / ALL
    return Judged(one, Verdict.PASS if passed else Verdict.FAIL, reason, credit, share, "share", said(share, "share"),
                  share - PASSED / ALL, rows)  # fmt: skip


def _points(part: Part) -> str:
    return f"{part.earned:.3g} of {part.points:.3g}" if part.points else "advice"
