"""Check a tree against a Pydantic model: the object, or every problem with its place, in an author's words."""

import json
import re
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from scenarios.positions import read
from scenarios.problems import Problem, ScenarioInvalid, did_you_mean, shown
from scenarios.tree import Key, Node
from scenarios.units import AUTHORED

MOST_TOLD = 100
"""Most mistakes in the shape of one file that are reported."""

M = TypeVar("M", bound=BaseModel)

Loc = tuple[Key, ...]

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a block of `key: value`",
    "model_type": "a block of `key: value`",
    "model_attributes_type": "a block of `key: value`",
    "datetime_type": "a date and time such as 2026-03-02T08:00",
    "datetime_parsing": "a date and time such as 2026-03-02T08:00",
    "datetime_from_date_parsing": "a date and time such as 2026-03-02T08:00",
    "date_type": "a date such as 2026-03-02",
    "date_parsing": "a date such as 2026-03-02",
    "date_from_datetime_parsing": "a date such as 2026-03-02",
}
_LIMIT = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_LEFT_OUT = object()
_STAND_INS: tuple[Any, ...] = (
    *(_LEFT_OUT, "x", "XXX", 1, "1s", "1m sim", "5%", "1/s", "256m", {}, [], ["x"], [{}], {"x": {}}, {"x": "x"}),
)


def load_model(model: type[M], path: Path) -> tuple[M, Node]:
    """Return the file at `path` as a `model`, with its tree. Raises `ScenarioInvalid` with all of its problems."""
    _, tree, problems = read(path)
    if tree is None:
        raise ScenarioInvalid(problems)
    value, more = shape(model, tree, str(path))
    if value is None or problems:
        raise ScenarioInvalid([*problems, *more])
    return value, tree


def shape(model: type[M], tree: Node, path: str, *, parameters: bool = False) -> tuple[M | None, list[Problem]]:
    """Return `tree` as a `model`, or None with the problems. Numbers in the tree become text where text is meant.

    With `parameters`, the tree is a block of parameters, whose full names are reported: `lockout.lasts`.
    """
    errors = _errors(model, tree)
    if isinstance(errors, model):
        return errors, []
    told = [_problem(model, tree, path, error, parameters) for error in errors[:MOST_TOLD]]
    if len(errors) > MOST_TOLD:
        told.append(Problem(path, *tree.at, f"{len(errors) - MOST_TOLD} more things do not fit"))
    return None, told


def mended(model: type[M], tree: Node) -> M | None:
    """Return `tree` as a `model` after stand-ins, marked as doubtful, have replaced in it what does not fit.

    Rules that look at the whole can then report their problems beside those of the shape. None when that does not help.
    """
    tried: dict[Loc, int] = {}
    for _ in range(3 * len(_STAND_INS)):
        errors = _errors(model, tree)
        if isinstance(errors, model):
            return errors
        for number, error in enumerate(errors):
            # A guess at each of thousands would take seconds, and no more than these are told.
            if number < MOST_TOLD and error["type"] == "extra_forbidden":
                _doubt(model, tree, error["loc"])
            _replace(tree, error, tried)
    return None


def _doubt(model: type[BaseModel], tree: Node, loc: Loc) -> None:
    """Mark the known key that an unknown one was probably meant to be: a default stands in for the author's value."""
    parent = tree.find(loc[:-1])
    near = re.fullmatch("did you mean '(.*)'\\?", did_you_mean(str(loc[-1]), keys_at(model, loc[:-1])) or "")
    if near and parent is not None and parent.child(near[1]) is None:
        parent.doubtful.add(near[1])


def _replace(tree: Node, error: Mapping[str, Any], tried: dict[Loc, int]) -> None:
    loc: Loc = error["loc"]
    parent = tree.find(loc[:-1]) if loc else None
    attempt = tried.get(loc, 0)
    if parent is None or attempt >= len(_STAND_INS):
        return
    last, value, stand_in = loc[-1], parent.value, _STAND_INS[attempt]
    if stand_in is not _LEFT_OUT:
        stand_in = next(iter(_choices(error)), stand_in)
    if error["type"] != "extra_forbidden":
        tried[loc] = attempt + 1
        parent.doubtful.add(last)
    if isinstance(value, dict) and isinstance(last, str):
        if stand_in is _LEFT_OUT:
            value.pop(last, None)
        else:
            value[last] = _stand_in(stand_in, parent)
    elif isinstance(value, list) and isinstance(last, int) and last < len(value) and stand_in is not _LEFT_OUT:
        value[last] = _stand_in(stand_in, parent)


def _stand_in(value: Any, parent: Node) -> Node:
    if isinstance(value, dict):
        value = {key: _stand_in(child, parent) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_stand_in(child, parent) for child in value]
    return Node(value, parent.at, parent.key)


