"""`fdelab debrief`."""

import sys
from typing import TYPE_CHECKING

import click

from labs.cli import completing
from labs.cli.output import emit, json_option, note
from labs.engagement.engagement import required

if TYPE_CHECKING:
    from labs.library.catalogue import Entry


@click.command("debrief")
@click.argument("scenario", required=False, metavar="[ENGAGEMENT]", shell_complete=completing.engagements)
@click.option("--anyway", is_flag=True, help="Before you have passed; it gives the answer away.")
@json_option
def debrief(scenario: str | None, anyway: bool, as_json: bool) -> None:
    """Tell what had happened, what mends it, and why the tempting fixes do not; once you have passed an exam.

    Without ENGAGEMENT: of the engagement that you are in.
    """
    from labs.actions.debrief import DebriefRequest
    from labs.actions.debrief import debrief as read

    told = read(DebriefRequest(scenario, None if scenario else required().folder, anyway))
    text = told.text
    if as_json:
        emit({"scenario": told.scenario, "text": text})
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console(width=min(Console().width, 100)).print(Markdown(text))
    else:
        click.echo(text.rstrip())


def point_to_debrief(entry: "Entry") -> None:
    """Say that there is one, to somebody who has just passed."""
    if entry.debrief.is_file():
        note(f"\nwhat had happened, and what others tried: fdelab debrief {entry.name}")
