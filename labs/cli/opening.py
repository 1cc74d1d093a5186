"""Opening the app, without anything that only commands need: it shows itself a tenth sooner."""

import gc
import os
import sys

WAYS: tuple[list[str], ...] = ([], ["play"])
"""Arguments that ask for the app and nothing else."""


def possible() -> bool:
    """Whether there is a terminal that the app can be drawn on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def open_app() -> None:
    """Open the app, and return when it is left."""
    # What starting makes stays: to look through it for garbage again and again takes a tenth of the time.
    gc.disable()
    from labs.tui.app import play

    try:
        play()
    finally:
        # The app froze what its start made; what is frozen at the end cannot be taken down, and DuckDB complains of it.
        gc.unfreeze()
        gc.enable()
