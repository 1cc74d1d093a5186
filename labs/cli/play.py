"""`fdelab play`: the terminal app."""

import gc
import os
import sys

import click

from labs.errors import UsageProblem


def possible() -> bool:
    """Whether there is a terminal that the app can be drawn on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


@click.command("play")
def play() -> None:
    """Open the app: pick an engagement, launch it, watch it, be examined. Closing it leaves a world running."""
    if not possible():
        raise UsageProblem("the app needs a terminal", "every place has its command too: see `fdelab --help`")
    # What starting makes stays: to look through it for garbage again and again takes a tenth of the time.
    gc.disable()
    from labs.tui.app import play as run

    try:
        run()
    finally:
        gc.enable()
