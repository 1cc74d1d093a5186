"""Every name that the expressions of a business may use, with its type: of the case, of the answer, of the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scenarios.business import Business, Draw
from scenarios.exchange import AnswerField
from simulator.workloads.cases.expression import Of, Scope

if TYPE_CHECKING:
    from simulator.dirt import Dataset

ANSWERED: Mapping[str, str] = {
    "text": "text", "choice": "text", "number": "real", "integer": "integer", "boolean": "boolean", "date": "date",
    "time": "time",
}  # fmt: skip
"""By kind of a field the type of its values."""

PARAMETERS: Mapping[str, str] = {
    "text": "text", "number": "real", "integer": "integer", "share": "real", "money": "real", "time": "real",
}  # fmt: skip
"""By kind of a parameter the type of its value, of those that are names in expressions; `time` is in seconds."""

CASE: Scope = {
    "id": Of("text"), "number": Of("integer"), "due": Of("time"), "phase": Of("text"), "shifted": Of("boolean"),
}  # fmt: skip
"""What every case has."""

ANSWER: Scope = {
    "unanswered": Of("boolean", late=True), "unreadable": Of("boolean", late=True), "asked": Of("integer", late=True),
    "status": Of("integer", True, True), "waited": Of("real", True, True), "answered_at": Of("time", True, True),
}  # fmt: skip
"""What is known of every answer."""

BUILT_IN = frozenset({*CASE, *ANSWER, "verdict"})

Columns = Mapping[str, Mapping[str, str]]
"""Types of the columns of datasets, by dataset."""


@dataclass(frozen=True)
class Given:
    """What a scenario gives to a business: its parameters, and the columns of its datasets."""

    params: Mapping[str, Any] = field(default_factory=dict)
    columns: Columns = field(default_factory=dict)

    def named(self, word: str) -> str:
        """Return the dataset, part or column that a word of a business means: itself, or what a parameter names."""
        return str(self.params.get(word, word))

    def types(self, dataset: str) -> Mapping[str, str]:
        """Return the types of a dataset's columns; none of one that is not there."""
        return self.columns.get(self.named(dataset), {})


def given(business: Business, params: Mapping[str, Any], data: "Mapping[str, Dataset]") -> Given:
    """Return what a lap gives: the types are those of its data."""
    # Late, because NumPy takes its time and not every business has data.
    from simulator.dirt.base import type_of

    words = {n: params[n] for n, p in business.parameters.items() if p.kind in ("dataset", "part", "column")}
    columns = {name: {c: type_of(values) for c, values in one.clean.items()} for name, one in data.items()}
    return Given(words, columns)


def of_the_case(business: Business, given: Given, keys: Mapping[str, str]) -> dict[str, Of]:
    """Return the names that are known when a case is made, but for values; `keys` are the datasets' keys."""
    names = {c: Of(t) for c, t in given.types(business.cases.data).items()} if business.cases.data else {}
    names |= CASE
    for name, parameter in business.parameters.items():
        if parameter.kind in PARAMETERS:
            names[name] = Of(PARAMETERS[parameter.kind])
    for name, rows in business.cases.lists.items():
        if isinstance(rows, Draw):
            types = given.types(rows.draw)
            key = keys.get(given.named(rows.draw), "")
            items = {n: Of(types.get(key if c == "key" else given.named(c), "any")) for n, c in rows.take.items()}
            items |= {n: Of("integer") for n in rows.with_}
        else:
            items = {c: Of(t) for c, t in given.types(rows.rows).items()}
        names[name] = Of("list", items=items)
    for name, one in business.cases.series.items():
        names[name] = Of("series", items=dict.fromkeys(one.by, Of("any")), value="real")
    return names


def of_the_answer(business: Business) -> dict[str, Of]:
    """Return the names that are known when an answer is in, but for values."""
    fields = {f"answer.{name}": _field(one) for name, one in business.answer.items()}
    for step, then in business.then.items():
        fields |= {f"{step}.{name}": _field(one) for name, one in then.answer.items()}
    return dict(ANSWER) | fields


def verdict(business: Business) -> Of:
    """Return the type of name `verdict`."""
    return Of("text", late=True, options=tuple(business.verdicts))


def _field(one: AnswerField) -> Of:
    return Of(ANSWERED[one.kind], null=True, late=True, options=tuple(one.of or ()))


def early(names: Scope) -> dict[str, Of]:
    """Return those of the names that are known before an answer is in."""
    return {name: of for name, of in names.items() if not of.late}


def unsure(of: Of) -> Of:
    """Return the type of a value whose expression is wrong: whatever reads it is not wrong because of that."""
    return replace(of, type="any", null=True)
