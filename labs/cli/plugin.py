"""`fdelab plugin`: packages of one's own that add words."""

from pathlib import Path

import click

from labs.cli.app import Lazy, LazyGroup
from labs.cli.output import emit, json_option, note
from labs.library.plug_in import KINDS, begin_plug_in

plugin = LazyGroup(
    "plugin",
    "Words of your own for fdelab: parts, workloads, faults, measures, columns, dirt, settlements.",
    {"new": Lazy("labs.cli.plugin", "new", "Begin a Python package that adds a word of each kind.")},
)


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)), help="Of this kind; left out: of all.")
@json_option
def new(folder: Path, kinds: tuple[str, ...], as_json: bool) -> None:
    """Begin a Python package that adds a word of each kind, for you to change.

    DIR is new, and its name becomes the package's.
    """
    made = begin_plug_in(folder.absolute(), kinds)
    if as_json:
        emit({"folder": str(folder), "files": sorted(str(file.relative_to(folder.absolute())) for file in made)})
        return
    click.echo(folder)
    note("It says in its README.md what it has. Then:")
    note(f"  pip install -e {folder}")
    note("  fdelab doctor                  (names a package that cannot be used)")
    note(f"  pytest {folder}")
