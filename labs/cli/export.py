"""`fdelab export`: engagements for tools that are not fdelab's."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from labs.cli import completing
from labs.cli.app import Lazy, LazyGroup
from labs.cli.output import emit, json_option, note, table

if TYPE_CHECKING:
    from labs.library.compose.export import Exported

export = LazyGroup(
    "export",
    "An engagement in a form that other tools take.",
    {"compose": Lazy("labs.cli.export", "compose", "The customer's systems under plain Docker Compose.")},
)

_HERE = click.Path(path_type=Path)


@click.command("compose")
@click.argument("name", metavar="ENGAGEMENT", shell_complete=completing.engagements)
@click.argument("folder", required=False, type=_HERE, metavar="[DIR]")
@click.option("--seed", type=click.IntRange(min=0), help="Whose data it is. Left out: the incident's.")
@click.option(
    "--pace",
    type=click.FloatRange(min=0.1, max=2_000_000),
    default=1.0,
    show_default=True,
    help="Seconds of the customer's clock in one of ours.",
)
@click.option("--workspace", type=_HERE, help="Your deployment's folder. Left out: a copy of what the customer has.")
@json_option
def compose(
    name: str, folder: Path | None, seed: int | None, pace: float, workspace: Path | None, as_json: bool
) -> None:
    """Write the customer's systems of an engagement, with the deployment, for Docker Compose: no field, no grading.

    DIR is new; left out, it is ENGAGEMENT-compose here. Its README.md says what stands where, and what is missing.
    """
    from labs.library import catalogue
    from labs.library.compose.export import Wanted, export, tags
    from simulator.drawing import INCIDENT_SEED

    entry = catalogue.find(name, lint=True)
    place = folder or Path(f"{entry.scenario.id}-compose")
    called = tags()
    made = export(Wanted(entry, INCIDENT_SEED if seed is None else seed, pace, workspace), place.absolute(), called)
    if as_json:
        emit(_told(made, called))
        return
    click.echo(place)
    table([(one.name, f"127.0.0.1:{one.port}", one.variable) for one in made.composed.published],
          ("name", "address", "another port with"))  # fmt: skip
    note("It says in its README.md what is what. Then:")
    note("  fdelab images build             (those that are missing)")
    note(f"  cd {place} && docker compose up -d")


def _told(made: "Exported", called: dict[str, str]) -> dict[str, object]:
    return {
        "folder": str(made.folder),
        "files": [str(file) for file in made.files],
        "images": called,
        "published": [
            {"name": one.name, "address": f"127.0.0.1:{one.port}", "variable": one.variable}
            for one in made.composed.published
        ],
    }
