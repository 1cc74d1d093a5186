"""What workloads declare that a deployment decides."""

from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, StrictBool

from simulator.workloads import WORKLOADS
from simulator.workloads.decisions import derived

KINDS = list(WORKLOADS)


class Answer(BaseModel):
    line: str
    action: Literal["pick", "fill"]
    sure: StrictBool
    chance: Annotated[float, Field(ge=0)] | None = None
    on: date
    codes: list[str] = []
    note: str | None = None


def test_the_model_of_an_answer_implies_decisions() -> None:
    found = {one.field: (one.kind, one.values) for one in derived(Answer, {"line": "text"})}
    assert found == {
        "line": ("key", ()), "action": ("choice", ("pick", "fill")), "sure": ("choice", (True, False)),
        "chance": ("number", (0, 1)), "on": ("date", (1, 7)), "codes": ("list", ()), "note": ("text", ()),
    }  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_field_of_every_answer_is_declared_with_a_value_that_the_model_takes(name: str) -> None:
    kind = WORKLOADS[name]
    assert kind.decisions is not None
    assert set(kind.decisions.answers) == {route.line for route in kind.routes}
    for route in kind.routes:
        declared = kind.decisions.answers[route.line]
        assert [one.field for one in declared] == list(route.answer.model_fields)
        implied = {one.field: one for one in derived(route.answer, route.body)}
        for one in declared:
            if one.kind in ("number", "date", "list"):
                assert implied[one.field].kind == one.kind
            for value in one.values if one.kind != "date" else ():
                route.answer.__pydantic_validator__.validate_assignment(
                    route.answer.model_construct(), one.field, value
                )


@pytest.mark.parametrize("name", KINDS)
def test_what_is_left_names_parameters_and_fields_that_there_are(name: str) -> None:
    kind = WORKLOADS[name]
    assert kind.decisions is not None
    asked = {field for route in kind.routes for field in route.body}
    answered = {field for route in kind.routes for field in route.answer.model_fields}
    for left in kind.decisions.left:
        assert left.part in kind.params.model_fields
        assert left.case is None or left.case in left.columns
        assert left.time is None or left.time in left.columns
        for said in left.columns.values():
            word, _, field = said.partition(" ")
            assert word != "asked" or field in asked or field == "for an agent"
            assert word != "answer" or field in answered
    assert {*kind.decisions.groups, *([kind.decisions.subject] if kind.decisions.subject else [])} <= asked
