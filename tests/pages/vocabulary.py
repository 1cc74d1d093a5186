"""What a scenario may name, kind by kind, with every parameter."""

from collections.abc import Mapping
from typing import Any

from labs.library.reference import words
from tests.pages.blocks import table

KINDS = ("part", "workload", "fault", "measure", "column", "dirt")

Word = Mapping[str, Any]


def of(kind: str) -> str:
    """The sections of all words of a kind."""
    return "\n".join(_section(word) for word in words() if word["kind"] == kind)


def undocumented() -> list[str]:
    """Words and parameters, of whatever kind, that say nothing of themselves."""
    silent = []
    for word in words():
        name = f"{word['kind']} {word['name']}"
        silent += [name] * (not word["about"])
        fields = [*word.get("parameters", ()), *(one for route in word.get("routes", ()) for one in route["answer"])]
        silent += [f"{name}: {field['name']}" for field in fields if not field["about"]]
    return silent


def _section(word: Word) -> str:
    unit = f" Its unit: {word['unit']}." if word.get("unit", "any") != "any" else ""
    told = [f"### {word['name']}", _sentence(word["about"]) + unit, word.get("note", ""), _fields(word["parameters"])]
    for route in word.get("routes", ()):
        told += [f"**`{route['line']}`**: {route['about']}"]
        told += [table(("It sends", ""), [(f"`{name}`", about) for name, about in route["body"].items()])]
        told += [_fields(route["answer"], "Answer")]
    for noun, head in (("leaves", "Read in the end"), ("accounts", "Account")):
        told += [table((head, ""), [(f"`{name}`", about) for name, about in word.get(noun, {}).items()])]
    if tables := word.get("tables"):
        told += [f"Tables: {', '.join(f'[`{name}`](grading.md#{name})' for name in tables)}."]
    return "\n\n".join(text.rstrip() for text in told if text) + "\n"


def _sentence(about: str) -> str:
    return f"{about[0].upper()}{about[1:].rstrip('.')}."


def _fields(fields: list[dict[str, Any]], head: str = "Parameter") -> str:
    rows = [
        (f"`{one['name']}`", one["type"], "required" if one["required"] else _default(one["default"]), one["about"])
        for one in fields
    ]
    return table((head, "Type", "Default", ""), rows)


def _default(text: str | None) -> str:
    return f"`{text}`" if text else "–"
