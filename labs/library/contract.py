"""What a service of an engagement must answer: for people, and as OpenAPI. The truth is no part of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from labs.library.parameters import parameters
from scenarios.exchange import AnswerField
from scenarios.model import Flow, Scenario
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Route, WorkloadKind
from simulator.workloads.cases.answer import pointer
from simulator.workloads.kinds import kinds

OPENAPI = "3.1.0"

Schema = dict[str, Any]

_TYPES: Mapping[str, Schema] = {
    "text": {"type": "string"}, "choice": {"type": "string"}, "number": {"type": "number"},
    "integer": {"type": "integer"}, "boolean": {"type": "boolean"}, "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "date-time"},
}  # fmt: skip
_PLACE = re.compile(r"\{(\w[\w.]*)\}")


def contract(scenario: Scenario) -> list[dict[str, Any]]:
    """Return by flow what it asks of a service, what it must be answered, and what an error costs, in words."""
    known = kinds(scenario, WORKLOADS)
    return [_told(name, flow, known[flow.workload]) for name, flow in scenario.traffic.items()]


def _told(name: str, flow: Flow, kind: WorkloadKind) -> dict[str, Any]:
    return {
        "stream": name, "service": flow.to, "workload": kind.name, "about": kind.about, "timeout": flow.timeout,
        "routes": [
            {"line": route.line, "about": route.about, "headers": dict(route.headers), "body": dict(route.body),
             "answer": parameters(route.answer), "accepts": list(route.accepts)}
            for route in kind.routes
        ],
        "leaves": dict(kind.leaves), "accounts": dict(kind.accounts),
    }  # fmt: skip


def openapi(scenario: Scenario) -> dict[str, Schema]:
    """Return an OpenAPI document for each service that has traffic, by its name."""
    known = kinds(scenario, WORKLOADS)
    found: dict[str, Schema] = {}
    for flow in scenario.traffic.values():
        document = found.setdefault(flow.to, _document(scenario, flow.to))
        for route in known[flow.workload].routes:
            method, _, path = route.line.partition(" ")
            document["paths"].setdefault(path, {})[method.lower()] = _operation(route, flow)
    return found


def _document(scenario: Scenario, service: str) -> Schema:
    ready = scenario.deployment.services[service].ready.partition(" ")[2]
    answer = {"200": {"description": "It can take traffic."}}
    return {
        "openapi": OPENAPI,
        "info": {"title": f"{scenario.title}: {service}", "version": "1",
                 "description": " ".join(scenario.summary.split())},
        "paths": {ready: {"get": {"summary": "Whether the service is ready.", "responses": answer}}},
    }  # fmt: skip


def _operation(route: Route, flow: Flow) -> Schema:
    path = route.line.partition(" ")[2]
    places = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in _PLACE.findall(path)
    ]
    places += [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "example": value}
        for name, value in route.headers.items()
    ]
    made: Schema = {"summary": route.about, "responses": dict(_responses(route, flow))}
    if places:
        made["parameters"] = places
    if (body := _body(route)) is not None:
        made["requestBody"] = {"required": True, "content": body}
    return made


def _body(route: Route) -> Schema | None:
    request = route.request
    if request is not None and request.body is not None:
        media = request.media or ("application/xml" if request.body.lstrip().startswith("<") else "text/plain")
        return {media: {"schema": {"type": "string"}, "example": request.body}}
    if not route.body:
        return None
    fields = {name: {"description": about} if about else {} for name, about in route.body.items()}
    form = request is not None and request.form is not None
    media = (request.media if request is not None else None) or (
        "application/x-www-form-urlencoded" if form else "application/json"
    )
    return {media: {"schema": {"type": "object", "properties": fields, "required": list(fields)}}}


def _responses(route: Route, flow: Flow) -> Iterator[tuple[str, Schema]]:
    is_xml = any(isinstance(one.value, dict) for one in route.fields.values())
    content: Schema = {}
    if is_xml:
        content = {"application/xml": {"schema": {"type": "string"}}}
    else:
        content = {"application/json": {"schema": schema}} if (schema := answered(route)) is not None else {}
    said = f"The answer, within {flow.timeout:g} s; more fields do no harm."
    yield "200", {"description": said, **({"content": content} if content else {})}
    for status in route.accepts:
        yield str(status), {"description": "Where that is the right answer."}


def answered(route: Route) -> Schema | None:
    """Return the schema of the JSON that a request must be answered with; None where it is no JSON, or may be any."""
    if any(isinstance(one.value, dict) for one in route.fields.values()):
        return None
    if route.fields:
        return _nested(route.fields)
    return _inlined(route.answer.model_json_schema(by_alias=True)) if route.request is None else None


def _nested(fields: Mapping[str, AnswerField]) -> Schema:
    """Return the schema of an object whose fields stand at JSON pointers."""
    root: Schema = {"type": "object", "properties": {}, "required": []}
    for one in fields.values():
        at = root
        *steps, last = pointer(str(one.value))
        for step in steps:
            if step not in at["required"] and not one.optional:
                at["required"].append(step)
            at = at["properties"].setdefault(step, {"type": "object", "properties": {}, "required": []})
        at["properties"][last] = _field(one)
        if not one.optional:
            at["required"].append(last)
    return root


def _field(one: AnswerField) -> Schema:
    made = dict(_TYPES[one.kind])
    about = " ".join(one.about.split()) or ("As asked." if one.same else "")
    bounds = {"minimum": one.min, "maximum": one.max, "enum": one.of, "description": about or None}
    return made | {name: value for name, value in bounds.items() if value is not None}


def _inlined(schema: Schema) -> Schema:
    """Return a schema with the blocks that it refers to in their places."""
    blocks = schema.get("$defs", {})

    def put(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return put(blocks[str(node["$ref"]).rpartition("/")[2]])
            return {name: put(value) for name, value in node.items() if name != "$defs"}
        return [put(one) for one in node] if isinstance(node, list) else node

    made: Schema = put(schema)
    return made
