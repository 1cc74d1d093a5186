"""All expressions of a business, compiled once a lap."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.business import OTHERWISE, Business
from scenarios.exchange import Then
from simulator.workloads.cases import names as known
from simulator.workloads.cases.answer import Reader
from simulator.workloads.cases.expression import Expr, Of, Scope, Wrong
from simulator.workloads.cases.names import Given
from simulator.workloads.cases.request import Sends, template

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A request and its answer: the first of a case, or what the customer does next."""

    sends: Sends
    reads: Reader
    again: bool = True
    """Whether it asks what was asked first."""


@dataclass(frozen=True)
class Next:
    """What the customer does next, and when."""

    name: str
    when: Expr
    then: Then
    step: Step


@dataclass(frozen=True)
class Account:
    """What is booked on an account."""

    name: str
    when: Expr | None
    amount: Expr
    sign: int
    booked_at: Expr | None


class Compiled:
    """A business in a scenario, ready to be played. Raises `Wrong` at the first expression that does not fit."""

    def __init__(self, business: Business, given: Given, keys: Mapping[str, str]) -> None:
        self.case = known.of_the_case(business, given, keys)
        """The names of a case, without values."""
        names = {**self.case, **known.of_the_answer(business)}
        self.early: list[tuple[str, Expr]] = []
        self.late: list[tuple[str, Expr]] = []
        for name, text in business.values.items():
            made = Expr(text, names)
            names[name] = made.of
            (self.late if made.of.late else self.early).append((name, made))
        self.rules = [(n, None if v.when == OTHERWISE else truth(v.when, names)) for n, v in business.verdicts.items()]
        self.says = {n: template(v.says, names) for n, v in business.verdicts.items() if v.says}
        self.names = names | {"verdict": known.verdict(business)}
        """Every name, with its type."""
        self.money = [
            Account(n, None if m.when == OTHERWISE else truth(m.when, self.names),
                    Expr(m.costs or m.earns or "", self.names), -1 if m.costs is not None else 1,
                    Expr(m.booked_at, self.names) if m.booked_at else None)
            for n, m in business.money.items()
        ]  # fmt: skip
        self.facts = [(n, written(c.value, c.kind, self.names)) for n, c in business.facts.columns.items()]
        self.first = Step(Sends(business.request, known.early(names)), Reader(business.answer))
        self.then = [self._next(name, one) for name, one in business.then.items()]
        self.absent = {name: None for name, of in self.names.items() if of.late} | {"asked": 0}
        """The values of what is not known before an answer is in."""

    def _next(self, name: str, then: Then) -> Next:
        step = self.first
        if then.request is not None:
            step = Step(Sends(then.request, self.names), Reader(then.answer, f"{name}."), again=False)
        return Next(name, truth(then.when, self.names), then, step)


def truth(text: str, names: Scope) -> Expr:
    """Return a condition. Raises `Wrong` when it is none."""
    made = Expr(text, names)
    if made.of.type not in ("boolean", "any"):
        raise Wrong(f"`{text}` is {made.of.said}, and a condition is needed")
    return made


_FITS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text", "time", "date", "integer", "real", "boolean", "any"}),
    "real": frozenset({"integer", "real", "any"}),
    "integer": frozenset({"integer", "real", "any"}), "boolean": frozenset({"boolean", "any"}),
}  # fmt: skip
"""The types that a column of each type takes."""


def written(text: str, kind: str, names: Scope) -> Callable[[Values], Any]:
    """Return what computes a column. Raises `Wrong` when the expression is of another type."""
    made = column(text, kind, names)
    if kind == "text" and made.of.type != "text":
        return lambda values: None if (value := made(values)) is None else _text(value)
    if kind == "integer" and made.of.type != "integer":
        return lambda values: None if (value := made(values)) is None else _whole(value)
    return made


def column(text: str, kind: str, names: Scope) -> Expr:
    """Return the expression of a column. Raises `Wrong` when it is of a type that the column does not take."""
    made = Expr(text, names)
    if made.of.type not in _FITS[kind]:
        raise Wrong(f"`{text}` is {made.of.said}, and the column is {Of(kind).said}")
    return made


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _whole(value: float) -> int | None:
    return int(value) if abs(value) < 2**63 else None
