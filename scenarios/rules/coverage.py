"""Rules for what the checks leave out: phases in which nobody looks at something that is looked at elsewhere."""

from pydantic import BaseModel

from scenarios.model import Check
from scenarios.rules.context import Context

Subject = tuple[str, str]


def measures_are_taken_in_every_graded_phase(context: Context) -> None:
    """Note the graded phases in which a measure that some check uses is never taken: there, nobody looks."""
    graded = [phase.name for phase in context.scenario.phases if phase.graded]
    taken: dict[Subject, set[str]] = {}
    first: dict[Subject, int] = {}
    for index, check, params in context.surely_measured:
        subject = _subject(check, params)
        taken.setdefault(subject, set()).update(phase.name for phase in context.during(params))
        first.setdefault(subject, index)
    for subject, phases in taken.items():
        missing = [name for name in graded if name not in phases]
        if missing:
            measure, of = subject
            what = f"{measure}{f' of {of}' if of else ''} is never taken in {', '.join(missing)}"
            loc = ("checks", first[subject], "with", "during")
            context.note(loc, what, "who knows that needs no care there: leave `during` out, or add a check")


def _subject(check: Check, params: BaseModel) -> Subject:
    """Return the measure and what it is taken of: the stream, the link, or the table."""
    of = next((found for key in ("stream", "link", "table") if (found := getattr(params, key, None)) is not None), "")
    return (check.measure or f"the number of check {check.id}", str(of))
