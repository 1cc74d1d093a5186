"""What the palette offers in the console."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol

from labs.tui.console.brief import BriefEditor
from labs.tui.console.checks import Checks
from labs.tui.console.outside import allowed
from labs.tui.palette import Command

if TYPE_CHECKING:
    from textual.app import App

    from labs.tui.console.desk import Desk
    from labs.tui.console.work import Work


class World(Protocol):
    """The console, as far as what it offers knows it."""

    @property
    def desk(self) -> "Desk | None":
        """Return what the world is worked with, if it is there."""

    @property
    def work(self) -> "Work":
        """Return what takes time."""

    @property
    def app(self) -> "App[object]":
        """Return the app."""

    def alive(self) -> bool:
        """Whether the world can be worked with."""

    def query_one(self, selector: type[Checks]) -> Checks:
        """Return the list of checks."""

    def action_look(self) -> None:
        """Look for the world again."""

    def action_redeploy(self) -> None:
        """Put the workspace into it."""

    def action_front(self, panel: str) -> None:
        """Bring a panel to the front."""

    def action_exam(self) -> None:
        """Begin an exam."""

    def action_ask(self) -> None:
        """Ask a person."""

    def action_saving(self) -> None:
        """Switch redeploys by saving on or off."""

    def action_stop(self) -> None:
        """Take the world down."""

    def action_editor(self) -> None:
        """Open the editor."""

    def action_shell(self, service: str) -> None:
        """Open a shell in a service."""


def offered(console: "World") -> Iterator[Command]:
    """All that can be done with the world; without one, only to look for it again."""
    desk = console.desk
    if not console.alive() or desk is None:
        yield Command("Look for the world again", "after it was started elsewhere (ctrl+r)", console.action_look)
        return
    yield Command("Redeploy", "put the workspace into the world (r)", console.action_redeploy)
    yield Command("Check now", "how the checks stand (c)", lambda: console.action_front("checks"))
    yield Command("Take the exam", "a fresh world, a hidden seed, one lap (e)", console.action_exam)
    yield Command("Ask a person", "of the customer, in your own words (a)", console.action_ask)
    report = console.query_one(Checks).report
    for check in report.checks if report else ():
        if check.hint:
            yield Command(f"Hint for {check.id}", "a nudge; that you took it is noted",
                          partial(console.work.hint, desk, check.id))  # fmt: skip
    if desk.scenario.brief is not None:
        yield Command("Write the brief", "what you tell the customer about the incident",
                      lambda: console.app.push_screen(BriefEditor(desk)))  # fmt: skip
    if allowed():
        yield from _programs(console, desk)
    yield Command("Saving redeploys: on or off", "what happens when a file is saved (w)", console.action_saving)
    for phase in desk.begun():
        about = "end this lap, and begin the next one there"
        yield Command(f"Jump to {phase}", about, partial(console.work.jump, desk, phase))
    yield Command("Stop the world", "your workspace stays (x)", console.action_stop)


def _programs(console: "World", desk: "Desk") -> Iterator[Command]:
    """Yield what takes the terminal for a while."""
    yield Command("Open the editor", "on the workspace (o)", console.action_editor)
    yield Command("Open the incident", "the evidence of the bad day, to investigate",
                  partial(console.work.outside, desk, desk.incident))  # fmt: skip
    if desk.scenario.brief is not None:
        yield Command("Open the brief", "what you tell the customer, in your editor",
                      partial(console.work.outside, desk, desk.brief))  # fmt: skip
    for service in desk.scenario.deployment.services:
        yield Command(f"Shell in {service}", "where it runs (s)", partial(console.action_shell, service))
