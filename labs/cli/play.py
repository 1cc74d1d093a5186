"""`fdelab play`: the terminal app."""

import click

from labs.base.errors import UsageProblem
from labs.cli.opening import open_app, possible


@click.command("play")
def play() -> None:
    """Open the app: pick an engagement, launch it, watch it, be examined. Closing it leaves a world running."""
    if not possible():
        raise UsageProblem("the app needs a terminal", "every place has its command too: see `fdelab --help`")
    open_app()
