"""What each word means that a scenario may use: kinds with their parameters, and tables with their columns."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from pydantic import BaseModel

from grader.measures import MEASURES
from labs.base.errors import UsageProblem
from labs.library.examples import example
from labs.library.parameters import Fields, parameters
from scenarios.problems import did_you_mean
from simulator.dirt import COLUMNS, DIRT
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE, Table
from simulator.faults import FAULTS, PROCESS_FAULTS
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Route
from simulator.workloads.cases.settlements import SETTLEMENTS


def words(name: str | None = None) -> list[dict[str, Any]]:
    """Return every word, or all about those called `name`, which several kinds may have.

    `name.block` is a block within one, however deep. Raises `UsageProblem` where there is none.
    """
    found = [*_all()]
    if name is None:
        return found
    called, dot, path = name.partition(".")
    if dot:
        return _inside(called, path)
    chosen = [word for word in found if word["name"] == name]
    if not chosen:
        hint = did_you_mean(name, [word["name"] for word in found]) or "fdelab scenario words lists them"
        raise UsageProblem(f"there is no word {name!r}", hint)
    return [word | _example(word) | {"blocks": [f"{name}.{one}" for one in blocks(name)]} for word in chosen]


def blocks(name: str) -> list[str]:
    """Return the paths of the blocks in the parameters of the words called `name`: `rules`, `rules.when`."""
    models = [kind.params for _, kind in _kinds() if kind.name == name]
    return [*dict.fromkeys(path for model in models for path in Fields(model).blocks)]


def _inside(name: str, path: str) -> list[dict[str, Any]]:
    """Describe the block at a path in the parameters of each word of a name. Raises `UsageProblem`."""
    found = []
    for noun, kind in _kinds():
        fields = Fields(kind.params) if kind.name == name else None
        inner = fields.blocks.get(path) if fields is not None else None
        if fields is not None and inner is not None:
            about = " ".join(inner.get("description", "").split())
            found.append({"kind": f"block of a {noun}", "name": f"{name}.{path}", "about": about, "note": "",
                          "parameters": fields.of(inner)})  # fmt: skip
    if not found:
        known = [f"{name}.{one}" for one in blocks(name)]
        hint = did_you_mean(f"{name}.{path}", known) or (f"there are: {', '.join(known)}" if known else None)
        raise UsageProblem(f"there is no block {path!r} in {name!r}", hint or f"fdelab scenario words {name}")
    return found


def _example(word: Mapping[str, Any]) -> dict[str, Any]:
    found = example(word["kind"], word["name"])
    return {"example": asdict(found)} if found else {}


def abouts() -> dict[str, dict[str, str]]:
    """Return what each kind is, by noun and name."""
    found: dict[str, dict[str, str]] = {}
    for word in words():
        found.setdefault(word["kind"], {})[word["name"]] = word["about"]
    return found


def _kinds() -> Iterator[tuple[str, Any]]:
    """Every kind that has parameters, with its noun."""
    groups: dict[str, tuple[Mapping[str, Any], ...]] = {
        "part": (PARTS,),
        "workload": (WORKLOADS,),
        "fault": (FAULTS, PROCESS_FAULTS),
        "measure": (MEASURES,),
        "column": (COLUMNS,),
        "dirt": (DIRT,),
        "settlement": (SETTLEMENTS,),
    }
    for noun, registries in groups.items():
        for registry in registries:
            yield from ((noun, kind) for kind in registry.values())


@cache
def _all() -> tuple[dict[str, Any], ...]:
    return (*(_told(noun, kind) for noun, kind in _kinds()), *map(_table, _tables()))


def _told(noun: str, kind: Any) -> dict[str, Any]:
    if noun == "part":
        return _word(noun, kind, _package(kind.params)) | _writes(kind.tables)
    if noun == "workload":
        asked = {"routes": [_route(route) for route in kind.routes], "accounts": kind.accounts, "leaves": kind.leaves}
        return _word(noun, kind, kind.about) | asked | _writes(kind.tables)
    if noun == "measure":
        return _word(noun, kind, kind.about) | {"unit": kind.unit}
    return _word(noun, kind, _module(kind.params))


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
