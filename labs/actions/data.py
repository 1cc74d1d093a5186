"""What actions return, as data for programs: what a command's `--json` prints, and what a coding agent is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labs.actions.ask import Asked
    from labs.actions.brief import BriefLooked
    from labs.actions.hint import Hint, HintTaken
    from labs.actions.redeploy import Redeployed
    from labs.actions.status import WorldStatus
    from labs.engagement.artefacts import Artefact
    from labs.engagement.engagement import Engagement
    from labs.engagement.people import Reply
    from labs.engagement.tables import Answer
    from simulator.protocol.control import WorldStatus as KeeperStatus

Data = dict[str, Any]


def of_engagement(engagement: "Engagement") -> Data:
    """Where an engagement is, and which world of it runs."""
    world = engagement.world()
    return {
        "scenario": engagement.scenario,
        "folder": str(engagement.folder),
        "workspace": str(engagement.workspace),
        "session": world.session if world else None,
    }


def of_status(engagement: "Engagement", now: "WorldStatus") -> Data:
    """Return what the engagement's world is doing, and what people wrote."""
    return of_engagement(engagement) | {
        "world": now.world and _seen(now.world),
        "ended": now.ended,
        "messages": [asdict(one) for one in now.messages],
        "elsewhere": [one.facts() for one in now.elsewhere],
    }


def _seen(world: "KeeperStatus") -> Data:
    """Return what the customer's own screens could show of it: how many answers are untrue is the examiner's."""
    facts: Data = world.model_dump(mode="json")
    for hidden in ("ok", "wrong") if facts["field"] else ():
        del facts["field"][hidden]
    return facts


def of_redeploy(done: "Redeployed") -> Data:
    """Return what became of a redeploy."""
    return {
        "ready": done.ready,
        "changed": done.collected.changed,
        "ignored": done.collected.ignored,
        "left_out": done.collected.left_out,
        "last_lines": done.last_lines,
    }


def of_hint(given: "HintTaken") -> Data:
    """Return a nudge that was given."""
    return {"check": given.check, "hint": given.text}


def of_hints(there: "Sequence[Hint]") -> list[Data]:
    """Return the checks that have a hint; the hint itself only where it was taken."""
    return [
        {"check": one.check, "says": one.says, "taken": one.taken, **({"hint": one.text} if one.taken else {})}
        for one in there
    ]


def of_artefacts(there: "Sequence[Artefact]") -> list[Data]:
    """Return what is left of the bad day."""
    return [{"path": one.path, "kind": one.kind, "about": one.about, "bytes": one.size} for one in there]


def of_reply(said: "Reply") -> Data:
    """Return what a person answered."""
    choices = [{"number": choice.number, "means": choice.means} for choice in said.choices]
    return {
        "person": said.person, "name": said.name, "role": said.role, "says": said.says, "kind": said.kind.value,
        "answered": said.answered, "reveals": said.reveals, "minutes": said.minutes, "left": said.left,
        "choices": choices, "request": said.request,
    }  # fmt: skip


def of_asked(found: "Asked") -> Data:
    """Who can be asked, what they were asked, and what time they have left."""
    left = found.budget
    return {
        "people": [
            {"person": one.person, "name": one.name, "role": one.role, "cares": one.cares, "attitude": one.attitude,
             "minutes": one.minutes, "asked": one.asked, "request": one.request}
            for one in found.people
        ],
        "time": left and {"minutes": left.minutes, "left": left.left, "again": left.again and left.again.isoformat()},
        "questions": [one.to_json() for one in found.questions],
    }  # fmt: skip


def of_brief(found: "BriefLooked") -> Data:
    """How far the brief is."""
    return {
        "file": str(found.file),
        "blank": found.blank,
        "left_out": found.left_out,
        "asked": found.asked,
        "of": found.of,
        "claims": {
            one.name: {"says": one.says, "share": one.share, "selected": one.selected and vars(one.selected)}
            for one in found.claims
        },
        "decisions": {name: {"says": says, "chosen": name in found.chosen} for name, says in found.decisions.items()},
        "note": found.note and {"text": found.note.text, "words": found.note.words},
        "problems": [problem.to_json() for problem in found.problems],
    }


def of_answer(answer: "Answer") -> list[Data]:
    """Return the rows of an answer, each by name of column."""
    return [_row(row) for row in answer.records()]


def _row(row: Mapping[str, Any]) -> Data:
    return {name: plain(value) for name, value in row.items()}


def plain(value: Any) -> Any:
    """Return what a program takes: numbers as such, moments as ISO 8601."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
