"""Descriptions of properties come from under a model's fields, wherever its class stands."""

import ast

import pytest
from pydantic import BaseModel, create_model

from scenarios import described


class Base(BaseModel):
    """A model that others lean on."""

    first: int = 0
    """Of the base,
    told in two lines."""
    plain: int = 0


class Outer:
    """No model, and holds one."""

    class Inner(Base):
        """Its own words go before those of its base."""

        second: int = 0
        """Of the inner one."""


def test_fields_of_a_class_and_of_its_bases_are_described() -> None:
    assert described.docs(Base) == {"first": "Of the base,\ntold in two lines."}
    assert described.docs(Outer.Inner) == described.docs(Base) | {"second": "Of the inner one."}
    properties = Outer.Inner.model_json_schema(schema_generator=described.Described)["properties"]
    assert properties["second"]["description"] == "Of the inner one."
    assert "description" not in properties["plain"]


def test_a_class_within_a_function_is_found_and_one_without_source_has_no_words() -> None:
    class Here(BaseModel):
        """Made each time that the test runs."""

        third: int = 0
        """Of this place."""

    assert described.docs(Here) == {"third": "Of this place."}
    assert described.docs(create_model("Made", __base__=Base)) == described.docs(Base)


def test_a_module_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    described.docs(Base)
    monkeypatch.setattr(ast, "parse", lambda *_: pytest.fail("it is read again"))
    assert described.docs(Outer.Inner)["second"] == "Of the inner one."
