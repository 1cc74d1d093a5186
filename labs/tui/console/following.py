"""From the feed to messages: the app's pump is never given more than the newest of each kind."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from labs.tui.answers import Answer
from labs.world.live.model import Ended, Happened, Line, Lines, Snapshot

if TYPE_CHECKING:
    from textual.widget import Widget

    from labs.tui.console.desk import Desk

HELD = 2000
"""Lines that wait to be shown; of more, the oldest are passed over."""


class Seen(Answer):
    """The world as it is; a newer one takes its place."""

    def __init__(self, snapshot: Snapshot, ripe: bool) -> None:
        super().__init__()
        self.snapshot = snapshot
        self.ripe = ripe
        """Whether the checks may have another answer."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Seen) and message.about == self.about


class Printed(Answer):
    """Lines wait in the inlet; one such message is enough, however many they are."""

    def __init__(self, inlet: "Inlet") -> None:
        super().__init__()
        self.inlet = inlet

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Printed) and message.inlet is self.inlet


class Occurred(Answer):
    """An event of the world; each is told."""

    def __init__(self, happened: Happened) -> None:
        super().__init__()
        self.event = happened.event


class Over(Answer):
    """The world is no more."""

    def __init__(self, ended: Ended) -> None:
        super().__init__()
        self.ended = ended


class Inlet:
    """Lines between feed and screen."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque()
        self._skipped = 0

    def put(self, lines: Lines) -> None:
        """More have come."""
        self._lines.extend(lines.lines)
        self._skipped += lines.skipped
        while len(self._lines) > HELD:
            self._lines.popleft()
            self._skipped += 1

    def take(self) -> tuple[list[Line], int]:
        """All that wait, and how many were passed over."""
        taken, skipped = list(self._lines), self._skipped
        self._lines.clear()
        self._skipped = 0
        return taken, skipped


async def follow(desk: "Desk", to: "Widget", about: object) -> None:
    """Post what the feed tells about an engagement to a widget, until the world ends."""

    def post(answer: Answer) -> None:
        answer.about = about
        to.post_message(answer)

    try:
        await _follow(desk, post)
    except Exception as error:  # noqa: BLE001 - a traceback belongs into a file, not on a learner's terminal
        from labs.base.crash import keep

        what = f"fdelab failed: {type(error).__name__}: {error}"[:300]
        post(Over(Ended(what, f"see {keep(error)}; ctrl+r looks again", wanted=False)))


async def _follow(desk: "Desk", post: Callable[[Answer], None]) -> None:
    inlet = Inlet()
    async for message in desk.feed():
        ripe = desk.heed(message)
        if isinstance(message, Snapshot):
            post(Seen(message, ripe))
        elif isinstance(message, Lines):
            inlet.put(message)
            post(Printed(inlet))
        elif isinstance(message, Happened):
            post(Occurred(message))
        else:
            post(Over(message))
