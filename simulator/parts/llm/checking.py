"""What the fields of a request's body may be, refused as the real API refuses them."""

from collections.abc import Collection, Mapping
from typing import Any

from simulator import gate
from simulator.parts.llm import errors
from simulator.parts.llm.errors import ApiError
from simulator.parts.llm.schema import wrong

Bounds = Mapping[str, tuple[type[int] | type[float], float, float | None]]
"""Of each number by its parameter: whether it is a whole one, the least and the largest that it may be."""

BODY = gate.Bounds(deepest=64, most=20_000, largest=2**21)
"""Of a request's body: some 500,000 tokens."""


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object in a body, with a model in it. Raises `ApiError`."""
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
    """The value of a field, `default` where it is left out or null; `where` is what the error calls it."""
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise errors.wrong_type(where or name, expected, value)
    return value


def objects(data: Mapping[str, Any], name: str) -> list[Any]:
    """A list, empty where it is left out."""
    return list(of_type(data, name, list, "an array of objects", []))


def unknown(data: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """The parameters that there are not; one that is null is as if it were left out."""
    return [name for name, value in data.items() if name not in known and value is not None]


def numbers(data: Mapping[str, Any], bounds: Bounds) -> None:
    """Refuse numbers that are none, or out of range."""
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
    """Refuse what the real API has for some models, and this one does not do."""
    for name in names:
        if data.get(name):
            raise errors.unsupported(name)


def one_of(value: Any, where: str, choices: Collection[str]) -> None:
    """Refuse a word that is none of these."""
    if value is not None and value not in choices:
        *others, last = map(repr, choices)
        supported = f"{', '.join(others)}, and {last}" if others else last
        raise errors.invalid(where, f"Invalid value: {str(value)[:40]!r}. Supported values are: {supported}.")


def check_schema(schema: dict[str, Any], where: str) -> None:
    """Refuse a JSON Schema that cannot be filled in."""
    if problem := wrong(schema):
        raise errors.invalid(where, f"Invalid schema for '{where}': {problem}.")
