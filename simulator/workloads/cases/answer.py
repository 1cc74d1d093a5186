"""What is read of an answer: typed fields, each at its place in JSON or XML. Nothing that is answered raises."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from scenarios.exchange import AnswerField
from simulator import gate

SHOWN = 60
"""Most characters of these that come from the deployment, in a text of ours."""
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?")
_NONE = object()


class Unread(Exception):
    """What of an answer cannot be read."""


class Stranger(Unread):
    """The answer is for somebody else."""


class Reader:
    """Reads the answer's fields of one request."""

    def __init__(self, fields: Mapping[str, AnswerField], before: str = "answer.") -> None:
        self._fields = [(name, before + name, _field(one)) for name, one in fields.items()]
        paths = [one.value for one in fields.values()]
        self._json = any(isinstance(path, str) for path in paths)
        self._xml = any(isinstance(path, dict) for path in paths)

    def read(self, body: bytes, case: Mapping[str, Any]) -> dict[str, Any] | str:
        """Return the values by their names in expressions, or what is wrong with the answer."""
        try:
            parts = gate.parse(body) if self._json else None, gate.xml(body) if self._xml else None
        except gate.Untold as error:
            return f"unreadable answer: {error}"
        found = {}
        for name, called, read in self._fields:
            try:
                found[called] = read(*parts, case)
            except Stranger as error:
                return str(error)
            except Unread as error:
                return f"unreadable answer: {name}: {error}"
        return found


def pointer(path: str) -> list[str]:
    """Return the steps of a JSON pointer (RFC 6901)."""
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _field(one: AnswerField) -> Callable[[Any, Any, Mapping[str, Any]], Any]:
    steps = pointer(one.value) if isinstance(one.value, str) else None
    find = None if steps is not None else _xpath(one.value["xpath"])
    kind = _READ[one.kind] if steps is not None else _texts(one.kind)
    same, bounded, options = one.same, one.min is not None or one.max is not None, frozenset(one.of or ())

    def read(json: Any, xml: Any, case: Mapping[str, Any]) -> Any:
        value = _at(json, steps) if steps is not None else find(xml)  # type: ignore[misc]  # one of the two is there
        if value is None or value is _NONE:
            if one.optional:
                return None
            raise Unread("is missing" if value is _NONE else "is null")
        value = kind(value)
        if options and value not in options:
            raise Unread(f"{value[:SHOWN]!r} is none of {', '.join(one.of or ())}")
        if bounded and not _within(value, one):
            raise Unread(f"{value} is out of bounds")
        if same is not None and value != case[same]:
            raise Stranger(f"the answer is for {str(value)[:SHOWN]}")
        return value

    return read


def _within(value: float, one: AnswerField) -> bool:
    return (one.min is None or value >= one.min) and (one.max is None or value <= one.max)


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step, _NONE)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 6:
            value = value[int(step)] if int(step) < len(value) else _NONE
        else:
            return _NONE
    return value


def _xpath(path: str) -> Callable[[Any], Any]:
    # Late: most answers are JSON.
    from lxml import etree

    ask = etree.XPath(path)

    def find(tree: Any) -> Any:
        try:
            found = ask(tree)
        except etree.XPathError:
            return _NONE
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, list):
            return _NONE
        text = first.text if isinstance(first, etree._Element) else first  # noqa: SLF001 - its class has no other name
        return text if isinstance(text, bool | float) else str(text or "").strip()

    return find


def _texts(kind: str) -> Callable[[Any], Any]:
    """Return what reads a value that is written as text, as all are in XML."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return _READ[kind](value)
        if kind in ("number", "integer"):
            if not _NUMBER.fullmatch(value):
                raise Unread("is no number")
            whole = value.lstrip("+-").isdigit()
            return _READ[kind](int(value) if whole else float(value))
        if kind == "boolean":
            truth = {"true": True, "1": True, "false": False, "0": False}.get(value)
            return _READ[kind](truth)
        return _READ[kind](value)

    return read


def _number(value: Any) -> Any:
    found = None if isinstance(value, bool) or not isinstance(value, int | float) else gate.fitted(value, "real")[0]
    if found is None:
        raise Unread("is no number")
    return value if isinstance(value, int) and value.bit_length() <= 63 else found


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value.bit_length() > 63:
        raise Unread("is no whole number")
    return value


def _is(kind: type, said: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise Unread(f"is no {said}")
        return value

    return read


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unread("is no date") from None


def _moment(value: Any) -> datetime:
    found = gate.moment(value) if isinstance(value, str) else None
    if found is None:
        raise Unread("is no time")
    return found


_READ: dict[str, Callable[[Any], Any]] = {
    "text": _is(str, "text"), "choice": _is(str, "text"), "boolean": _is(bool, "true or false"), "number": _number,
    "integer": _integer, "date": _day, "time": _moment,
}  # fmt: skip
