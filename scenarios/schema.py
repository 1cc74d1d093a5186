"""JSON Schema of a scenario file, for completion and squiggles in editors.

Put this line on top of a scenario file for editors with a YAML language server:

    # yaml-language-server: $schema=scenario.schema.json

A schema cannot look into the file that it is of. Made for one scenario, it suggests the names of that scenario where
names are meant, and takes others too, which lint looks for.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from scenarios.business import NAME
from scenarios.described import Described
from scenarios.draws import SAME, SECTIONS
from scenarios.model import Check, ColumnUse, DirtUse, FaultUse, Flow, Scenario, SitePart
from scenarios.ranges import INCIDENT
from scenarios.rules.checks import SERVES
from scenarios.vocabulary import WRITTEN, Vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEADER = "# yaml-language-server: $schema={}"
"""The first line of a scenario file that names its schema."""

Schema = dict[str, Any]

_NOT: Schema = {"not": {"const": INCIDENT, "description": "It differs from what the incident drew."}}
_MANY: Schema = {"type": "array", "minItems": 2}
DRAWN: Schema = {
    "description": "Drawn by the lap's seed: `8s..14s`, `{range: 8s..14s, not: incident}` or `{pick: [a, b, c]}`.",
    "anyOf": [
        {"type": "string", "pattern": r"^\S.*\.\..*\S$", "examples": ["8s..14s", "3..7"]},
        {"type": "object", "required": ["range"], "additionalProperties": False,
         "properties": {"range": {"type": "string", "description": "A value between two: `8s..14s`."}, **_NOT}},
        {"type": "object", "required": ["pick"], "additionalProperties": False,
         "properties": {"pick": {**_MANY, "description": "Values, one of which is drawn."}, **_NOT}},
    ],
}  # fmt: skip
_BUSINESS: Schema = {
    "type": "string", "pattern": NAME,
    "description": "A business of the scenario's own: the name of a file in `business/`.",
}  # fmt: skip
SHUFFLE: Schema = {
    "type": "object", "required": ["shuffle"], "additionalProperties": False,
    "description": "Phases in an order that is drawn by the lap's seed.",
}  # fmt: skip


def schema(vocabulary: Vocabulary | None = None, scenario: Scenario | None = None) -> Schema:
    """Return the schema; with a vocabulary, including the parameters of parts, workloads, faults, measures and data.

    With a scenario, it suggests that scenario's names.
    """
    words = vocabulary
    groups = [words.parts, words.workloads, words.faults, words.measures, words.columns, words.dirt] if words else []
    params = {model for group in groups for model in group.values()}
    models: list[type[BaseModel]] = [Scenario, SitePart, Flow, FaultUse, Check, ColumnUse, DirtUse]
    models += sorted(params, key=lambda model: f"{model.__module__}.{model.__qualname__}")
    refs, document = models_json_schema([(model, "validation") for model in models], schema_generator=Described)
    definitions: Schema = document["$defs"]
    where = {model: refs[model, "validation"] for model in models}
    own = {model: definitions[_name(where[model])] for model in models}
    if vocabulary is not None:
        _choose(own[SitePart], "part", vocabulary.parts, where, vocabulary.about.get("part", {}))
        _choose(own[Flow], "workload", vocabulary.workloads, where, vocabulary.about.get("workload", {}))
        _open(own[Flow]["properties"], "workload", _BUSINESS)
        _choose(own[Check], "measure", vocabulary.measures, where, vocabulary.about.get("measure", {}))
        _name_kinds(own[FaultUse], vocabulary.faults, where, vocabulary.about.get("fault", {}))
        _name_kinds(own[ColumnUse], vocabulary.columns, where, vocabulary.about.get("column", {}))
        _name_kinds(own[DirtUse], vocabulary.dirt, where, vocabulary.about.get("dirt", {}))
        definitions["Settings"] = _settings(definitions, [_name(where[part]) for part in vocabulary.parts.values()])
        definitions["Phase"]["properties"]["set"]["additionalProperties"] = {"$ref": "#/$defs/Settings"}
    _one_question(own[Check])
    if scenario is not None:
        _suggest(definitions, scenario)
    written(definitions)
    _draw(definitions)
    return {"$schema": DIALECT, **where[Scenario], "$defs": definitions}


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _choose(
    definition: Schema, key: str, words: Mapping[str, type[BaseModel]], where: Mapping[Any, Schema],
    about: Mapping[str, str],
) -> None:  # fmt: skip
    """Let the word under `key` decide what `with` may contain, and whether it may be left out."""
    field = definition["properties"][key]
    kept = {"description": field["description"]} if "description" in field else {}
    told = [about.get(word, "") for word in sorted(words)]
    docs = {"enumDescriptions": told, "markdownEnumDescriptions": told} if any(told) else {}
    definition["properties"][key] = {**kept, "type": "string", "enum": sorted(words), **docs}
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


def _open(properties: Schema, key: str, other: Schema) -> None:
    """Take something other than the words that were chosen from, too."""
    field = properties[key]
    kept = {word: field.pop(word) for word in ("description",) if word in field}
    properties[key] = {**kept, "anyOf": [field, {**other}]}


def _name_kinds(
    definition: Schema, kinds: Mapping[str, type[BaseModel]], where: Mapping[Any, Schema], about: Mapping[str, str]
) -> None:
    """Require one key that names a kind. Its value may be shorter than a block, as the kind's own model allows.

    No kind may have another beside it: this is stated for each kind, so that an editor marks the key that is too many.
    """
    properties = definition.setdefault("properties", {})
    for name, model in kinds.items():
        told = {"description": about[name]} if about.get(name) else {}
        properties[name] = {**told, "anyOf": [where[model], {"type": ["string", "number", "array", "null"]}]}
    definition["additionalProperties"] = False
    if kinds:
        others = {name: dict.fromkeys(sorted(kinds.keys() - {name}), False) for name in sorted(kinds)}
        definition["allOf"] = [
            {"if": {"required": [name]}, "then": {"properties": refused}} for name, refused in others.items()
        ]


def _one_question(definition: Schema) -> None:
    definition.setdefault("allOf", []).append(
        {"if": {"required": ["sql"]}, "then": {"properties": {"measure": False}}, "else": {"required": ["measure"]}}
    )


def _settings(definitions: Schema, parts: Iterable[str]) -> Schema:
    """Return what a phase may set.

    A schema cannot tell whose parameters they are, so it allows those of every kind of part.
    """
    found: dict[str, list[Schema]] = {}
    for name in parts:
        for key, field in definitions[name].get("properties", {}).items():
            kept = {word: value for word, value in field.items() if word != "default"}
            if not field.get("fixed") and kept not in found.setdefault(key, []):
                found[key].append(kept)
    properties = {}
    for key, fields in sorted(found.items()):
        says = " · ".join(dict.fromkeys(field["description"] for field in fields if "description" in field))
        one = fields[0] if len(fields) == 1 else {"anyOf": fields}
        properties[key] = {**({"description": says} if says else {}), **copy.deepcopy(one)}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _suggest(definitions: Schema, scenario: Scenario) -> None:
    """Suggest the scenario's own names where names are meant; others are allowed, because they may be written later."""
    parts, services = list(scenario.site), list(scenario.deployment.services)
    phases = [phase.name for phase in scenario.phases]
    names: dict[tuple[str, str], list[str]] = {
        ("Service", "uses"): parts,
        ("Flow", "to"): services,
        ("Flow", "workload"): list(scenario.business),
        ("FaultUse", "link"): [*parts, *services],
        ("FaultUse", "service"): [*services, *parts],
        ("Message", "from"): list(scenario.people),
        ("BriefSpec", "to"): list(scenario.people),
        ("Fact", "window"): phases,
        ("Check", "needs"): [SERVES, *(check.id for check in scenario.checks)],
    }
    for (block, key), known in names.items():
        _offer(definitions[block]["properties"][key], known)
    settings = definitions["Phase"]["properties"]["set"]
    settings["properties"] = dict.fromkeys(parts, settings["additionalProperties"])
    marks = {"part": parts, "dataset": list(scenario.datasets)}
    for node in list(_nodes(definitions)):
        for key, field in node["properties"].items() if isinstance(node.get("properties"), dict) else ():
            if not isinstance(field, dict):
                continue
            if key == "during":
                _offer(field, phases)
            elif key == "stream":
                _offer(field, list(scenario.traffic))
            elif isinstance(field.get("names"), str) and field["names"] in marks:
                _offer(field, marks[field["names"]])
            elif {"attempts", "connections"} & field.keys():
                _offer(field, parts)


