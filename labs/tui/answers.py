"""What workers answer, and to whom: an answer about what a place does not show any more comes too late."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from textual import on
from textual.message import Message


class Answer(Message):
    """Something that was asked for, or that is followed."""

    about: object = None
    """The `subject` of the place when it was asked for."""

    def concerning(self, about: object) -> "Answer":
        """Return the same, about something."""
        self.about = about
        return self


class Trouble(Answer):
    """Something that was to be done did not work; nothing of the app is broken."""

    def __init__(self, what: str, remedy: str | None, work: str) -> None:
        super().__init__()
        self.what = what
        self.remedy = remedy
        self.work = work
        """The name under which it was begun."""


class _Showing(Protocol):
    subject: object


Place = TypeVar("Place", bound=_Showing)
Kind = TypeVar("Kind", bound=Answer)


def heeds(kind: type[Kind]) -> Callable[[Callable[[Place, Kind], Any]], Callable[[Place, Kind], Any]]:
    """Make a place's method the handler of such answers, of those that are about what the place shows.

    They are compared when they are handled: whatever has come between asking and answering, state of one engagement
    never shows in another.
    """

    def decorate(handler: Callable[[Place, Kind], Any]) -> Callable[[Place, Kind], Any]:
        def heed(self: Place, answer: Kind) -> Any:
            return handler(self, answer) if answer.about == self.subject else None

        heed.__doc__ = handler.__doc__
        handled: Callable[[Place, Kind], Any] = on(kind)(heed)
        return handled

    return decorate
