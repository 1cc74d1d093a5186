"""`fdelab sql`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from labs.base import paths
from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.output import json_option
from labs.engagement.engagement import required

if TYPE_CHECKING:
    from labs.engagement.tables import Answer, LearnerTables

EVERY = 1_000_000
"""Rows that go to a program at most, unless it says otherwise."""
PAGE = 200
"""Rows that a table has, unless somebody wants another number."""


class Asked:
    """The tables of one evidence folder, as the shell asks them."""

    def __init__(self, tables: "LearnerTables", prompt: str) -> None:
        self._tables = tables
        self.prompt = prompt

    def names(self) -> Mapping[str, Sequence[str]]:
        return {name: [column.name for column in table.columns] for name, table in self._tables.tables.items()}

    def ask(self, sql: str, most: int) -> "Answer":
        return self._tables.ask(sql, most)

    def describe(self, table: str | None) -> "Answer":
        from labs.engagement.tables import described

        return described(self._tables, table)


@click.command("sql")
@click.argument("query", required=False)
@click.option("--describe", "describes", is_flag=True, help="The tables, or the columns of the one that QUERY names.")
@click.option(
    "--lap", metavar="N|incident", shell_complete=completing.laps,
    help="A practice lap's, or the incident's. Left out: the incident's, or the newest lap's where there is none.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(1), metavar="N", help=f"Most rows; left out: {PAGE} in a table.")
@click.option("--csv", "as_csv", is_flag=True, help="Print rows for a spreadsheet.")
@json_option
def sql(
    query: str | None, describes: bool, lap: str | None, limit: int | None, as_csv: bool, as_json: bool
) -> None:  # fmt: skip
    """Ask the customer's tables of the incident, or of a practice lap, in SQL (DuckDB's).

    Without QUERY: a shell with history and completion; by a pipe, every statement that comes in. Nothing that is asked
    reaches a file or a network. The times in `happened_at` are seconds since the lap's start; table `phases` has the
    customer's own time. Exits with 2 when a statement that came by a pipe failed.
    """
    if as_csv and as_json:
        raise UsageProblem("--csv and --json exclude each other", "give one of them")
    from labs.actions.evidence import EvidenceRequest, evidence
    from labs.cli.answers import show
    from labs.engagement.tables import LearnerTables, described

    form = "json" if as_json else "csv" if as_csv else "table"
    engagement = required()
    folder = evidence(EvidenceRequest(engagement, lap))
    with LearnerTables(folder) as tables:
        if describes:
            show(described(tables, query), form)
        elif query is not None:
            show(tables.ask(query, limit or (PAGE if form == "table" else EVERY)), form)
        else:
            from labs.cli.shell import Shell

            name = folder.name if folder == engagement.incident else f"lap {folder.name}"
            shell = Shell(Asked(tables, f"{name}> "), paths.state() / "history" / "sql", form)
            if not shell.run():
                raise click.exceptions.Exit(ExitCode.USAGE)
