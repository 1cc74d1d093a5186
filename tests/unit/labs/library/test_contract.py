"""The contract of a service: for people, and as OpenAPI, of workloads in Python and of businesses in YAML."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from labs.base.errors import UsageProblem
from labs.cli.contract import contract as command
from labs.library.catalogue import find, slugs
from labs.library.contract import contract, openapi
from scenarios.loader import load
from tests.unit.workloads.cases.labels import write


@pytest.mark.parametrize("slug", slugs())
def test_every_service_with_traffic_has_a_document(slug: str) -> None:
    scenario = find(slug).scenario
    documents = openapi(scenario)
    assert set(documents) == {flow.to for flow in scenario.traffic.values()}
    for flow in contract(scenario):
        for route in flow["routes"]:
            method, path = route["line"].split()
            operation = documents[flow["service"]]["paths"][path][method.lower()]
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            Draft202012Validator.check_schema(schema)
            assert set(schema["properties"]) == {field["name"].partition(".")[0] for field in route["answer"]}
            assert "$ref" not in json.dumps(operation)


def test_fields_stand_where_their_pointers_say(tmp_path: Path) -> None:
    scenario = load(write(tmp_path))
    operation = openapi(scenario)["labels"]["paths"]["/shipments/{id}/label"]["post"]
    validator = Draft202012Validator(operation["responses"]["200"]["content"]["application/json"]["schema"])
    right = {"parcel": "P-1", "service": "express", "price": {"amount": 3}, "more": [1]}
    assert validator.is_valid(right)
    wrongs: list[dict[str, Any]] = [
        {"price": {"amount": -1}},
        {"price": 3},
        {"service": "slow"},
        {"price": {}},
        {"parcel": 1},
    ]
    for wrong in wrongs:
        assert not validator.is_valid(right | wrong), wrong
    assert [(one["name"], one["in"]) for one in operation["parameters"]] == [("id", "path"), ("X-Tenant", "header")]
    (told,) = contract(scenario)
    # What is true, and why, is for whoever does the work to find out.
    assert not {"answered_at", "too-dear", "kilos", "select"} & set(json.dumps(told).replace('"', " ").split())


def test_the_command() -> None:
    told = CliRunner().invoke(command, ["first-day"]).output
    assert "POST /orders  What does this basket cost?" in told
    assert "customers-who-left" in told
    assert json.loads(CliRunner().invoke(command, ["first-day", "--openapi"]).output)["openapi"] == "3.1.0"
    assert json.loads(CliRunner().invoke(command, ["first-day", "--json"]).output)[0]["service"] == "shop"
    with pytest.raises(UsageProblem, match="first-day has no service 'shp' with traffic"):
        CliRunner().invoke(command, ["first-day", "--service", "shp"], standalone_mode=False, catch_exceptions=False)
