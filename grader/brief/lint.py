"""What an author says of the incident, held against it, so that lint can tell before a learner meets it."""

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

LONGEST = 2.0
"""CPU seconds that all questions may take together."""
_ANEW = "repair it; or delete incident.tar.gz, and `fdelab scenario verify` makes another"


def misfits(scenario: Scenario, folder: Path) -> Iterator[Mismatch]:
    """Facts without an answer in the incident, and evidence that is not in it; none while there is no incident."""
    archive = folder / INCIDENT
    if scenario.brief is None or not archive.is_file():
        return
    try:
        with incident(archive) as evidence, evidence.within(LONGEST):
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
