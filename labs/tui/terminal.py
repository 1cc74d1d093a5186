"""The terminal: how many colours it has; and losing it, or being told to end, when the world goes on without us."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from labs.base.errors import ExitCode

if TYPE_CHECKING:
    from textual.app import App

from rich.console import Console
from textual import constants
from textual.theme import Theme

from labs.tui.themes import LEAST, THEMES

LOOK = 1.0
"""Seconds between two looks."""
HUNG_UP = 129
"""Exit code, as shells tell of SIGHUP."""


class Looks(Mapping[str, Theme]):
    """The looks on a terminal of few colours, by name; each is fitted to it once it is worn."""

    def __init__(self, system: str) -> None:
        self._system = system
        self._fitted: dict[str, Theme] = {}

    def __getitem__(self, name: str) -> Theme:
        if name not in self._fitted:
            from labs.tui.palettes import fitted

            self._fitted[name] = fitted(THEMES[name], self._system, LEAST[name])
        return self._fitted[name]

    def __iter__(self) -> Iterator[str]:
        return iter(THEMES)

    def __len__(self) -> int:
        return len(THEMES)


def themes() -> Mapping[str, Theme]:
    """Return the looks, as this terminal can show them."""
    # As Textual asks Rich, and where it draws.
    system = Console(color_system=constants.COLOR_SYSTEM, file=sys.__stderr__, legacy_windows=False).color_system  # type: ignore[arg-type]
    return Looks(system) if system in ("256", "standard") else THEMES


GRACE, UNDO = 1.0, 0.5
"""Seconds that the app has to leave in good order once it is told to end, and to give the terminal back where it does
not: its workers are threads, and an interpreter waits for each of them."""


def leave_when_told(app: "App[None]") -> None:
    """SIGTERM ends the app, and this process a moment later, whatever its workers do; the terminal is as before."""

    def heed(_number: int, _frame: object) -> None:
        threading.Thread(target=_end, args=(app,), daemon=True).start()
        with suppress(RuntimeError):  # it has no loop yet, or none any more
            asyncio.get_running_loop().call_soon_threadsafe(app.exit)

    signal.signal(signal.SIGTERM, heed)


def _end(app: "App[None]") -> None:
    time.sleep(GRACE)
    if app.is_running:
        undo = threading.Thread(target=_give_back, args=(app,), daemon=True)
        undo.start()
        undo.join(UNDO)
    os._exit(ExitCode.INTERRUPTED)


def _give_back(app: "App[None]") -> None:
    driver = app._driver  # noqa: SLF001 - Textual has no other way to it
    if driver is not None:
        driver.stop_application_mode()
        driver.close()


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
