"""What each word means that a scenario may use: kinds with their parameters, and tables with their columns."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from grader.measures import MEASURES
from labs.base.errors import UsageProblem
from scenarios.described import Described
from scenarios.problems import did_you_mean
from simulator.dirt import COLUMNS, DIRT
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE, Table
from simulator.faults import FAULTS, PROCESS_FAULTS
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Route


def words(name: str | None = None) -> list[dict[str, Any]]:
    """Every word, or those called `name`, which several kinds may have. Raises `UsageProblem` where there is none."""
    found = [*_all()]
    if name is None:
        return found
    chosen = [word for word in found if word["name"] == name]
    if not chosen:
        hint = did_you_mean(name, [word["name"] for word in found]) or "fdelab scenario show --words lists them"
        raise UsageProblem(f"there is no word {name!r}", hint)
    return chosen


def abouts() -> dict[str, dict[str, str]]:
    """Return what each kind is, by noun and name."""
    found: dict[str, dict[str, str]] = {}
    for word in words():
        found.setdefault(word["kind"], {})[word["name"]] = word["about"]
    return found


@cache
def _all() -> tuple[dict[str, Any], ...]:
    parts = [_word("part", kind, _package(kind.params)) | _writes(kind.tables) for kind in PARTS.values()]
    loads = [
        _word("workload", kind, kind.about)
        | {"routes": [_route(route) for route in kind.routes], "accounts": kind.accounts, "leaves": kind.leaves}
        | _writes(kind.tables)
        for kind in WORKLOADS.values()
    ]
    faults = [_word("fault", kind, _module(kind.params)) for kind in FAULTS.values()]
    faults += [_word("fault", kind, _module(kind.params)) for kind in PROCESS_FAULTS.values()]
    measures = [_word("measure", kind, kind.about) | {"unit": kind.unit} for kind in MEASURES.values()]
    columns = [_word("column", kind, _module(kind.params)) for kind in COLUMNS.values()]
    dirt = [_word("dirt", kind, _module(kind.params)) for kind in DIRT.values()]
    return (*parts, *loads, *faults, *measures, *columns, *dirt, *map(_table, _tables()))


def _word(noun: str, kind: Any, about: str) -> dict[str, Any]:
    said = " ".join((kind.params.__doc__ or "").split())
    note = "" if said.startswith("Parameters of") and said.count(".") == 1 else said
    return {"kind": noun, "name": kind.name, "about": about, "note": note, "parameters": parameters(kind.params)}


def _writes(tables: Iterable[Table]) -> dict[str, Any]:
    return {"tables": [table.name for table in tables]}


def _route(route: Route) -> dict[str, Any]:
    return {"line": route.line, "about": route.about, "body": route.body, "answer": parameters(route.answer)}


def _tables() -> Iterator[Table]:
    own = [kind.tables for kind in PARTS.values()] + [kind.tables for kind in WORKLOADS.values()]
    every = [*CORE, STRUCK, *(table for tables in own for table in tables)]
    yield from {table.name: table for table in every}.values()


def _table(table: Table) -> dict[str, Any]:
    columns = [{"name": c.name, "type": c.type, "whose": c.whose, "about": c.about} for c in table.columns]
    return {"kind": "table", "name": table.name, "about": table.about, "columns": columns}


def _module(model: type[BaseModel]) -> str:
    return _first(sys.modules[model.__module__].__doc__)


def _package(model: type[BaseModel]) -> str:
    """Of a part that is a package its own docstring, without what it says on where things are in it."""
    return _first(sys.modules[model.__module__.rpartition(".")[0]].__doc__).partition(": `kind.")[0]


def _first(doc: str | None) -> str:
    return " ".join((doc or "").split("\n\n")[0].split())


def parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Fields of a model: name (those of a block after a dot), type, default as authors write it, and meaning."""
    schema = model.model_json_schema(by_alias=True, schema_generator=Described)
    return [*_fields(schema, schema.get("$defs", {}), "")]


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
