"""Progress of worlds on stderr: a live line each on a terminal, plain lines elsewhere."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from threading import Lock
from typing import Protocol, Self

from labs.cli.output import note
from labs.world.events import describe, lasts
from scenarios.model import Scenario
from scenarios.plain import printable
from simulator.protocol.events import Event, LapStarted


class Display(Protocol):
    """Shows the events of one or more worlds."""

    def event(self, world: str, scenario: Scenario, event: Event) -> None:
        """Show one event of the world that is called `world` here."""


class Lines:
    """One line an event, with the seconds since the begin."""

    def __init__(self, many: bool) -> None:
        self.many = many
        self._begun = time.monotonic()
        self._lock = Lock()

    def event(self, world: str, scenario: Scenario, event: Event) -> None:
        """Show one event."""
        text = _line(event, scenario)
        if text is None:
            return
        name = f"{world}: " if self.many else ""
        with self._lock:
            note(f"{time.monotonic() - self._begun:6.1f} s  {name}{text}")


class Bars:
    """A bar for each world that moves through its lap; what people should read scrolls above."""

    READ = frozenset({"message", "restarted", "deployment-failed", "lap-failed", "failed"})

    def __init__(self, many: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

        self.many = many
        self._tasks: dict[str, TaskID] = {}
        self._laps: dict[str, tuple[float, float]] = {}
        self._bars = Progress(
            TextColumn("{task.fields[world]}", style="bold"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR"))),
            transient=True,
            get_time=self._now,
        )

    def _now(self) -> float:
        """Return the bars' clock; each look at it also moves them, as phases come only every few seconds."""
        now = time.monotonic()
        for world, (begun, _) in list(self._laps.items()):
            task = self._bars.tasks[self._tasks[world]]
            task.completed = min(now - begun, task.total or 0.0)
        return now

    def event(self, world: str, scenario: Scenario, event: Event) -> None:
        """Show one event."""
        if world not in self._tasks:
            self._tasks[world] = self._bars.add_task("", total=None, world=world)
        text, task = _line(event, scenario), self._tasks[world]
        if isinstance(event, LapStarted):
            total = lasts(event.timeline)
            self._bars.update(task, total=total)
            self._laps[world] = (time.monotonic(), total)
        elif event.kind in ("lap-finished", "stopped"):
            self._laps.pop(world, None)
            self._bars.update(task, total=1, completed=1)
        if text and event.kind in self.READ:
            self._bars.console.print(f"{world}: {text}" if self.many else text, markup=False, highlight=False)
        elif text:
            self._bars.update(task, description=text)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()


def _line(event: Event, scenario: Scenario) -> str | None:
    """One event in one line, whatever a deployment had a hand in."""
    text = describe(event, scenario)
    return text and printable(text)


@contextlib.contextmanager
def display(many: bool = False) -> Iterator[Display]:
    """Return the display that suits stderr; `many` names the world on each line."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with Bars(many) as bars:
            yield bars
    else:
        yield Lines(many)