def _errors(model: type[M], tree: Node) -> Any:
    """Return the validated object, or the list of Pydantic's errors."""
    while True:
        try:
            return model.model_validate_json(
                json.dumps(tree.plain()), strict=True, context=AUTHORED, by_alias=True, by_name=False
            )
        except ValidationError as error:
            errors = error.errors(include_url=False)
        texts = [e["loc"] for e in errors if e["type"] == "string_type"]
        changed = [_as_text(tree, loc) for loc in texts]
        if not any(changed):
            return errors


def _as_text(tree: Node, loc: Loc) -> bool:
    node = tree.find(loc)
    if node is None or node.text is None or isinstance(node.value, str):
        return False
    node.value = node.text
    return True


def _problem(
    model: type[BaseModel], tree: Node, path: str, error: Mapping[str, Any], parameters: bool = False
) -> Problem:
    loc: Loc = error["loc"]
    kind = error["type"]
    if loc[-1:] == ("[key]",):
        message, suggestion = _words(kind, error, Node(loc[-2], tree.at))
        return Problem(path, *tree.place(loc[:-1], key=True), message, suggestion)
    last = next((s for s in reversed(loc) if isinstance(s, str)), "")
    if kind == "extra_forbidden":
        suggestion = did_you_mean(last, keys_at(model, loc[:-1]))
        return Problem(path, *tree.place(loc, key=True), f"unknown key {shown(last)}", suggestion)
    if kind == "missing":
        return Problem(path, *tree.place(loc[:-1], key=True), f"{last!r} is missing{_in(loc[:-1])}")
    node = tree.nearest(loc)
    message, suggestion = _words(kind, error, node)
    return Problem(path, *tree.place(loc), f"{_subject(tree, loc, parameters)}{message}", suggestion)


def _in(loc: Loc) -> str:
    return f" in {loc[-1]!r}" if loc and isinstance(loc[-1], str) else ""


def _subject(tree: Node, loc: Loc, parameters: bool) -> str:
    words = [s for s in loc if isinstance(s, str)]
    if parameters:
        # Pydantic also names the members of a union on the way, which no author wrote.
        written = [s for _, s, child in tree.walk(loc) if child is not None and isinstance(s, str)]
        return f"{'.'.join(written or words[-1:])}: " if words else ""
    return f"{words[-1]}: " if words else ""


def _words(kind: str, error: Mapping[str, Any], node: Node) -> tuple[str, str | None]:
    """Return message and suggestion for one of Pydantic's errors."""
    context = error.get("ctx", {})
    if kind in _EXPECTED:
        hint = f'write "{str(node.value).lower()}"' if kind == "string_type" and isinstance(node.value, bool) else None
        return f"expected {_EXPECTED[kind]}, found {_kind(node)}", hint
    if kind in ("literal_error", "enum"):
        words = _choices(error)
        return f"{_kind(node)} is not one of {', '.join(words)}", _guess(node, words)
    if kind in _LIMIT:
        name, words_ = _LIMIT[kind]
        return f"{_kind(node)} must be {words_} {context[name]:g}", None
    if kind == "string_pattern_mismatch":
        return f"{_kind(node)} does not fit the pattern {context['pattern']}", None
    if kind == "too_long":
        return f"may have at most {context['max_length']}, has {context['actual_length']}", None
    if kind == "string_too_long":
        return f"{_kind(node)} is longer than {context['max_length']:,} characters", None
    if kind == "too_short":
        return f"needs at least {context['min_length']}, has {context['actual_length']}", None
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", error["msg"])), None
    return error["msg"][:1].lower() + error["msg"][1:], None


def _choices(error: Mapping[str, Any]) -> list[str]:
    """Return the words that a literal allows."""
    return re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))


def _guess(node: Node, words: Sequence[str]) -> str | None:
    found = did_you_mean(str(node.value), words)
    return found if found and found.startswith("did") else None


def _kind(node: Node) -> str:
    """Return what an author wrote, as a message names it."""
    value = node.value
    if isinstance(value, dict):
        return "a block"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return node.text or shown(value)


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the keys that the block at `loc` may have."""
    found: list[Any] = [model]
    for segment in loc:
        found = [deeper for one in found for deeper in _step(one, segment)] or found
    return sorted({key for one in found for model_ in _models(one) for key in _keys(model_)})


def _members(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [member for one in get_args(annotation) for member in _members(one)]
    return [annotation]


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [m for m in _members(annotation) if isinstance(m, type) and issubclass(m, BaseModel)]


def _keys(model: type[BaseModel]) -> dict[str, Any]:
    return {f.validation_alias if isinstance(f.validation_alias, str) else f.alias or name: f.annotation
            for name, f in model.model_fields.items()}  # fmt: skip


def _step(annotation: Any, segment: Key) -> list[Any]:
    out: list[Any] = []
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            out += [a for key, a in _keys(member).items() if key == segment]
        elif isinstance(segment, int) and get_origin(member) in (list, tuple, set, frozenset, Sequence):
            out += [a for a in get_args(member) if a is not ...]
        elif isinstance(segment, str) and get_origin(member) in (dict, Mapping):
            out += get_args(member)[1:]
    return out
