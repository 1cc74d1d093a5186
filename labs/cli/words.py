"""Words that a scenario may use, as people read them: all of them with what they are, or one with all about it."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import click

from labs.cli import completing
from labs.cli.output import emit, json_option, prose, table

LINES = 16
"""Most lines of an example that are printed."""


@click.command("words")
@click.argument("name", required=False, metavar="[NAME[.BLOCK]]", shell_complete=completing.words)
@json_option
def words(name: str | None, as_json: bool) -> None:
    """Show the words that a scenario may use: parts, workloads, faults, measures, columns, dirt and tables.

    With a NAME, all about one: its parameters with types and defaults, an example from the library, what it asks and
    must be answered, its tables. With NAME.BLOCK the parameters of a block within it, however deep.
    """
    from labs.library.reference import words as known

    found = known(name)
    if as_json:
        emit(found)
    elif name is None:
        _all(found)
    else:
        for number, word in enumerate(found):
            click.echo("\n" * bool(number), nl=False)
            _one(word)


def _all(found: list[dict[str, Any]]) -> None:
    for noun, some in groupby(found, key=lambda word: str(word["kind"])):
        table([(word["name"], _sentence(word["about"])) for word in some], (noun, "what it is"))
        click.echo()
    click.echo("parameters, an example, columns and all else: fdelab scenario words NAME")


def _sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")


def _one(word: Mapping[str, Any]) -> None:
    unit = f", in {word['unit']}" if "unit" in word else ""
    click.echo(f"{click.style(word['name'], bold=True)} ({word['kind']}{unit})")
    for text in (word["about"], word.get("note")):
        if text:
            click.echo(prose(text))
    if word["kind"] == "table":
        titled([(one["name"], one["type"], one["about"]) for one in word["columns"]], ("column", "type", ""))
        click.echo("\nand, as every table: lap, phase, and phase_at (seconds since the phase began)")
        return
    titled(_fields(word["parameters"]), ("parameter", "type", "default", ""))
    if inner := word.get("blocks"):
        click.echo(prose(f"\nblocks, each with words of its own: {', '.join(inner)}"))
    if found := word.get("example"):
        _used(found)
    for route in word.get("routes", ()):
        show_route(route)
    titled(list(word.get("leaves", {}).items()), ("read in the end", ""))
    titled(list(word.get("accounts", {}).items()), ("account", "what is booked"))
    titled([(name, "fdelab scenario words " + name) for name in word.get("tables", ())], ("table", ""))


def _used(example: Mapping[str, Any]) -> None:
    """Print the lines of a scenario that uses it."""
    click.echo(f"\nas {example['scenario']} has it, from line {example['line']} of its scenario.yaml:\n")
    lines = str(example["text"]).splitlines()
    click.echo("\n".join(f"  {line}" for line in lines[:LINES]))
    if len(lines) > LINES:
        click.echo(f"  … and {len(lines) - LINES} more lines")


def _fields(fields: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (one["name"], one["type"], "required" if one["required"] else one["default"] or "–", one["about"])
        for one in fields
    ]


def show_route(route: Mapping[str, Any]) -> None:
    """Print what one request sends, and what it must be answered."""
    click.echo(f"\n{click.style(route['line'], bold=True)}  {route['about']}")
    titled(list(route.get("headers", {}).items()), ("header", "such as"))
    titled(list(route["body"].items()), ("it sends", ""))
    titled(_fields(route["answer"]), ("answer", "type", "default", ""))
    if route.get("accepts"):
        click.echo(f"\nanswers too, where that is right: HTTP {', '.join(map(str, route['accepts']))}")


def titled(rows: list[tuple[str, ...]], head: tuple[str, ...]) -> None:
    """Print a table below an empty line; nothing where there are no rows."""
    if rows:
        click.echo()
        table(rows, head)
