"""`fdelab scenario new`."""

from pathlib import Path

import click

from labs.cli import completing
from labs.cli.output import emit, json_option, note


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--from",
    "source",
    metavar="SCENARIO",
    shell_complete=completing.engagements,
    help="Copy this one, without what was measured of it.",
)
@json_option
def new(folder: Path, source: str | None, as_json: bool) -> None:
    """Make a small scenario that runs, for you to change: one service, one system, one fault, one wrong fix.

    DIR is new, and its name becomes the scenario's.
    """
    from labs.library.new import new as make

    made = make(folder, source)
    if as_json:
        emit({"folder": str(made), "files": sorted(str(f.relative_to(made)) for f in made.rglob("*") if f.is_file())})
        return
    click.echo(made)
    note("Begin with scenario.yaml and briefing.md. Then, after each change:")
    note(f"  fdelab scenario lint {folder}")
    note(f"  fdelab exam {folder} --use untouched     (or reference, or shortcut:NAME)")
    note(f"  fdelab scenario verify {folder} --seeds 1")
    note("Until it is verified, an exam that passes ends as not judged: what a broken one costs is not known before.")
    note("docs/authoring.md explains every word of it; so does fdelab scenario words.")
