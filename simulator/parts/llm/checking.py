"""Check the fields of a request's body, with the real API's refusals."""

from collections.abc import Collection, Mapping
from typing import Any

from simulator import gate
from simulator.parts.llm import errors
from simulator.parts.llm.errors import ApiError
from simulator.parts.llm.schema import wrong

Bounds = Mapping[str, tuple[type[int] | type[float], float, float | None]]
"""For each number by its parameter: whether it is a whole number, and its least and greatest value."""

BODY = gate.Bounds(deepest=64, most=20_000, largest=2**21)
"""Limits of a request's body: some 500,000 tokens."""


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body, which names a model. Raises `ApiError`."""
    try:
        data = gate.parse(body, BODY)
    except gate.Untold as error:
        raise ApiError(400, f"We could not parse the JSON body of your request: {error}.") from None
    if not isinstance(data, dict):
        raise ApiError(400, "We could not parse the JSON body of your request: it is no object.")
    if not isinstance(data.get("model"), str) or not data["model"]:
        raise ApiError(400, "you must provide a model parameter")
    return data


def of_type(data: Mapping[str, Any], name: str, kind: type, expected: str, default: Any, where: str = "") -> Any:
    """Return the value of a field, `default` when it is missing or null; `where` is its name in the error.

    Raises `ApiError` when it has another type.
    """
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise errors.wrong_type(where or name, expected, value)
    return value


def objects(data: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list, empty when it is missing."""
    return list(of_type(data, name, list, "an array of objects", []))


def unknown(data: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """Return the parameters that do not exist; null ones count as missing."""
    return [name for name, value in data.items() if name not in known and value is not None]


def numbers(data: Mapping[str, Any], bounds: Bounds) -> None:
    """Check that numbers are numbers within bounds. Raises `ApiError` otherwise."""
    for name, (kind, least, most) in bounds.items():
        value = data.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float):
            raise errors.wrong_type(name, "an integer" if kind is int else "a decimal", value)
        word = "integer" if kind is int else "decimal"
        if not value >= least:
            raise errors.out_of_range(name, word, "below", "min", f">= {least:g}", value)
        if most is not None and value > most:
            raise errors.out_of_range(name, word, "above", "max", f"<= {most:g}", value)


def unsupported(data: Mapping[str, Any], names: Collection[str]) -> None:
    """Check that no parameter is one that the real API has for other models only. Raises `ApiError` otherwise."""
    for name in names:
        if data.get(name):
            raise errors.unsupported(name)


def one_of(value: Any, where: str, choices: Collection[str]) -> None:
    """Check that a word is one of these. Raises `ApiError` otherwise."""
    if value is not None and value not in choices:
        *others, last = map(repr, choices)
        supported = f"{', '.join(others)}, and {last}" if others else last
        raise errors.invalid(where, f"Invalid value: {str(value)[:40]!r}. Supported values are: {supported}.")


def check_schema(schema: dict[str, Any], where: str) -> None:
    """Check that a JSON Schema can be filled in. Raises `ApiError` otherwise."""
    if problem := wrong(schema):
        raise errors.invalid(where, f"Invalid schema for '{where}': {problem}.")
