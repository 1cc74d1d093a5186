"""`fdelab list`."""

from typing import Any

import click

from labs.base.errors import ScenarioProblems
from labs.cli.output import emit, json_option, note, table
from labs.library.catalogue import Entry, find, slugs


@click.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the engagements that there are."""
    from labs.cli.progress import point_to_next

    entries, broken = [], []
    for slug in slugs():
        try:
            entries.append(find(slug))
        except ScenarioProblems:
            broken.append(slug)
    entries.sort(key=lambda entry: (entry.scenario.level, entry.name))
    if as_json:
        emit([_facts(entry) for entry in entries])
    else:
        table([_row(entry) for entry in entries], ("engagement", "level", "time", "customer", "what it is about"))
        note(click.style("\nfdelab start NAME takes one", dim=True))
        point_to_next()
    for slug in broken:
        note(f"{slug} has problems: fdelab scenario lint {slug}")


def _facts(entry: Entry) -> dict[str, Any]:
    scenario = entry.scenario
    return {
        "id": entry.name,
        "title": scenario.title,
        "summary": scenario.summary,
        "customer": scenario.customer.name,
        "trade": scenario.customer.trade,
        "level": scenario.level,
        "minutes": scenario.minutes,
        "skills": scenario.skills,
        "verified": entry.proven,
        "proof": entry.proof() if entry.proven else None,
        "folder": str(entry.folder),
    }


def _row(entry: Entry) -> tuple[str, ...]:
    scenario = entry.scenario
    return (
        click.style(entry.name, bold=True),
        str(scenario.level),
        f"{scenario.minutes} min",
        f"{scenario.customer.name}, {scenario.customer.trade}",
        scenario.summary or scenario.title,
    )
