"""Check what is done about the loss: the decisions, what is asked of whom, what remains, and who does it by when."""

from collections.abc import Iterator
from datetime import date

from grader.brief.parts import Part, Reading
from grader.brief.truth import Truth
from scenarios.brief import MEANS

MENDED = 0.9
"""So much of the loss must be gone by what is decided."""


def decisions(reading: Reading, true: Truth, points: float) -> Part:
    """Return the part that the decisions earn together."""
    chosen, claims = reading.brief.decisions, reading.spec.claims
    if not chosen:
        return Part("decisions", points, reading.says(f"You do not tell me {MEANS['decisions']}."))
    idle = next((name for name in chosen if not claims.mended([name])), None)
    if idle is not None:
        says = claims.decisions[idle].says if idle in claims.decisions else idle
        return Part("decisions", points, reading.says(f"We paid for this, and lost no less: {says}."))
    if sum(true.shares.get(cause, 0.0) for cause in claims.mended(chosen)) < MENDED - 1e-9:
        return Part("decisions", points, reading.says("All that was done, and we still lose too much. What else?"))
    return Part("decisions", points)


def ask(reading: Reading, points: float) -> Part:
    """Return the part for what is wanted of somebody."""
    wanted = reading.brief.ask
    missed = None
    if wanted is None or not (wanted.what or "").strip():
        missed = "And what do you want from me? You ask for nothing."
    elif wanted.of not in reading.scenario.people:
        missed = "You want something, and do not say of whom."
    return Part("ask", points, missed and reading.says(missed))


def follow_up(reading: Reading, ends: date, points: float) -> Iterator[Part]:
    """Yield a part for each of risk, owner and day; `ends` is the last day of the incident."""
    brief = reading.brief
    for key, value in {"risk": brief.risk, "owner": brief.owner}.items():
        missed = None if (value or "").strip() else reading.says(f"You do not tell me {MEANS[key]}.")
        yield Part(key, points / 3, missed)
    day = brief.ask.by if brief.ask else None
    late = None
    if day is None:
        late = "Until when? I cannot wait for a day that nobody names."
    elif day < ends:
        late = f"You need an answer by {day}? That day was over when it happened."
    yield Part("day", points / 3, late and reading.says(late))
