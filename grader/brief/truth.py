"""What each row of the incident's loss is due to, as the scenario's author can tell from the evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.context import EvidenceView, GradingContext, Unobservable
from scenarios.claims import Claims
from scenarios.model import Scenario
from simulator.evidence.reader import Evidence
from simulator.evidence.sql import name
from simulator.evidence.windows import exam


@dataclass(frozen=True)
class Truth:
    """The loss, taken apart."""

    shares: dict[str, float]
    """Of the whole loss, by cause, those that only look like one included; what is due to none is missing."""
    keys: dict[str, frozenset[str]]
    """What the rows are about, by true cause."""
    everything: frozenset[str]
    """What all rows of the loss are about."""
    rows: int
    several: int
    """How many rows are due to more than one cause: none, where lint had its say."""

    @property
    def decoys(self) -> frozenset[str]:
        """The causes that nothing is due to in this incident, whatever another day had."""
        return frozenset(cause for cause, share in self.shares.items() if share <= 0)

    @property
    def largest(self) -> str:
        """The cause of most of it."""
        return max(self.shares, key=lambda cause: self.shares[cause])

    def above(self, share: float) -> list[str]:
        """Return the causes of at least this share, the largest first."""
        found = [cause for cause, one in self.shares.items() if one >= share]
        return sorted(found, key=lambda cause: -self.shares[cause])


def truth(evidence: Evidence, scenario: Scenario, claims: Claims) -> Truth:
    """Return what the loss in an incident is due to.

    Raises `Unobservable` where there is no loss, and `duckdb.Error` when a condition cannot be asked.
    """
    true = claims.true
    shares, keys = dict.fromkeys(claims.causes, 0.0), {cause: set[str]() for cause in true}
    everything: set[str] = set()
    rows = several = 0
    total = 0.0
    for key, cost, *due in _asked(evidence, scenario, claims):
        causes = [cause for cause, is_due in zip(true, due, strict=True) if is_due]
        rows, several, total = rows + 1, several + (len(causes) > 1), total + cost
        everything.add(key)
        for cause in causes:
            shares[cause] += cost
            keys[cause].add(key)
    if total <= 0:
        raise Unobservable("nothing was lost in the incident")
    found = {cause: cost / total for cause, cost in shares.items()}
    return Truth(found, {cause: frozenset(some) for cause, some in keys.items()}, frozenset(everything), rows, several)


def costs(evidence: Evidence, scenario: Scenario, claims: Claims) -> dict[str, float]:
    """Return what each of those whom the loss is about has cost, by key, for whatever cause, by the customer's books.

    Raises `duckdb.Error`.
    """
    sql = f"select ({claims.of.key})::varchar, sum(({claims.of.amount})::double) {_from(claims)} group by 1"
    return dict(evidence.ask(view(evidence, scenario, claims, sql).sql(sql)))


def view(evidence: Evidence, scenario: Scenario, claims: Claims, sql: str) -> EvidenceView:
    """Return the evidence narrowed to the phases that the loss is about, for this question."""
    context = GradingContext(evidence, exam(evidence.laps[0]), scenario)
    return context.narrow(evidence.mentions(sql), claims.of.window)


def question(claims: Claims) -> str:
    """Return the SQL query of each row of the loss: its key, its cost, and by true cause whether it is due to it."""
    of = claims.of
    due = "".join(f", coalesce(({sql}), false)" for sql in claims.true.values())
    besides = f" and not coalesce(({of.besides}), false)" if of.besides is not None else ""
    return f"select ({of.key})::varchar, ({of.amount})::double{due} {_from(claims)}{besides}"


def _from(claims: Claims) -> str:
    return f"from {name(claims.of.table)} where ({claims.of.where or 'true'})"


def _asked(evidence: Evidence, scenario: Scenario, claims: Claims) -> Iterator[tuple[Any, ...]]:
    sql = question(claims)
    yield from evidence.ask(view(evidence, scenario, claims, sql).sql(sql))
