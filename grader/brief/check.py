"""Grade a brief: each of its parts has a weight, and what the reader would have missed is reported."""

import hashlib
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from grader.brief import evidence as cited
from grader.brief import note, numbers
from grader.brief.naming import named
from grader.brief.parts import Part, Reading
from grader.checks import Judged, clean, complaint
from grader.context import Unobservable
from grader.verdict import Verdict
from scenarios.brief import INCIDENT, MEANS, Brief, read, text_of
from scenarios.expectation import format as said
from scenarios.model import Check, Scenario, Wanted
from scenarios.problems import ordered
from scenarios.rules.brief import CHECK
from simulator.evidence.packed import unpack
from simulator.evidence.reader import Evidence
from simulator.evidence.run import EvidenceError, EvidenceMissing, EvidenceTorn, Run, examiners

MOST_PROBLEMS = 20
"""How many problems of an unreadable brief are reported."""

CAUSE, EVIDENCE, IMPACT, DECISION, FOLLOW_UP, NOTE = 0.25, 0.15, 0.25, 0.05, 0.05, 0.25
"""The weight of each part in the whole; `NOTE`, `IMPACT` and `FOLLOW_UP` are shared by all of their rules."""


def check(scenario: Scenario) -> Check | None:
    """Return the check for a scenario that asks for a brief; None when it asks for none."""
    if scenario.brief is None:
        return None
    name = scenario.people[scenario.brief.to].name
    return Check(id=CHECK, family="communication", weight=scenario.brief.weight, expect=">= 100 %",
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
    return _judged(one, list(_parts(Reading(brief, scenario.brief, scenario), evidence)))


def _parts(reading: Reading, evidence: Evidence) -> Iterator[Part]:
    brief, spec = reading.brief, reading.spec
    yield Part("cause", CAUSE, _wanted(reading, brief.cause, "cause", spec.cause))
    yield from cited.judge(reading, evidence, EVIDENCE)
    yield from numbers.judge(reading, evidence, IMPACT)
    yield Part("decision", DECISION, _wanted(reading, brief.decision, "decision", spec.decision))
    yield from _follow_up(reading, evidence)
    yield from note.judge(reading, NOTE)


def _wanted(reading: Reading, text: str | None, what: str, wanted: Wanted | None) -> str | None:
    if not (text or "").strip():
        return reading.says(f"You do not tell me {MEANS[what]}.")
    if wanted is None or text is None:
        return None
    decoy = next((name for name in wanted.decoys if named(text, reading.spec.phrases(name))), None)
    if decoy is not None:
        return reading.says(f"I had {what} “{decoy.replace('-', ' ')}” acted upon, and nothing got better.")
    if not named(text, reading.spec.phrases(wanted.is_)):
        return reading.says(f"I read it, and I still do not know {MEANS[what]}.")
    return None


def _follow_up(reading: Reading, evidence: Evidence) -> Iterator[Part]:
    brief = reading.brief
    for key, value in {"risk": brief.risk, "owner": brief.owner}.items():
        missed = None if (value or "").strip() else reading.says(f"You do not tell me {MEANS[key]}.")
        yield Part(key, FOLLOW_UP / 3, missed)
    ends = max(span.sim_begins for span in evidence.runs[0].spans).date()
    late = "Until when? I cannot wait for a day that nobody names."
    if brief.by is not None:
        late = f"You will be done on {brief.by}? That day was over when it happened."
    yield Part("by", FOLLOW_UP / 3, None if brief.by is not None and brief.by >= ends else reading.says(late))


def _judged(one: Check, parts: list[Part]) -> Judged:
    total = sum(part.weight for part in parts)
    missed = [part for part in parts if part.missed]
    credit = sum(part.weight for part in parts if not part.missed) / total if missed else 1.0
    rows = tuple({"part": part.name, "missed": clean(part.missed or "")} for part in missed)
    names = ", ".join(part.name for part in missed)
    verdict = Verdict.FAIL if missed else Verdict.PASS
    reason = f"{len(parts) - len(missed)} of {len(parts)} parts hold" + (f"; not these: {names}" if names else "")
    return Judged(one, verdict, reason, credit, credit, "share", said(credit, "share"), credit - 1.0, rows)
