"""JSON Schemas of the files beside `scenario.yaml`, for completion and squiggles in editors."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from scenarios.brief_model import Brief
from scenarios.business import Business, Column, Parameter, Verdict
from scenarios.described import Described
from scenarios.equivalents import Equivalents
from scenarios.exchange import AnswerField, OneKind
from scenarios.guide import Guide
from scenarios.people import People
from scenarios.schema import DIALECT, Schema, written
from scenarios.variants import Shortcut, Trap

FILES: Mapping[str, type[BaseModel]] = {
    "brief": Brief, "business": Business, "equivalent": Equivalents, "guide": Guide, "people": People,
    "shortcut": Shortcut, "trap": Trap,
}  # fmt: skip
"""What each file may hold, by the file's name, or by that of its folder."""


def schema(name: str) -> Schema:
    """Return the JSON Schema of the files called so. Raises `KeyError` where there are none."""
    made: dict[str, Any] = FILES[name].model_json_schema(by_alias=True, schema_generator=Described)
    definitions: dict[str, Schema] = made.get("$defs", {})
    for kind in (AnswerField, Column, Parameter):
        if kind.__name__ in definitions:
            _one_of(definitions[kind.__name__], kind)
    if Verdict.__name__ in definitions:
        _or_text(definitions, Verdict.__name__)
    written(made)
    return {"$schema": DIALECT, **made}


def _one_of(block: Schema, kind: type[OneKind]) -> None:
    """Let exactly one key of a block name its kind."""
    block["properties"] = {**block.get("properties", {}), **{name: {} for name in kind.KINDS}}
    block["additionalProperties"] = False
    block["oneOf"] = [{"required": [name]} for name in kind.KINDS]


def _or_text(definitions: dict[str, Schema], name: str) -> None:
    """Let a block be written short, as a text."""
    definitions[f"{name}Block"] = definitions[name]
    definitions[name] = {"anyOf": [{"type": "string"}, {"$ref": f"#/$defs/{name}Block"}]}
