"""JSON Schema of a scenario file, for completion and squiggles in editors.

Put this line on top of a scenario file for editors with a YAML language server:

    # yaml-language-server: $schema=scenario.schema.json
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from scenarios.described import Described
from scenarios.model import Check, ColumnUse, DirtUse, FaultUse, Flow, Scenario, SitePart
from scenarios.vocabulary import Vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEADER = "# yaml-language-server: $schema={}"
"""First line of a scenario file that names its schema."""

Schema = dict[str, Any]


def schema(vocabulary: Vocabulary | None = None) -> Schema:
    """The schema; with a vocabulary also of all parameters: of parts, workloads, faults, measures and data."""
    words = vocabulary
    groups = [words.parts, words.workloads, words.faults, words.measures, words.columns, words.dirt] if words else []
    params = {model for group in groups for model in group.values()}
    models: list[type[BaseModel]] = [Scenario, SitePart, Flow, FaultUse, Check, ColumnUse, DirtUse]
    models += sorted(params, key=lambda model: f"{model.__module__}.{model.__qualname__}")
    refs, document = models_json_schema([(model, "validation") for model in models], schema_generator=Described)
    definitions: Schema = document["$defs"]
    where = {model: refs[model, "validation"] for model in models}
    own = {model: definitions[where[model]["$ref"].rpartition("/")[2]] for model in models}
    if vocabulary is not None:
        _choose(own[SitePart], "part", vocabulary.parts, where)
        _choose(own[Flow], "workload", vocabulary.workloads, where)
        _choose(own[Check], "measure", vocabulary.measures, where)
        _name_kinds(own[FaultUse], vocabulary.faults, where)
        _name_kinds(own[ColumnUse], vocabulary.columns, where)
        _name_kinds(own[DirtUse], vocabulary.dirt, where)
    _one_question(own[Check])
    _written(definitions)
    return {"$schema": DIALECT, **where[Scenario], "$defs": definitions}


def _choose(definition: Schema, key: str, words: Mapping[str, type[BaseModel]], where: Mapping[Any, Schema]) -> None:
    """The word under `key` decides what `with` may hold, and whether it may be left out."""
    field = definition["properties"][key]
    about = {"description": field["description"]} if "description" in field else {}
    definition["properties"][key] = {**about, "type": "string", "enum": sorted(words)}
    definition["allOf"] = [
        {
            "if": {"properties": {key: {"const": word}}, "required": [key]},
            "then": {
                "properties": {"with": where[model]},
                **({"required": ["with"]} if any(f.is_required() for f in model.model_fields.values()) else {}),
            },
        }
        for word, model in sorted(words.items())
    ]


def _name_kinds(definition: Schema, kinds: Mapping[str, type[BaseModel]], where: Mapping[Any, Schema]) -> None:
    """Exactly one key names a kind. What it holds may be short for its block, as the kind's own model decides."""
    properties = definition.setdefault("properties", {})
    for name, model in kinds.items():
        properties[name] = {"anyOf": [where[model], {"type": ["string", "number", "array", "null"]}]}
    definition["additionalProperties"] = False
    if kinds:
        definition["oneOf"] = [{"required": [name]} for name in sorted(kinds)]


def _one_question(definition: Schema) -> None:
    definition["oneOf"] = [{"required": ["measure"]}, {"required": ["sql"]}]


def _written(schema: Any) -> None:
    """What Pydantic says of values it holds, turned into what an author writes.

    Defaults and bounds of quantities are numbers (seconds, bytes), where the file holds text. And where a string is
    meant, lint takes a number as it is written: `1.10`.
    """
    for node in _nodes(schema):
        if node.get("type") == "string":
            if not isinstance(node.get("default", ""), str):
                del node["default"]
            for bound in ("exclusiveMinimum", "exclusiveMaximum", "minimum", "maximum"):
                node.pop(bound, None)
            if not {"enum", "const", "pattern", "examples", "format"} & node.keys():
                node["type"] = ["string", "number"]
        elif "anyOf" in node and "default" in node:
            del node["default"]


def _nodes(schema: Any) -> list[Schema]:
    if isinstance(schema, dict):
        return [schema, *(node for child in schema.values() for node in _nodes(child))]
    if isinstance(schema, list):
        return [node for child in schema for node in _nodes(child)]
    return []
