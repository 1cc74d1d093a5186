"""The API has changed: fields of its JSON are renamed, retyped or gone, or one more is required.

What does it: an API gateway that maps or validates bodies (mapping templates of AWS API Gateway and Apigee, Kong's
response transformer), switched to the next version by somebody else. What the customer's system itself says is a
setting of its part.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from simulator import gate
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Changed, FaultEffect, Reply, Rewrite
from simulator.faults.message import Message
from simulator.faults.paths import Path, holders

Type = Literal["string", "number", "list", "object", "null"]


class Schema(FaultParams):
    """Answers change with `rename`, `retype` and `remove`; requests are refused with `require`. Paths: `$.a[*].b`."""

    rename: dict[Path, str] = Field(default={})
    """New names by path: `{$.order.id: order_no}`."""
    retype: dict[Path, Type] = Field(default={})
    """New types by path. `string` and `number` turn each into the other, `list` and `object` (as `value`) wrap."""
    remove: list[Path] = Field(default=[])
    """Fields that are left out of the answer, as paths: `$.town`."""
    require: list[Path] = Field(default=[])
    """POST, PUT and PATCH without these (null counts as nothing) are refused; such a fault changes no answer."""
    status: int = Field(default=422, ge=400, le=499)
    """Of the refusal."""

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        answers = bool(self.rename or self.retype or self.remove)
        if answers == bool(self.require):
            raise ValueError("schema takes `require`, or some of: rename · retype · remove")
        return self


@dataclass(frozen=True)
class Reshape:
    """Changes the JSON of an answer, in the order of the fields; what is no JSON is left alone."""

    rename: tuple[tuple[str, str], ...] = ()
    retype: tuple[tuple[str, Type], ...] = ()
    remove: tuple[str, ...] = ()

    def __call__(self, message: Message) -> Changed | None:
        plain = message.plain()
        document = _read(plain)
        if plain is None or document is None:
            return None
        told = self.apply(document.value)
        if not told:
            return None
        body = json.dumps(document.value, ensure_ascii=False, separators=(",", ":")).encode()
        return Changed(plain.carrying(body), ", ".join(told))

    def apply(self, document: Any) -> list[str]:
        """Change `document` in place; return what was done, one entry a path."""
        told = [f"retyped {path}" for path, to in self.retype if _each(document, path, _retyper(to))]
        told += [f"removed {path}" for path in self.remove if _each(document, path, _remove)]
        told += [f"renamed {path} to {to}" for path, to in self.rename if _each(document, path, _renamer(to))]
        return told


@dataclass(frozen=True)
class Require:
    """Refuses what is written (POST, PUT, PATCH) where its JSON lacks a field; of several places, none may lack it."""

    paths: tuple[str, ...]
    status: int

    def __call__(self, message: Message) -> Reply | None:
        if message.start.partition(" ")[0] not in ("POST", "PUT", "PATCH"):
            return None
        plain = message.plain()
        document = _read(plain)
        value = document.value if document else None
        missing = [path for path in self.paths if not _present(value, path)]
        if not missing:
            return None
        errors = [{"loc": path, "msg": "Field required", "type": "missing"} for path in missing]
        return Reply(self.status, json.dumps({"detail": errors}).encode(), "application/json")


@dataclass(frozen=True)
class _Document:
    value: Any


def _read(message: Message | None) -> _Document | None:
    try:
        return _Document(gate.exact(message.body)) if message is not None and message.body else None
    except gate.Untold:
        return None


def _present(document: Any, path: str) -> bool:
    places = list(holders(document, path))
    return bool(places) and all(holder.get(name) is not None for holder, name in places)


Change = Callable[[dict[str, Any], str], bool]


def _each(document: Any, path: str, change: Change) -> int:
    """Return how many places were changed."""
    return sum([change(holder, name) for holder, name in list(holders(document, path)) if name in holder])


def _remove(holder: dict[str, Any], name: str) -> bool:
    del holder[name]
    return True


def _renamer(to: str) -> Change:
    def rename(holder: dict[str, Any], name: str) -> bool:
        """Rename a field in its place among the others; where one has the new name already, change nothing."""
        if to in holder:
            return False
        members = [(to if key == name else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(members)
        return True

    return rename


def _retyper(to: Type) -> Change:
    def retype(holder: dict[str, Any], name: str) -> bool:
        before = holder[name]
        holder[name] = _as(before, to)
        return type(holder[name]) is not type(before)

    return retype


def _as(value: Any, to: Type) -> Any:
    if to == "null":
        return None
    if to in ("list", "object"):
        wrapped: list[Any] | dict[str, Any] = [value] if to == "list" else {"value": value}
        return value if isinstance(value, list if to == "list" else dict) else wrapped
    if to == "string":
        return value if isinstance(value, str) else json.dumps(value)
    try:
        number = gate.exact(value) if isinstance(value, str) else None
    except gate.Untold:
        return value
    return number if isinstance(number, int | float) and not isinstance(number, bool) else value


def _effect(params: Schema, _rng: Random) -> FaultEffect:
    if params.require:
        edit = Require(tuple(params.require), params.status)
        return FaultEffect("request", (Rewrite(edit),), f"answered {params.status}: a field is required")
    answers = Reshape(tuple(params.rename.items()), tuple(params.retype.items()), tuple(params.remove))
    return FaultEffect("response", (Rewrite(answers),))


def _changes(params: Schema) -> dict[tuple[str | int, ...], str]:
    """Return the fields that it changes. What it requires need not be there: deployments have to learn it."""
    named: dict[tuple[str | int, ...], str] = {("rename", path): path for path in params.rename}
    named |= {("retype", path): path for path in params.retype}
    return named | {("remove", index): path for index, path in enumerate(params.remove)}


SCHEMA = FaultKind("schema", Schema, frozenset({"http"}), _effect, media=frozenset({"json"}), changes=_changes)
