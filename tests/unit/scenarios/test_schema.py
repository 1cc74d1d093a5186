import json
from dataclasses import replace

from pydantic import BaseModel

from scenarios.loader import load
from scenarios.schema import HEADER, schema


class Spoken(BaseModel):
    says: str | list[str]
    keys: list[str]


def definition(found, name):
    return found["$defs"][name]


def test_the_schema_is_plain_json_and_every_reference_leads_somewhere(vocabulary):
    found = schema(vocabulary)
    text = json.dumps(found)
    names = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
    assert names <= set(found["$defs"])
    assert found["$ref"] == "#/$defs/Scenario"


def test_keys_are_as_authors_write_them(vocabulary):
    phase = definition(schema(), "Phase")
    assert {"from", "lasts"} <= set(phase["properties"])
    assert phase["additionalProperties"] is False
    assert "description" in phase["properties"]["shift"]


def test_quantities_are_text_without_bounds_or_defaults_in_numbers():
    flow, phase = definition(schema(), "Flow"), definition(schema(), "Phase")
    drawn = {"$ref": "#/$defs/Drawn"}
    assert flow["properties"]["timeout"]["anyOf"] == [{"type": "string"}, drawn]
    assert "default" not in flow["properties"]["timeout"]
    assert phase["properties"]["lasts"]["anyOf"] == [{"type": "string"}, drawn]


def test_words_choose_their_parameters(vocabulary):
    part = definition(schema(vocabulary), "SitePart")
    assert part["properties"]["part"]["enum"] == ["mailbox", "shop-system"]
    assert part["allOf"][1]["then"]["properties"]["with"] == {"$ref": "#/$defs/Shop"}
    assert "required" not in part["allOf"][1]["then"]
    check = definition(schema(vocabulary), "Check")
    *each, question = check["allOf"]
    chosen = {one["if"]["properties"]["measure"]["const"]: one["then"] for one in each}
    assert chosen["availability"]["required"] == ["with"]
    refused = {"properties": {"measure": False}}
    assert question == {"if": {"required": ["sql"]}, "then": refused, "else": {"required": ["measure"]}}


def test_a_workload_may_be_a_business_of_the_scenarios_own(write, vocabulary):
    found = schema(vocabulary, load(write(), vocabulary).model_copy(update={"business": {"late-labels": None}}))
    known, own = definition(found, "Flow")["properties"]["workload"]["anyOf"]
    assert known["enum"] == sorted(vocabulary.workloads)
    assert own["anyOf"][0]["enum"] == ["late-labels"]


def test_a_value_may_be_drawn_where_a_list_might_stand_and_a_list_may_not(vocabulary):
    found = schema(replace(vocabulary, parts={"bot": Spoken}))
    drawn = {"$ref": "#/$defs/Drawn"}
    assert drawn in definition(found, "Spoken")["properties"]["says"]["anyOf"]
    assert "anyOf" not in definition(found, "Spoken")["properties"]["keys"]


def test_a_fault_is_named_by_one_key(vocabulary):
    fault = definition(schema(vocabulary), "FaultUse")
    assert fault["additionalProperties"] is False
    own = {"link", "service", "share", "first", "every", "from", "until", "flap", "where"}
    assert own | {"latency", "reset"} == set(fault["properties"])
    assert fault["allOf"] == [
        {"if": {"required": ["latency"]}, "then": {"properties": {"reset": False}}},
        {"if": {"required": ["reset"]}, "then": {"properties": {"latency": False}}},
    ]
    assert definition(schema(), "FaultUse")["additionalProperties"] is True


def test_kinds_are_described(vocabulary):
    about = {"part": {"shop-system": "Sells."}, "fault": {"reset": "Ends it."}}
    found = schema(replace(vocabulary, about=about))
    part = definition(found, "SitePart")["properties"]["part"]
    assert part["enumDescriptions"] == part["markdownEnumDescriptions"] == ["", "Sells."]
    assert definition(found, "FaultUse")["properties"]["reset"]["description"] == "Ends it."


def test_what_a_phase_sets_are_parameters_that_are_not_fixed(vocabulary):
    found = schema(vocabulary)
    settings = definition(found, "Phase")["properties"]["set"]
    assert settings["additionalProperties"] == {"$ref": "#/$defs/Settings"}
    assert set(definition(found, "Settings")["properties"]) == {"version", "sessions", "token", "locked", "data"}
    assert definition(found, "Settings")["additionalProperties"] is False


def test_simulated_time_needs_no_zone():
    assert "format" not in definition(schema(), "SimulatedClock")["properties"]["starts"]


def test_the_names_of_a_scenario_are_suggested_and_others_taken(write, vocabulary):
    found = schema(vocabulary, load(write(), vocabulary))
    either = [{"type": "string", "enum": ["shop"]}, {"type": ["string", "number"]}]
    assert definition(found, "Service")["properties"]["uses"]["items"]["anyOf"] == either
    assert definition(found, "Flow")["properties"]["to"]["anyOf"][0]["enum"] == ["api"]
    assert definition(found, "Message")["properties"]["from"]["anyOf"][0]["enum"] == ["lena"]
    assert definition(found, "Orders")["properties"]["shop"]["anyOf"][0]["enum"] == ["shop"]
    assert set(definition(found, "Phase")["properties"]["set"]["properties"]) == {"shop"}
    during = definition(found, "Availability")["properties"]["during"]
    assert {"type": "string", "enum": ["morning", "slow", "warm-up"]} in during["anyOf"][0]["items"]["anyOf"]


def test_the_header_for_editors():
    assert HEADER.format("scenario.schema.json") == "# yaml-language-server: $schema=scenario.schema.json"
