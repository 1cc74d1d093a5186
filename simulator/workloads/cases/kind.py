"""A business as a kind of workload: its parameters, tables, accounts, and the contract that a learner sees."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model
from pydantic.config import JsonDict

from scenarios.business import Business
from scenarios.exchange import AnswerField, Request
from scenarios.positions import read
from scenarios.shape import shape
from scenarios.units import Share, Simulated
from scenarios.vocabulary import Named, Params
from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table
from simulator.workloads.base import Route, WorkloadKind
from simulator.workloads.cases.deciding import decisions, place
from simulator.workloads.cases.expression import HOLE
from simulator.workloads.cases.names import CASE, PARAMETERS
from simulator.workloads.cases.playing import Cases

_PARAMETERS: dict[str, Any] = {
    "text": str, "number": float, "integer": int, "share": Share, "money": float, "dataset": str, "part": str,
    "column": str, "time": Simulated,
}  # fmt: skip
_ANSWERS: dict[str, Any] = {
    "text": str, "number": float, "integer": int, "boolean": bool, "time": datetime, "date": date,
}  # fmt: skip
_MEANS = {
    "text": "text", "integer": "whole number", "real": "number", "boolean": "true or false", "date": "date",
    "time": "simulated local time, ISO 8601 without a zone",
}  # fmt: skip

_LEAVES = 200


def shipped(file: Path) -> WorkloadKind:
    """Return the business in a file of ours as a kind of workload. Raises `ValueError` when it is not one."""
    _, tree, problems = read(file)
    business, wrong = shape(Business, tree, file.name) if tree is not None else (None, [])
    if business is None:
        raise ValueError("; ".join(map(str, [*problems, *wrong])))
    return kind_of(business)


def kind_of(business: Business) -> WorkloadKind:
    """Return a business as a kind of workload."""
    return WorkloadKind(
        business.name, parameters(business), lambda context, params: Cases(business, context, params),
        tables=tuple(_tables(business)), about=" ".join(business.about.split()), routes=tuple(_routes(business)),
        accounts={name: m.about for money in (business.money, business.settle.money) for name, m in money.items()},
        leaves={f"`{read.tells}` of {read.part}": read.about or ", ".join(f"`{name}`" for name in read.columns)
                for read in business.settle.reads.values()},
        decisions=decisions(business),
    )  # fmt: skip


class _Params(Params):
    """Parameters of a business."""

    def named(self) -> Iterator[Named]:
        """Return the columns that parameters name."""
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            dataset = extra.get("of") if isinstance(extra, dict) else None
            if isinstance(dataset, str):
                yield Named((name,), getattr(self, name), str(getattr(self, dataset, dataset)), clean=True)


def parameters(business: Business) -> type[Params]:
    """Return the model of a business's parameters."""
    fields: dict[str, Any] = {}
    for name, one in business.parameters.items():
        extra: JsonDict | None = {"names": one.kind} if one.kind in ("dataset", "part") else None
        extra = {"of": one.of} if one.of is not None else extra
        least = 0 if one.kind in ("share", "money", "time") and one.min is None else one.min
        number = one.kind not in ("text", "dataset", "part", "column")
        fields[name] = (_PARAMETERS[one.kind], Field(
            default=one.value, description=" ".join(one.about.split()) or None, json_schema_extra=extra,
            validate_default=True, ge=least if number else None, le=one.max if number else None,
        ))  # fmt: skip
    made: type[Params] = create_model("".join(map(str.title, business.name.split("-"))) + "Params", __base__=_Params,
                                      __doc__=f"Parameters of workload `{business.name}`.", **fields)  # fmt: skip
    return made


def _tables(business: Business) -> Iterator[Table]:
    """Yield what it writes into the evidence."""
    facts = business.facts
    yield Table(facts.table, facts.about, (
        Column("at", "real", "when the case was due"),
        Column("done_at", "real", "when the answer was complete; null: no answer"),
        *(Column(name, column.kind, column.about, EXAMINER if column.truth else None) for name, column in facts.columns.items()),  # type: ignore[arg-type]
        Column("verdict", "text", " · ".join(business.verdicts), EXAMINER),
        Column("detail", "text", "why that is the verdict", EXAMINER),
    ), whose=CUSTOMER)  # fmt: skip
    for name, table in business.settle.tables.items():
        columns = (Column(n, kind, "", EXAMINER if n in table.truth else None) for n, kind in table.columns.items())
        at = Column("at", "real", "when the case was due, or the end of the traffic")
        yield Table(name, table.about, (at, *columns), settled=True, whose=CUSTOMER)


def _routes(business: Business) -> Iterator[Route]:
    yield _route(business, business.request, business.answer, business.request.about)
    for then in business.then.values():
        if then.request is not None:
            yield _route(business, then.request, then.answer, then.request.about)


def _route(business: Business, request: Request, fields: Mapping[str, AnswerField], about: str) -> Route:
    return Route(request.line, " ".join(about.split()), answer_model(fields), _body(business, request),
                 dict(request.headers), tuple(request.accepts), request, fields)  # fmt: skip


def answer_model(fields: Mapping[str, AnswerField]) -> type[BaseModel]:
    """Return the model of an answer, for people: a place that is a member of the answer has its name there."""
    made: dict[str, Any] = {}
    for name, one in fields.items():
        kind = Literal[tuple(one.of)] if one.of else _ANSWERS[one.kind]
        about = " ".join(one.about.split()) or ("As asked." if one.same else None)
        made[name] = (kind | None if one.optional else kind, Field(
            default=None if one.optional else ..., description=about, alias=place(one), ge=one.min, le=one.max,
        ))  # fmt: skip
    return create_model("Answer", __base__=_Answer, **made)


class _Answer(BaseModel):
    """What the service must answer."""


def _body(business: Business, request: Request) -> dict[str, str]:
    """Return the fields of what is sent, each with type and meaning."""
    written = request.json_ if isinstance(request.json_, Mapping) else request.form or {}
    kinds = {name: one.type for name, one in CASE.items()}
    kinds |= {name: PARAMETERS[one.kind] for name, one in business.parameters.items() if one.kind in PARAMETERS}
    said = {key: request.means.get(key) or _meant(value, kinds) for key, value in written.items()}
    if request.body is not None:
        said["(body)"] = request.means.get("body") or " ".join(request.body.split())[:_LEAVES]
    return said


def _meant(value: Any, kinds: Mapping[str, str]) -> str:
    if isinstance(value, Mapping) and set(value) == {"each", "json"}:
        inner = value["json"]
        return "list of " + (
            f"objects: {', '.join(f'`{key}`' for key in inner)}" if isinstance(inner, Mapping) else "values"
        )
    if isinstance(value, Mapping):
        return f"object: {', '.join(f'`{key}`' for key in value)}"
    hole = HOLE.fullmatch(value) if isinstance(value, str) else None
    return (
        _MEANS.get(kinds.get(hole[1], ""), "")
        if hole
        else ""
        if isinstance(value, str) and "{" in value
        else str(value)
    )
