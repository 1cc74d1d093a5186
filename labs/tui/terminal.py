"""The terminal: how many colours it has; and that its window may be closed, when the world goes on without us."""

import os
import sys
import threading
import time

from rich.console import Console
from textual import constants
from textual.theme import Theme

from labs.tui.themes import LEAST, THEMES

LOOK = 1.0
"""Seconds between two looks."""
HUNG_UP = 129
"""Exit code, as shells tell of SIGHUP."""


def themes() -> dict[str, Theme]:
    """The looks, as this terminal can show them."""
    # As Textual asks Rich, and where it draws.
    system = Console(color_system=constants.COLOR_SYSTEM, file=sys.__stderr__, legacy_windows=False).color_system  # type: ignore[arg-type]
    if system not in ("256", "standard"):
        return THEMES
    from labs.tui.palettes import fitted

    return {name: fitted(theme, system, LEAST[name]) for name, theme in THEMES.items()}


def there() -> bool:
    """Whether stdin is a terminal that has not hung up."""
    try:
        os.tcgetpgrp(sys.__stdin__.fileno() if sys.__stdin__ else 0)
    except (OSError, ValueError):
        return False
    return True


def leave_with_it() -> None:
    """End this process once its terminal is gone. Where it has none, do nothing.

    SIGHUP does not do it: while a shell of ours has the terminal, the signal is the shell's. And the app cannot leave
    in good order, since it would wait for ever to draw its last picture.
    """
    if there():
        threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    while there():
        time.sleep(LOOK)
    os._exit(HUNG_UP)
