"""Parameters of kinds as authors read them: names, types, defaults as one would write them, blocks within blocks."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from scenarios.described import Described


def parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the fields of a model: name (those of a block after a dot), type, default, and meaning."""
    fields = Fields(model)
    return fields.of(fields.schema)


class Fields:
    """What a model of parameters says of itself."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.schema: Mapping[str, Any] = model.model_json_schema(by_alias=True, schema_generator=Described)
        self._defs: Mapping[str, Any] = self.schema.get("$defs", {})

    def of(self, block: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the fields of a block, and those of blocks in it after a dot."""
        return [*_fields(block, self._defs, "")]

    @cached_property
    def blocks(self) -> dict[str, Mapping[str, Any]]:
        """Every block in it by its path, also in lists, by name, and in blocks: `rules`, `rules.when`."""
        return dict(self._within(self.schema, "", ()))

    def _within(
        self, block: Mapping[str, Any], before: str, above: tuple[str, ...]
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, field in block.get("properties", {}).items():
            for held in _held(field):
                found = self._defs.get(held, {})
                # A block may hold blocks of its own kind: once is enough.
                if "properties" in found and held not in above:
                    yield f"{before}{name}", found
                    yield from self._within(found, f"{before}{name}.", (*above, held))


def _held(field: Any) -> Iterator[str]:
    """Yield the names of the definitions that a field refers to."""
    if isinstance(field, dict):
        if isinstance(field.get("$ref"), str):
            yield field["$ref"].rpartition("/")[2]
        for value in field.values():
            yield from _held(value)
    elif isinstance(field, list):
        for value in field:
            yield from _held(value)


def _fields(schema: Mapping[str, Any], blocks: Mapping[str, Any], before: str) -> Iterator[dict[str, Any]]:
    for name, field in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        block = blocks.get(str(field.get("$ref", "")).rpartition("/")[2], {})
        inner = "properties" in block and not before
        default = None if required or inner else _written(field.get("default"), field)
        about = " ".join(str(field.get("description") or (block.get("description") if inner else "") or "").split())
        yield {"name": before + name, "type": kind_of(field, blocks), "required": required, "default": default,
               "about": about}  # fmt: skip
        if inner:
            yield from _fields(block, blocks, f"{before}{name}.")


def kind_of(field: Mapping[str, Any], blocks: Mapping[str, Any]) -> str:
    """Return the type of a field as authors say it: `text`, `number`, `list of text`, `30m sim`, `fixed or poisson`."""
    if "$ref" in field:
        found = blocks.get(str(field["$ref"]).rpartition("/")[2], {})
        return "block" if "properties" in found else kind_of(found, blocks)
    if "enum" in field or "const" in field:
        return " or ".join(str(value) for value in field.get("enum", [field.get("const")]))
    for key in ("anyOf", "oneOf"):
        if key in field:
            kinds = [kind_of(one, blocks) for one in field[key] if one.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if examples := field.get("examples"):
        return f"such as {examples[0]}"
    if field.get("type") == "array":
        return f"list of {kind_of(field.get('items', {}), blocks)}"
    if field.get("type") == "object":
        more = field.get("additionalProperties")
        return f"{kind_of(more, blocks)} by name" if isinstance(more, Mapping) else "block"
    if field.get("format") in ("date", "date-time"):
        return "date" if field["format"] == "date" else "time"
    return _PLAIN.get(str(field.get("type")), "any")


_PLAIN = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false"}


def _written(value: Any, field: Mapping[str, Any]) -> str | None:
    """Return a default as an author would write it; None: there is none, or nothing is the default."""
    examples = [e for one in (field, *field.get("anyOf", ())) for e in one.get("examples", ())]
    if value is None or value in ({}, []):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and examples:
        return _quantity(float(value), str(examples[0]))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quantity(value: float, like: str) -> str:
    """Return a number in the unit of an example: seconds, shares, rates and bytes are kept as plain numbers."""
    if like.endswith("%"):
        return f"{value * 100:g}%"
    if like.endswith("/s"):
        return f"{value:g}/s"
    if like == "256m":
        return _sized(value, {"g": 2**30, "m": 2**20, "k": 2**10, "b": 1})
    times = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0} if like.endswith("sim") else {"m": 60.0, "s": 1.0}
    return _sized(value, times | {"ms": 0.001}) + " sim" * like.endswith("sim")


def _sized(value: float, units: Mapping[str, float]) -> str:
    name, size = next(((n, s) for n, s in units.items() if value and value % s == 0), ("ms", 0.001))
    return f"{value / size:g}{name}" if value else f"0{list(units)[-1] if 'g' in units else 's'}"
