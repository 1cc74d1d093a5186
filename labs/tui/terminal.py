"""Losing the terminal: when its window is closed there is nobody left to draw for, and the world goes on without us."""

import os
import sys
import threading
import time

LOOK = 1.0
"""Seconds between two looks."""
HUNG_UP = 129
"""Exit code, as shells tell of SIGHUP."""


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
