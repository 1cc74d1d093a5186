"""Check that the numbers of a brief are those of the incident, in a matching unit and for the same window."""

import re
from collections.abc import Iterator

from grader.brief.parts import Part, Reading
from grader.context import EvidenceView, GradingContext, Unobservable
from scenarios import amounts
from scenarios.brief import ALL, Amount
from scenarios.model import Fact, Scenario
from simulator.evidence.reader import Evidence
from simulator.evidence.windows import exam

ROUNDED = 0.05
"""How far a number in a note may be off the brief's own number, as a share: notes say `about 8,000`."""
_NUMBER = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[,'  ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(k\b|thousand\b|m\b|million\b)?",
    re.IGNORECASE,
)
_NAMES = {name: value for value, name in enumerate(
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
)}  # fmt: skip


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


def judge(reading: Reading, evidence: Evidence, weight: float) -> Iterator[Part]:
    """Yield one part for each number. Raises the same errors as `truth`."""
    facts = reading.spec.facts
    for name, fact in facts.items():
        missed = _missed(reading, evidence, fact, reading.brief.impact.get(name))
        yield Part(f"impact: {name}", weight / len(facts), missed)


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
    if _window(reading.scenario, said.window) != _window(reading.scenario, fact.window or [ALL]):
        return reading.says(f"Your number is about {' and '.join(said.window)}; that is not what I asked: {asks}.")
    if abs(number - true) > fact.within * abs(true) + 1e-9:
        return reading.says(f"I repeated your {said.number:g} {said.unit}, and our own books say otherwise: {asks}.")
    return None


def _window(scenario: Scenario, names: list[str]) -> frozenset[str]:
    graded = [phase.name for phase in scenario.phases if phase.graded]
    return frozenset(phase for name in names for phase in (graded if name == ALL else [name]))


def mentioned(note: str, reading: Reading) -> bool:
    """Whether a note mentions one of the brief's own numbers, rounded or not."""
    found = list(_numbers(note))
    return any(
        abs(number - wanted) <= max(ROUNDED, reading.spec.facts[name].within) * abs(wanted)
        for name, amount in reading.brief.impact.items()
        if name in reading.spec.facts
        for wanted in _ways(amount)
        for number in found
    )


def _numbers(text: str) -> Iterator[float]:
    for match in _NUMBER.finditer(text):
        scale = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}.get((match[2] or "").lower(), 1.0)
        yield float(re.sub(r"[,'  ]", "", match[1])) * scale
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _NAMES:
            yield float(_NAMES[word])


def _ways(amount: Amount) -> Iterator[float]:
    """Yield the number as written, without its `k`, and as a percentage."""
    yield amount.number
    try:
        unit = amounts.parse(amount.unit)
    except ValueError:
        return
    if unit.scale != 1:
        yield amount.number * unit.scale
    if unit.kind == "share" and unit.size == 1:
        yield amount.number * 100
