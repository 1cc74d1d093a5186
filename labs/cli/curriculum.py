"""`fdelab curriculum`: what to learn in which order, and whether the pages hold."""

from collections.abc import Mapping
from typing import Any

import click

from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.app import Lazy, LazyGroup
from labs.cli.output import emit, json_option, note, table, whoever_reads
from labs.overview.items import LibraryItem

curriculum = LazyGroup(
    "curriculum",
    "What to learn, in which order, and with which engagements.",
    {
        "show": Lazy("labs.cli.curriculum", "show", "The tracks and how far you are; or the page of one module."),
        "lint": Lazy("labs.cli.curriculum", "lint", "Report what leads nowhere, and which goals have no scenario yet."),
    },
)


@click.command("show")
@click.argument("module", required=False, metavar="[MODULE]", shell_complete=completing.modules)
@json_option
def show(module: str | None, as_json: bool) -> None:
    """Show the tracks, their modules, and how far you are with them; or what one module's page says."""
    from labs.cli.progress import point_to_next
    from labs.library.curriculum.load import curriculum as load
    from labs.library.curriculum.load import minutes
    from labs.overview.items import library_overview

    found = load()
    if module is not None:
        text = found.text(module)
        emit({"module": module, "minutes": minutes(text), "text": text}) if as_json else click.echo(text.rstrip())
        return
    mine = {one.name: one for one in library_overview()}
    modules = {
        name: {
            "title": one.title,
            "minutes": minutes(found.text(name)),
            "scenarios": {slug: _standing(mine.get(slug)) for slug in one.scenarios},
        }
        for name, one in found.syllabus.modules.items()
    }
    tracks = {name: track.model_dump() for name, track in found.syllabus.tracks.items()}
    if as_json:
        emit({"tracks": tracks, "modules": modules})
        return
    for track in found.syllabus.tracks.values():
        click.echo(f"{click.style(track.title, bold=True)}  {track.about}\n")
        table([_row(name, modules[name]) for name in track.modules], ("module", "reading", "what it is", "engagements"))
        click.echo()
    note(click.style("fdelab curriculum show MODULE has its page; fdelab start NAME takes an engagement", dim=True))
    point_to_next()


def _standing(listed: LibraryItem | None) -> str:
    if listed is None or listed.entry is None:
        return "broken"
    return "passed" if listed.passed else listed.standing.value


def _row(name: str, module: Mapping[str, Any]) -> tuple[str, ...]:
    scenarios = ", ".join(f"{slug} ({standing})" for slug, standing in module["scenarios"].items())
    return (click.style(name, bold=True), f"{module['minutes']} min", module["title"], scenarios)


@click.command("lint")
@json_option
def lint(as_json: bool) -> None:
    """Report every link, name and page of the curriculum that leads nowhere; exits with 2 when there is one.

    Then which skills, gaps and topics have no scenario yet, which is no mistake.
    """
    from labs.library.catalogue import find, slugs
    from labs.library.curriculum.coverage import coverage
    from labs.library.curriculum.lint import lint as problems_of
    from labs.library.curriculum.load import curriculum as load
    from scenarios.problems import render

    found = load()
    library = {slug: find(slug).scenario for slug in slugs()}
    problems, covered = problems_of(found, library), coverage(found.goals, library)
    with whoever_reads():
        if as_json:
            told = [one.to_json() for one in problems]
            emit({"problems": told, "coverage": covered.kinds(), "waiting": covered.waiting})
        else:
            click.echo(render(problems).rstrip() if problems else f"{found.folder}: no problems")
            for kind, names in covered.waiting.items():
                click.echo(f"{kind} without a scenario: {', '.join(names)}")
    if problems:
        raise click.exceptions.Exit(ExitCode.USAGE)
