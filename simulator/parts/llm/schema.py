"""Objects that fit a JSON schema (https://json-schema.org, the subset that the API takes).

As structured outputs promise: what the schema does not know goes, what it needs and nobody said is as empty as its
type allows.
"""

from collections.abc import Mapping
from typing import Any

from simulator.parts.llm.template import number

_EMPTY: Mapping[str, Any] = {"string": "", "number": 0, "integer": 0, "boolean": False, "array": [], "null": None}
_DEEPEST = 12


def fit(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
    """`value` in the form that the schema has; None stands for what nobody said."""
    root = root if root is not None else schema
    if depth > _DEEPEST:
        return None
    schema = _resolved(schema, root)
    kind = _kind(value, schema)
    if kind == "object":
        given = value if isinstance(value, Mapping) else {}
        properties: Mapping[str, Any] = schema.get("properties") or {}
        return {name: fit(given.get(name), child, root, depth + 1) for name, child in properties.items()}
    if kind == "array":
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [fit(item, schema.get("items") or {}, root, depth + 1) for item in items]
    if "enum" in schema:
        return value if value in schema["enum"] else next(iter(schema["enum"]), None)
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
    """The type to give; null where it is allowed and nobody said anything."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        plain = [kind for kind in kinds if kind != "null"]
        return "null" if value is None and "null" in kinds else next(iter(plain), "null")
    if kinds is None and "properties" in schema:
        return "object"
    return kinds if isinstance(kinds, str) else None


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind `$ref`, and of alternatives the first; with null among them, null is allowed."""
    for _ in range(_DEEPEST):
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            found: Any = root
            for step in reference[2:].split("/"):
                found = found.get(step, {}) if isinstance(found, Mapping) else {}
            schema = found
        elif options := schema.get("anyOf"):
            first = next((o for o in options if o.get("type") != "null"), options[0])
            null = any(option.get("type") == "null" for option in options)
            first = _resolved(first, root)
            kind = first.get("type")
            schema = {**first, "type": [kind, "null"]} if null and isinstance(kind, str) else first
        else:
            break
    return schema