def _offer(field: Schema, known: list[str]) -> None:
    """Suggest words where a field takes text, or a list of texts."""
    for node in _nodes(field):
        if node.get("type") == "string" and "enum" not in node:
            del node["type"]
            node["anyOf"] = [*([{"type": "string", "enum": sorted(known)}] if known else []), {"type": "string"}]


def written(schema: Any) -> None:
    """Turn what Pydantic says about values into what an author writes.

    Defaults and bounds of quantities are numbers (seconds, bytes), where the file holds text. Where a string is meant,
    lint takes a number as it is written: `1.10`. And simulated time is local: it has no zone.
    """
    for node in _nodes(schema):
        node.update(node.pop(WRITTEN, {}))
        if node.get("format") == "date-time":
            del node["format"]
            node.setdefault("examples", ["2026-03-02T08:00"])
        if node.get("type") == "string":
            if not isinstance(node.get("default", ""), str):
                del node["default"]
            for bound in ("exclusiveMinimum", "exclusiveMaximum", "minimum", "maximum"):
                node.pop(bound, None)
            if not {"enum", "const", "pattern", "examples", "format"} & node.keys():
                node["type"] = ["string", "number"]
        elif "anyOf" in node and "default" in node:
            del node["default"]


def _draw(definitions: Schema) -> None:
    """Take what a seed decides wherever a scenario may have it: ranges, picks, and shuffles of phases."""
    sections = [definitions["Scenario"]["properties"][section] for section in SECTIONS]
    for name in {name for section in sections for name in _reached(definitions, section)}:
        for key, field in definitions[name].get("properties", {}).items():
            if isinstance(field, dict) and key not in SAME and _plain(field):
                definitions[name]["properties"][key] = _or_drawn(field)
    definitions["Drawn"] = DRAWN
    items = definitions["Scenario"]["properties"]["phases"]
    phase = items["items"]
    items["items"] = {"anyOf": [phase, {**SHUFFLE, "properties": {"shuffle": {**_MANY, "items": phase}, **_NOT}}]}


