"""Check what an author says about the incident against the incident itself, so that lint can report mistakes."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from grader.brief import numbers
from grader.brief.check import incident
from grader.checks import complaint
from grader.context import Unobservable
from scenarios.brief import INCIDENT
from scenarios.model import Scenario
from scenarios.vocabulary import Mismatch
from simulator.evidence.reader import Evidence
from simulator.evidence.run import EvidenceError
from simulator.evidence.sql import name

CPU_LIMIT_S = 2.0
"""CPU seconds that all questions may take together."""
_ANEW = "repair it; or delete incident.tar.gz, and `fdelab scenario verify` makes another"


def mismatches(scenario: Scenario, folder: Path) -> Iterator[Mismatch]:
    """Yield facts that the incident does not answer, and evidence that it lacks; none while there is no incident."""
    archive = folder / INCIDENT
    if scenario.brief is None or not archive.is_file():
        return
    try:
        with incident(archive) as evidence, evidence.within(CPU_LIMIT_S):
            yield from _facts(scenario, evidence)
            for table, where in scenario.brief.evidence.items():
                yield from _evidence(evidence, table, where)
    except EvidenceError as error:
        yield Mismatch((), f"{INCIDENT}: {error}", _ANEW)


def _facts(scenario: Scenario, evidence: Evidence) -> Iterator[Mismatch]:
    assert scenario.brief is not None
    for key, fact in scenario.brief.facts.items():
        try:
            numbers.truth(evidence, scenario, fact)
        except (Unobservable, duckdb.Error) as error:
            yield Mismatch(("facts", key, "sql"), f"asked of the incident: {complaint(error)}", _ANEW)


def _evidence(evidence: Evidence, table: str, where: str) -> Iterator[Mismatch]:
    try:
        ((found,),) = evidence.ask(f"select count(*) from {name(table)} where ({where})")
    except duckdb.Error as error:
        yield Mismatch(("evidence", table), f"asked of the incident: {complaint(error)}", _ANEW)
    else:
        if not found:
            yield Mismatch(("evidence", table), f"no row of {table} in the incident is like that", _ANEW)
