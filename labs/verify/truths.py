"""What is true of a scenario's incident, for its author: each number that briefs state, and each claim's share."""

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from grader.brief import numbers
from grader.brief.check import incident
from grader.brief.truth import truth
from grader.checks import complaint
from grader.context import Unobservable
from labs.base.errors import UsageProblem
from labs.library.catalogue import Entry
from scenarios.claims import Claims
from scenarios.model import Scenario
from scenarios.phases import stretch
from simulator.evidence.reader import Evidence
from simulator.evidence.run import EvidenceError


@dataclass(frozen=True)
class Truths:
    """What the incident says."""

    accounts: dict[str, float]
    """What was booked, by account of the ledger, the largest loss first."""
    facts: list[dict[str, Any]]
    """Each with its name, what it asks, value, unit and window; `wrong` says why there is none."""
    causes: list[dict[str, Any]]
    """Each with its share of the loss, and how many keys are due to it; the largest first."""
    decisions: list[dict[str, Any]]
    """Each with the share of the loss that it mends."""
    wrong: str | None = None
    """Why nothing can be said of the causes."""

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def truths(entry: Entry, number: int = 1) -> Truths:
    """Return what is true of an incident that ships with a scenario. Raises `UsageProblem` where there is none."""
    archive = entry.incident_of(number)
    if not archive.is_file():
        which = "incident" if number == 1 else f"incident {number}"
        raise UsageProblem(f"{entry.name} has no {which} yet", f"fdelab scenario incident {entry.name} records one")
    try:
        with incident(archive) as evidence:
            return _asked(entry.scenario, evidence)
    except EvidenceError as error:
        again = f"fdelab scenario incident {entry.name} records it anew"
        raise UsageProblem(f"{archive.name}: {error}", again) from None


def _asked(scenario: Scenario, evidence: Evidence) -> Truths:
    booked = evidence.ask("select account, sum(amount) from ledger group by 1 order by 2")
    accounts = {account: round(float(amount), 2) for account, amount in booked}
    if scenario.brief is None:
        return Truths(accounts, [], [], [])
    facts = [_fact(scenario, evidence, name) for name in scenario.brief.facts]
    claims = scenario.brief.claims
    try:
        shares, keys = _shares(scenario, evidence, claims)
    except (Unobservable, duckdb.Error) as error:
        return Truths(accounts, facts, [], [], complaint(error))
    causes = [
        {"cause": name, "says": one.says, "share": shares[name], "keys": keys.get(name, 0), "true": name in claims.true}
        for name, one in claims.causes.items()
    ]
    decisions = [
        {"decision": name, "says": one.says, "mends": one.mends, "share": sum(shares[cause] for cause in one.mends)}
        for name, one in claims.decisions.items()
    ]
    return Truths(accounts, facts, sorted(causes, key=lambda one: -one["share"]), decisions)


def _shares(scenario: Scenario, evidence: Evidence, claims: Claims) -> tuple[dict[str, float], dict[str, int]]:
    found = truth(evidence, scenario, claims)
    return found.shares, {cause: len(keys) for cause, keys in found.keys.items()}


def _fact(scenario: Scenario, evidence: Evidence, name: str) -> dict[str, Any]:
    assert scenario.brief is not None
    fact = scenario.brief.facts[name]
    said = {"fact": name, "asks": fact.asks, "unit": fact.unit, "window": stretch(scenario.phases, fact.window)}
    try:
        return said | {"value": numbers.truth(evidence, scenario, fact), "wrong": None}
    except (Unobservable, duckdb.Error) as error:
        return said | {"value": None, "wrong": complaint(error)}
