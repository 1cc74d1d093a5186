"""The JSON Schema (draft 2020-12) of the JSON report, generated from the report's own classes.

It is published beside this module as `report.schema.json`. `FORMAT` grows when a reader of the old format could
misunderstand the new one; an additional field does not change the format.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.report import FORMAT, Report

FILE = Path(__file__).with_name("report.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema of `Report.to_json`."""
    made = TypeAdapter(Report).json_schema(mode="serialization")
    # It says what is written, so a default says nothing, and whatever has one is there all the same.
    for model in (made, *made["$defs"].values()):
        properties = model.get("properties", {})
        for field in properties.values():
            field.pop("default", None)
        if properties:
            model["required"] = list(properties)
    form = {"const": FORMAT, "description": "Version of this form of the report."}
    made["properties"] = {"format": form} | made["properties"]
    made["required"] = ["format", *made["required"]]
    return {"$schema": DIALECT} | made


def dumps() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
