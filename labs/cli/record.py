"""`fdelab scenario record`."""

import click

from labs.cli import completing
from labs.cli.holding import exams
from labs.cli.output import emit, json_option, note, whoever_reads
from labs.library.catalogue import find


@click.command("record")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--only", type=click.IntRange(1), multiple=True, metavar="N",
              help="Record the incident of this number; left out: all of them.")  # fmt: skip
@click.option("--runtime", type=click.Choice(["auto", "docker", "local", "box"]), default="auto", show_default=True,
              help="Where the laps are held.")  # fmt: skip
@json_option
def record(scenario: str, only: tuple[int, ...], runtime: str, as_json: bool) -> None:
    """Record a scenario's incidents anew, each a lap with the deployment of that day.

    The first is of the workspace as it is handed over, the others of what `brief: incidents` lays over it. Briefs are
    true of one incident: write the solutions' anew afterwards, by the first.
    """
    from labs.verify.recording import numbers, record

    entry = find(scenario)
    with exams(entry) as (told, cancel):
        wanted = only or numbers(entry)
        written = record(entry, wanted, runtime, lambda number, event: told(f"incident-{number}", event), cancel)
    with whoever_reads():
        if as_json:
            emit({"written": [str(path) for path in written]})
    if not as_json:
        for path in written:
            note(f"wrote {path}")
