"""What the answers over a link look like, as far as parts and workloads say; and which fields they lack."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from labs.library.contract import answered
from scenarios.model import FaultUse, Scenario
from scenarios.problems import did_you_mean
from scenarios.vocabulary import ANY, Around, Mismatch
from simulator.faults import FAULTS
from simulator.faults.paths import fields, steps, there
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS
from simulator.workloads.kinds import kinds


def lacking(scenario: Scenario, use: FaultUse, around: Around) -> Iterator[Mismatch]:
    """Yield the fields that a fault changes and that no answer over its link has, by place below the fault.

    A fault may change what another one of its link has renamed.
    """
    name, given = next(iter(use.kinds.items()))
    changed = _changed(name, given)
    documents = _answers(scenario, use.target, around) if changed else None
    if documents is None:
        return
    renamed = _renamed(scenario, use.target)
    known = sorted({path for document in documents for path in fields(document)})
    for loc, path in changed.items():
        if renamed.isdisjoint(steps(path)) and not any(there(document, path) for document in documents):
            said = f"no answer of {use.target!r} has a field {path}"
            yield Mismatch(loc, said, did_you_mean(path, known), key=loc[-1] == path)


def _changed(name: str, given: Any) -> Mapping[tuple[str | int, ...], str]:
    if name not in FAULTS:
        return {}
    try:
        return FAULTS[name].changes(FAULTS[name].params.model_validate(given))
    except ValidationError:  # which is told as such
        return {}


def _renamed(scenario: Scenario, link: str) -> set[object]:
    """Return the names that faults give fields on a link."""
    uses = [use for phase in scenario.phases for use in phase.faults if use.target == link]
    given = [kind for use in uses for kind in use.kinds.values() if isinstance(kind, dict)]
    names = [new for kind in given if isinstance(kind.get("rename"), dict) for new in kind["rename"].values()]
    return {new for new in names if isinstance(new, str)}  # anything else is told as such


def _answers(scenario: Scenario, link: str, around: Around) -> list[Any] | None:
    """Return documents like all answers over a link, in any phase; None where somebody does not say."""
    if link not in scenario.site:
        return _traffic(scenario, link)
    use = scenario.site[link]
    if use.part not in PARTS:
        return None
    kind, found = PARTS[use.part], []
    for given in ({}, *(phase.set[link] for phase in scenario.phases if link in phase.set)):
        try:
            documents = kind.answers(kind.params.model_validate(use.with_ | given), around)
        except ValidationError:
            return None
        if documents is None:
            return None
        found += documents
    return found


def _traffic(scenario: Scenario, service: str) -> list[Any] | None:
    """Return documents like what a service must answer its traffic."""
    known = kinds(scenario, WORKLOADS)
    flows = [flow for flow in scenario.traffic.values() if flow.to == service]
    if not flows or any(flow.workload not in known for flow in flows):
        return None
    schemas = [answered(route) for flow in flows for route in known[flow.workload].routes]
    return [_like(schema) for schema in schemas if schema is not None] if all(schemas) else None


def _like(schema: Mapping[str, Any]) -> Any:
    """Return a document that a JSON Schema describes, with everything that may be in it."""
    if "properties" in schema:
        return {name: _like(below) for name, below in schema["properties"].items()}
    if "items" in schema:
        return [_like(schema["items"])]
    either = [_like(one) for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))]
    held = [one for one in either if one is not None]
    if len(held) > 1 or schema.get("type") in ("object", "array") or not (schema.keys() & {"type", "enum", "anyOf"}):
        return ANY
    return held[0] if held else None
