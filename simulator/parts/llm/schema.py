"""Generate objects that fit a JSON Schema (https://json-schema.org, the subset that the API accepts).

As structured outputs promise: keys that the schema does not know are dropped, and required ones without a value are as
empty as their type allows.
"""

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from simulator.parts.llm.template import number

_EMPTY: Mapping[str, Any] = {"string": "", "number": 0, "integer": 0, "boolean": False, "array": [], "null": None}
_DEEPEST, _MOST = 12, 2_000
"""Most levels and values to generate: a schema that refers to itself would never end."""


def wrong(schema: Any) -> str | None:
    """Return why a schema cannot be filled in; None when it can."""
    problem = _shape(schema)
    return problem or next((inside for inner in _inner(schema) if (inside := wrong(inner))), None)


def _shape(schema: Any) -> str | None:
    """Return what is wrong with a schema itself, apart from those inside it."""
    if not isinstance(schema, dict):
        return "a schema is an object"
    kinds = schema.get("type")
    if not isinstance(kinds, str | None) and not (isinstance(kinds, list) and all(isinstance(k, str) for k in kinds)):
        return "'type' is a string or an array of strings"
    wanted = {"enum": list, "properties": dict, "anyOf": list}
    found = (name for name, kind in wanted.items() if not isinstance(schema.get(name, kind()), kind | None))
    return next((f"'{name}' is an {'object' if wanted[name] is dict else 'array'}" for name in found), None)


def _inner(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the schemas inside a schema."""
    for name in ("properties", "$defs", "definitions"):
        inner = schema.get(name)
        yield from inner.values() if isinstance(inner, dict) else ()
    yield from schema.get("anyOf") or ()
    if schema.get("items") is not None:
        yield schema["items"]


def fit(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return `value` in the form of the schema, which is not `wrong`; None stands for a missing value."""
    return _Fitting(schema).fit(value, schema)


class _Fitting:
    """One schema while it is filled in."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._left = _MOST

    def fit(self, value: Any, schema: Mapping[str, Any], depth: int = 0) -> Any:
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return None
        schema = _resolved(schema, self._root)
        if _shape(schema):
            return None  # what a reference leads to may be no schema
        kind = _kind(value, schema)
        if kind == "object":
            given = value if isinstance(value, Mapping) else {}
            properties: Mapping[str, Any] = schema.get("properties") or {}
            kept = takewhile(lambda _: self._left > 0, properties.items())
            return {name: self.fit(given.get(name), child, depth + 1) for name, child in kept}
        if kind == "array":
            items = value if isinstance(value, list) else [] if value is None else [value]
            return [self.fit(item, schema.get("items") or {}, depth + 1) for item in items]
        if schema.get("enum"):
            return value if value in schema["enum"] else schema["enum"][0]
        return value if kind is None else _plain(value, kind)


def _plain(value: Any, kind: str) -> Any:
    if value is None:
        return _EMPTY.get(kind)
    if kind == "string":
        return value if isinstance(value, str) else str(value)
    if kind in ("number", "integer"):
        found = value if isinstance(value, int | float) and not isinstance(value, bool) else number(str(value))
        return int(found) if kind == "integer" else found
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).strip().lower() in ("true", "yes", "1")
    return None


def _kind(value: Any, schema: Mapping[str, Any]) -> str | None:
    """Return the type to generate; null when it is allowed and there is no value."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        plain = [kind for kind in kinds if kind != "null"]
        return "null" if value is None and "null" in kinds else next(iter(plain), "null")
    if kinds is None and "properties" in schema:
        return "object"
    return kinds if isinstance(kinds, str) else None


def _resolved(schema: Any, root: Mapping[str, Any], left: int = _DEEPEST) -> Any:
    """Return the schema behind `$ref`, or the first alternative; one with null among them allows null."""
    if not isinstance(schema, Mapping) or not left:
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        found: Any = root
        for step in reference[2:].split("/"):
            found = found.get(step, {}) if isinstance(found, Mapping) else {}
        return _resolved(found, root, left - 1)
    options = schema.get("anyOf")
    if not isinstance(options, list) or not options:
        return schema
    kinds = [option.get("type") if isinstance(option, Mapping) else None for option in options]
    first = _resolved(next((o for o, k in zip(options, kinds, strict=True) if k != "null"), options[0]), root, left - 1)
    kind = first.get("type") if isinstance(first, Mapping) else None
    return {**first, "type": [kind, "null"]} if "null" in kinds and isinstance(kind, str) else first
