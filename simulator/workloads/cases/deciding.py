"""What a deployment decides of a business, from which degenerate deployments are made: its answers, what it leaves."""

from collections.abc import Mapping
from typing import Any

from scenarios.business import Business, Read
from scenarios.exchange import AnswerField
from simulator.workloads.cases.answer import pointer
from simulator.workloads.decisions import Decision, Decisions, Left

_NUMBERS = (0, 1, 50)
_DAYS = (1, 7)


def decisions(business: Business) -> Decisions:
    """Return what a deployment decides."""
    answers = {business.request.line: _fields(business.answer)}
    for then in business.then.values():
        if then.request is not None:
            answers[then.request.line] = _fields(then.answer)
    parts = {name for name, one in business.parameters.items() if one.kind == "part"}
    reads = (business.settle.reads[name] for name in business.decisions.side_effects if name in business.settle.reads)
    return Decisions(answers, tuple(_left(business, read) for read in reads if read.part in parts))


def _fields(fields: Mapping[str, AnswerField]) -> tuple[Decision, ...]:
    return tuple(Decision(place(one), *_decided(one)) for one in fields.values())


def place(one: AnswerField) -> str:
    """Return where a field stands, as the model of the answer names it."""
    return "/".join(pointer(one.value)) if isinstance(one.value, str) else str(one.value["xpath"])


def _decided(one: AnswerField) -> Any:
    if one.same is not None:
        return "key", ()
    if one.kind in ("choice", "boolean"):
        return "choice", tuple(one.of) if one.of else (True, False)
    if one.kind in ("number", "integer"):
        least, most = one.min if one.min is not None else 0, one.max if one.max is not None else _NUMBERS[-1]
        return "number", tuple(value for value in _NUMBERS if least <= value <= most) or (least,)
    return ("date", _DAYS) if one.kind == "date" else ("text", ())


def _left(business: Business, read: Read) -> Left:
    """Return the rows of a read as somebody would write them for everybody: of what was asked and answered."""
    asked = business.request.json_ if isinstance(business.request.json_, Mapping) else {}
    answered = {place(one): name for name, one in business.answer.items()}
    keys = {one.same: place(one) for one in business.answer.values() if one.same is not None}
    columns = {}
    for column in read.columns:
        by_name = f"answer {column}" if column in answered else ""
        columns[column] = f"asked {column}" if column in asked else by_name
    case = next((column for column in read.columns if column in keys.values() or asked.get(column) == "{id}"), None)
    return Left(read.tells, read.part, ("tells", read.tells), columns, case=case)
