"""The JSON Schema (draft 2020-12) of the JSON report, made from the classes that are the report.

It is published beside this module as `report.schema.json`. `FORMAT` grows when a reader of the old form could
misunderstand the new one; a field more is no new form.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.report import FORMAT, Report

FILE = Path(__file__).with_name("report.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of `Report.to_json`."""
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
    """The schema as its file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
