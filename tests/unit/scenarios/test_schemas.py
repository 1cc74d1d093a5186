"""Schemas of the files beside a scenario: the library's are valid, and what lint refuses is marked in editors too."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

import scenarios
import simulator.workloads
from scenarios.positions import read
from scenarios.schemas import FILES, schema

WHERE = {"business": "**/business/*.yaml"}
SHIPPED = Path(scenarios.__file__).parent


def files(name: str) -> list[Path]:
    found = sorted(SHIPPED.glob(WHERE.get(name, f"**/{name}.yaml")))
    return found + (sorted(Path(simulator.workloads.__file__).parent.glob("*/*.yaml")) if name == "business" else [])


def plain(file: Path) -> Any:
    _, tree, problems = read(file)
    assert tree is not None, problems
    return tree.plain()


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_file_that_ships_is_as_its_schema_says(name: str) -> None:
    made = schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    checker = jsonschema.Draft202012Validator(made)
    found = files(name)
    assert found
    for file in found:
        assert [error.message for error in checker.iter_errors(plain(file))] == [], file


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_key_that_is_unknown_is_marked(name: str) -> None:
    checker = jsonschema.Draft202012Validator(schema(name))
    file = files(name)[0]
    assert not checker.is_valid(plain(file) | {"no-such-key": 1})


def test_of_a_field_one_key_says_its_kind() -> None:
    checker = jsonschema.Draft202012Validator(schema("business"))
    business = plain(files("business")[0])
    for wrong in ({"numbr": "/total"}, {"number": "/total", "text": "/total"}, {}):
        assert not checker.is_valid(business | {"answer": {"total": wrong}}), wrong
