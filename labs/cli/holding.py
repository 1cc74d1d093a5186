"""Many exams of a scenario's own deployments, as commands show them: each world as it moves, and each that was held."""

import contextlib
from collections.abc import Callable, Iterator
from threading import Lock

from labs.base.cancel import CancelToken
from labs.cli.display import display
from labs.cli.output import note
from labs.library.catalogue import Entry
from labs.verify.holding import Held
from simulator.protocol.events import Event as WorldEvent

Told = Callable[[str, WorldEvent | Held], None]
"""Takes what a deployment is called, and what has become of an exam of it; from any thread."""


@contextlib.contextmanager
def exams(entry: Entry) -> Iterator[tuple[Told, CancelToken]]:
    """Show exams while they are held; an interrupt cancels the token before it goes on."""
    cancel, lock = CancelToken(), Lock()
    with display(many=True) as shown:

        def told(use: str, event: WorldEvent | Held) -> None:
            with lock:
                if isinstance(event, Held):
                    note(f"{event.done} of {event.of}: {use}")
                else:
                    shown.event(use, entry.scenario, event)

        try:
            yield told, cancel
        except KeyboardInterrupt:
            cancel.cancel()
            raise
