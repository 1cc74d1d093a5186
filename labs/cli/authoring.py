"""`fdelab scenario lint` and `schema`."""

from typing import TYPE_CHECKING

import click

from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.output import emit, json_option, whoever_reads

if TYPE_CHECKING:
    pass


@click.command("lint")
@click.argument("names", nargs=-1, required=True, metavar="PATH...", shell_complete=completing.engagements)
@json_option
def lint(names: tuple[str, ...], as_json: bool) -> None:
    """Report every problem of scenario files, each at its place. Exits with 2 when there is one."""
    from labs.library.catalogue import locate
    from labs.library.vocabulary import vocabulary
    from scenarios.loader import examine
    from scenarios.problems import render

    found = {file: examine(file, vocabulary(), notes=True, proof=True)[1] for file in map(locate, names)}
    with whoever_reads():
        if as_json:
            emit([{"path": str(file), "problems": [p.to_json() for p in problems]} for file, problems in found.items()])
        else:
            for file, problems in found.items():
                click.echo(render(problems).rstrip() if problems else f"{file}: no problems")
    if any(not problem.note for problems in found.values() for problem in problems):
        raise click.exceptions.Exit(ExitCode.USAGE)


@click.command("schema")
@click.argument("name", required=False, metavar="[SCENARIO]", shell_complete=completing.engagements)
def schema(name: str | None = None) -> None:
    """Print the JSON Schema of scenario files, for editors. That of one SCENARIO also suggests the names in it."""
    from dataclasses import replace

    from labs.library.catalogue import locate
    from labs.library.reference import abouts
    from labs.library.vocabulary import vocabulary
    from scenarios.loader import examine
    from scenarios.schema import schema as made

    # The schema helps to write a file: what is wrong with it yet is for lint to say.
    scenario = examine(locate(name))[0] if name is not None else None
    emit(made(replace(vocabulary(), about=abouts()), scenario))


@click.command("schema")
@click.argument(
    "what",
    type=click.Choice(["report", "scenario", "brief", "business", "equivalent", "guide", "people", "shortcut", "trap"]),
)
@click.pass_context
def schema_of(context: click.Context, what: str) -> None:
    """Print the JSON Schema of reports, of scenario files, or of the files beside them, by their names."""
    from grader.reports.schema import dumps

    if what == "report":
        click.echo(dumps(), nl=False)
    elif what == "scenario":
        context.invoke(schema)
    else:
        from scenarios.schemas import schema as of_file

        emit(of_file(what))
