"""Opening the app, without anything that only commands need: it shows itself a tenth sooner."""

import gc
import os
import sys

from labs.base.errors import UsageProblem
from labs.cli import stand_in

WAYS: tuple[list[str], ...] = ([], ["play"])
"""Arguments that ask for the app and nothing else."""


def possible() -> bool:
    """Whether there is a terminal that the app can be drawn on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def open_app() -> None:
    """Open the app, and return when it is left. Raises `UsageProblem` where it could not be drawn."""
    if not stand_in.shows_all():
        raise UsageProblem(
            f"the app needs a terminal of UTF-8, and this one is set to {sys.__stderr__ and sys.__stderr__.encoding}",
            "LC_ALL=C.UTF-8 fdelab (and no PYTHONIOENCODING); every place has its command too: see `fdelab --help`",
        )
    # What starting makes stays: to look through it for garbage again and again takes a tenth of the time.
    gc.disable()
    from labs.tui.app import play

    try:
        play()
    finally:
        # The app froze what its start made; what is frozen at the end cannot be taken down, and DuckDB complains of it.
        gc.unfreeze()
        gc.enable()
    from labs.cli.output import note
    from labs.engagement.running import running, runs_on

    if said := runs_on(running()):
        note(said)
