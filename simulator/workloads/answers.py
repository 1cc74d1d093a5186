"""Read what a deployment answers a workload, and what it left in the customer's systems, through the gate."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simulator import gate
from simulator.evidence.recorder import Recorder

Told = Mapping[str, list[dict[str, Any]]]
"""Rows by the name of the query that returned them."""

M = TypeVar("M", bound=BaseModel)

_LONGEST = 200
"""Most characters of an answer's problem, which the evidence repeats."""
_SHOWN = 60
"""Most characters of these that come from the deployment."""


def read(model: type[M], body: bytes, **asked: str) -> M | str:
    """Return the answer in a body, or a text that says what is wrong with it.

    `asked` is a field that says what the answer is for, with the required value: `order_id="HW-000001"`.
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
    """Return what a database holds at the end, from its final `state`.

    `tables` names the table of the evidence for each query. When rows could not be read, the deployment's facts are
    incomplete, and table `cuts` records that: no check that reads them can pass.
    """
    for name, table in tables.items():
        if name in state.get("untold", {}):
            recorder.cut(table, None)
    found: Told = state["tells"]
    return found
