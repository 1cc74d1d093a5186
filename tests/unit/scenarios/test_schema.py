import json

from scenarios.schema import HEADER, schema


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
    assert flow["properties"]["timeout"]["type"] == "string"
    assert "default" not in flow["properties"]["timeout"]
    assert "exclusiveMinimum" not in phase["properties"]["lasts"]


def test_words_choose_their_parameters(vocabulary):
    part = definition(schema(vocabulary), "SitePart")
    assert part["properties"]["part"]["enum"] == ["mailbox", "shop-system"]
    assert part["allOf"][1]["then"]["properties"]["with"] == {"$ref": "#/$defs/Shop"}
    assert "required" not in part["allOf"][1]["then"]
    check = definition(schema(vocabulary), "Check")
    chosen = {one["if"]["properties"]["measure"]["const"]: one["then"] for one in check["allOf"]}
    assert chosen["availability"]["required"] == ["with"]
    assert check["oneOf"] == [{"required": ["measure"]}, {"required": ["sql"]}]


def test_a_fault_is_named_by_one_key(vocabulary):
    fault = definition(schema(vocabulary), "FaultUse")
    assert fault["additionalProperties"] is False
    own = {"link", "service", "share", "first", "every", "from", "until", "flap", "where"}
    assert own | {"latency", "reset"} == set(fault["properties"])
    assert fault["oneOf"] == [{"required": ["latency"]}, {"required": ["reset"]}]
    assert definition(schema(), "FaultUse")["additionalProperties"] is True


def test_the_header_for_editors():
    assert HEADER.format("scenario.schema.json") == "# yaml-language-server: $schema=scenario.schema.json"
