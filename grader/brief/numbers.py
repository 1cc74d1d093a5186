"""Check that the numbers of a brief are those of the incident, in a matching unit."""

from collections.abc import Iterator

from grader.brief.figures import figures
from grader.brief.parts import Part, Reading
from grader.context import EvidenceView, GradingContext, Unobservable
from scenarios import amounts
from scenarios.brief_model import Amount
from scenarios.claims import Fact
from scenarios.model import Scenario
from simulator.evidence.reader import Evidence
from simulator.evidence.windows import exam

ROUNDED = 0.05
"""How far a number in a note may be off the brief's own number, as a share: notes say `about 8,000`."""
_SPANS = (60.0, 3600.0, 86400.0, 604800.0)
"""A minute, an hour, a day, a week: a note may say what falls on any of them."""


def truth(evidence: Evidence, scenario: Scenario, fact: Fact) -> float:
    """Return the number that the incident answers to a fact's question.

    Raises `Unobservable` when the answer is no number, and `duckdb.Error` when the question cannot be asked.
    """
    context = GradingContext(evidence, exam(evidence.runs[0]), scenario)
    sql = fact.sql.strip().rstrip(";")
    found = _view_of(context, sql, fact).number(f"select * from (\n{sql}\n)")
    if found is None:
        raise Unobservable("the question has no answer in the incident")
    return found


def _view_of(context: GradingContext, sql: str, fact: Fact) -> EvidenceView:
    return context.narrow(context.evidence.mentions(f"select * from (\n{sql}\n)"), fact.window)


def judge(reading: Reading, evidence: Evidence, points: float) -> Iterator[Part]:
    """Yield one part for each number. Raises the same errors as `truth`."""
    facts = reading.spec.facts
    for name, fact in facts.items():
        missed = _missed(reading, evidence, fact, reading.brief.impact.get(name))
        yield Part(f"impact: {name}", points / len(facts), missed)


def _missed(reading: Reading, evidence: Evidence, fact: Fact, said: Amount | None) -> str | None:
    asks = fact.asks.rstrip(".")
    if said is None:
        return reading.says(f"I have no number for it: {asks}.")
    true, unit = truth(evidence, reading.scenario, fact), amounts.parse(fact.unit)
    try:
        number = amounts.parse(said.unit).convert(said.number, unit)
    except ValueError:
        number = None
    if number is None:
        return reading.says(f"I cannot put your {said.unit!r} beside our {fact.unit}: {asks}.")
    if abs(number - true) > fact.within * abs(true) + 1e-9:
        return reading.says(f"I repeated your {said.number:g} {said.unit}, and our own books say otherwise: {asks}.")
    return None


def mentioned(note: str, reading: Reading) -> bool:
    """Whether a note mentions one of the brief's own numbers, rounded or not, in whichever unit."""
    found = list(figures(note))
    return any(
        abs(number - wanted) <= max(ROUNDED, reading.spec.facts[name].within) * abs(wanted)
        for name, amount in reading.brief.impact.items()
        if name in reading.spec.facts
        for wanted in _ways(amount)
        for number in found
    )


def _ways(amount: Amount) -> Iterator[float]:
    """Yield the number as written, or without its `k`, for other times, as a share or what is left of it."""
    yield amount.number
    try:
        unit = amounts.parse(amount.unit)
    except ValueError:
        return
    if unit.scale != 1:
        yield amount.number * unit.scale
    if unit.kind.endswith("per time"):
        yield from (amount.number * unit.size * span for span in _SPANS)
    if unit.kind == "share":
        share = amount.number * unit.size
        yield from (share, 100 * share, 1 - share, 100 * (1 - share))
