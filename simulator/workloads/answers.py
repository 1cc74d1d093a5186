"""What a deployment answers a workload, and what it left in the customer's systems: read through the gate."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simulator import gate
from simulator.evidence.recorder import Recorder

Told = Mapping[str, list[dict[str, Any]]]
"""Rows by the name of the query that tells them."""

M = TypeVar("M", bound=BaseModel)

_LONGEST = 200
"""Characters of what is wrong with an answer, which the evidence repeats."""
_SHOWN = 60
"""Of which so many are the deployment's."""


def read(model: type[M], body: bytes, **asked: str) -> M | str:
    """The answer in a body, or what is wrong with it.

    `asked` is a field that says what the answer is for, with what it must say: `order_id="HW-000001"`.
    """
    try:
        answer = model.model_validate(gate.parse(body))
    except gate.Untold as error:
        return f"unreadable answer: {error}"
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, problem["loc"]))
        return f"unreadable answer: {f'{where}: ' if where else ''}{problem['msg']}"[:_LONGEST]
    for name, value in asked.items():
        said = getattr(answer, name)
        if said != value:
            return f"the answer is for {name.removesuffix('_id')} {said[:_SHOWN]}"
    return answer


def told(state: Mapping[str, Any], tables: Mapping[str, str], recorder: Recorder) -> Told:
    """What a database tells in the end, of its final `state`.

    `tables` says which table of the evidence each query is for. Where rows could not be told, the deployment's facts
    are not all there, and table `cuts` says so: no check that reads them can pass.
    """
    for name, table in tables.items():
        if name in state.get("untold", {}):
            recorder.cut(table, None)
    found: Told = state["tells"]
    return found
