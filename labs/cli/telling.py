"""What an action tells, as commands show it: on stderr, the world as it moves."""

import contextlib
from collections.abc import Iterator

import click

from labs.actions.events import ActionEvent, FolderReady, Tell, WorldEvent, WorldOf
from labs.cli.display import Display, display
from labs.cli.output import note
from scenarios.model import Scenario


@contextlib.contextmanager
def telling() -> Iterator[Tell]:
    """Show what one action tells. The display of its world begins with the world: what comes before is a plain line."""
    with contextlib.ExitStack() as stack:
        shown: list[tuple[Display, Scenario]] = []

        def tell(event: ActionEvent) -> None:
            if isinstance(event, FolderReady):
                verb = "made" if event.new else "found"
                note(f"{verb} {click.style(str(event.engagement.folder), bold=True)}")
            elif isinstance(event, WorldOf):
                # One exam after another is shown in one place: a terminal has no more than one.
                on = shown[-1][0] if shown else stack.enter_context(display())
                shown.append((on, event.scenario))
            elif isinstance(event, WorldEvent) and shown:
                on, scenario = shown[-1]
                on.event(scenario.id, scenario, event.event)

        yield tell
