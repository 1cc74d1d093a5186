"""`fdelab scenario sql`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from labs.base import paths
from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.output import json_option, note

if TYPE_CHECKING:
    from labs.library.catalogue import Entry


@click.command("sql")
@click.argument("scenario", shell_complete=completing.engagements)
@click.argument("query", required=False)
@click.option("--describe", "describes", is_flag=True, help="The tables, or the columns of the one that QUERY names.")
@click.option("--incident", "of_incident", is_flag=True, help="Ask the incident, though there are exams.")
@click.option(
    "--of", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Ask the evidence in this folder.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Most rows; left out: 200 in a table.")
@click.option("--csv", "as_csv", is_flag=True, help="Print rows for a spreadsheet.")
@json_option
def sql(
    scenario: str, query: str | None, describes: bool, of_incident: bool, folder: Path | None, limit: int | None,
    as_csv: bool, as_json: bool,
) -> None:  # fmt: skip
    """Ask the last evidence of SCENARIO in SQL, as its checks do: with the truth, and under the columns' own names.

    That is of its last exam here, or else of its incident. QUERY is a statement, or the id of a check or of a brief's
    number, whose own question is then asked of the whole lap. Without QUERY: a shell, or every statement that comes by
    a pipe; exits with 2 when one of them failed.
    """
    if as_csv and as_json:
        raise UsageProblem("--csv and --json exclude each other", "give one of them")
    from labs.cli.answers import show
    from labs.cli.sql import EVERY, PAGE, Asked
    from labs.engagement.tables import LearnerTables, QueryProblem, described
    from labs.library.catalogue import find
    from labs.verify.last import Found, last
    from simulator.evidence.tables import EXAMINER

    form = "json" if as_json else "csv" if as_csv else "table"
    entry = find(scenario)
    own, place = _own(entry, query)
    with last(entry, of_incident) as newest:
        found = newest if folder is None else Found(folder, str(folder))
        note(f"of {found.what}")
        with LearnerTables(found.folder, EXAMINER) as tables:
            if describes:
                show(described(tables, query), form)
            elif own is not None:
                try:
                    show(tables.ask(own, limit or (PAGE if form == "table" else EVERY)), form)
                except QueryProblem as error:
                    raise QueryProblem(f"{place}{error.what}", error.remedy) from None
            else:
                from labs.cli.shell import Shell

                prompt = f"{entry.scenario.id}> "
                if not Shell(Asked(tables, prompt), paths.state() / "history" / "sql-of-scenarios", form).run():
                    raise click.exceptions.Exit(ExitCode.USAGE)


def _own(entry: "Entry", query: str | None) -> tuple[str | None, str]:
    """Return what is asked, and, where that stands in the scenario's file, its place there."""
    from scenarios.folder import SCENARIO
    from scenarios.positions import read

    scenario = entry.scenario
    numbers = {check.id: n for n, check in enumerate(scenario.checks) if check.sql is not None}
    facts = scenario.brief.facts if scenario.brief is not None else {}
    if query in numbers:
        loc: tuple[str | int, ...] = ("checks", numbers[query], "sql")
        asked = scenario.checks[numbers[query]].sql
    elif query in facts:
        loc, asked = ("brief", "facts", query, "sql"), facts[query].sql
    else:
        return query, ""
    file = entry.folder / SCENARIO
    _, tree, _ = read(file)
    at = tree.place(loc) if tree is not None else None
    return asked, f"{file}:{at.line}:{at.column}: " if at is not None else ""