def _or_drawn(field: Schema) -> Schema:
    """Return the schema of a field that may be drawn, with what an editor shows of it where it was."""
    drawn = {"$ref": "#/$defs/Drawn"}
    if "anyOf" in field:
        return {**field, "anyOf": [*field["anyOf"], drawn]}
    told: Schema = {
        word: field[word] for word in ("description", "title", "default", "examples", "names") if word in field
    }
    return {**told, "anyOf": [{word: value for word, value in field.items() if word not in told}, drawn]}


def _reached(definitions: Schema, schema: Schema) -> list[str]:
    """Return the definitions that a schema refers to, however far away."""
    found: list[str] = []
    waiting = [schema]
    while waiting:
        for node in _nodes(waiting.pop()):
            name = _name(node) if isinstance(node.get("$ref"), str) else ""
            if name and name not in found:
                found.append(name)
                waiting.append(definitions[name])
    return found


def _plain(field: Schema) -> bool:
    """Whether a field takes one plain value, be it beside a block or a list."""
    return any({*_types(choice)} - {"object", "array", "null"} for choice in field.get("anyOf", [field]))


def _types(node: Schema) -> list[str]:
    kinds = node.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _nodes(schema: Any) -> list[Schema]:
    if isinstance(schema, dict):
        return [schema, *(node for child in schema.values() for node in _nodes(child))]
    if isinstance(schema, list):
        return [node for child in schema for node in _nodes(child)]
    return []
