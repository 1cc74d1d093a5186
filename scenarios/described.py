"""JSON Schemas that take the descriptions of properties from the docstrings under a model's fields.

Pydantic can do so itself (`use_attribute_docstrings`) when a class is created, but then every process of every world
reads and parses the source of all models at its start, for descriptions that it never uses.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


class Described(GenerateJsonSchema):
    """Pydantic's generator of JSON Schemas, which adds these descriptions."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        properties: dict[str, dict[str, Any]] = made.get("properties", {})
        for name, says in docs(model).items():
            field = model.model_fields.get(name)
            found = properties.get(field.alias or name) if field is not None else None
            if found is not None:
                found.setdefault("description", says)
        return made


def docs(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstring under each field of a model, including those of its bases."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found |= _under_fields(base)
    return found


def _under_fields(model: type[BaseModel]) -> Mapping[str, str]:
    # Of a class that was made of what a file says, so were the descriptions of its fields.
    return _in_module(model.__module__).get(model.__qualname__.replace("<locals>.", ""), {})


@cache
def _in_module(name: str) -> Mapping[str, Mapping[str, str]]:
    """Return the docstrings under the fields of each class of a module, by the place of its name in it."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (KeyError, OSError, TypeError):  # It has no source.
        return {}
    return {place: _in_class(made) for place, made in _classes(tree, "")}


def _classes(within: ast.AST, place: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for node in ast.iter_child_nodes(within):
        inner = place
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{place}{node.name}."
        if isinstance(node, ast.ClassDef):
            yield inner[:-1], node
        yield from _classes(node, inner)


def _in_class(made: ast.ClassDef) -> dict[str, str]:
    found = {}
    for field, under in zip(made.body, made.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(under, ast.Expr):
            text = under.value.value if isinstance(under.value, ast.Constant) else None
            if isinstance(text, str):
                found[field.target.id] = inspect.cleandoc(text)
    return found
