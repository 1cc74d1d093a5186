"""All that the console asks of one engagement; the real one is in `labs.tui.console.local_desk`, a test has its own.

`feed` and `saves` are followed on the app's own loop and must be quick about it; everything else takes its time, is
made in a worker, and raises a `LabError` that says what is wrong and what to do about it.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from grader.report import Report
    from labs.engagement.people import Reply
    from labs.engagement.practice import Redeployed
    from labs.world.live.feed import Message
    from scenarios.model import Scenario
    from simulator.protocol.events import Event as WorldEvent


@dataclass(frozen=True)
class ExternalProgram:
    """A program that takes the terminal for a while."""

    argv: Sequence[str]
    folder: Path
    env: Mapping[str, str] | None = None
    """Left out: ours."""
    hello: str = ""
    """A line that is printed first."""


@dataclass(frozen=True)
class Examined:
    """An exam that is over."""

    report: "Report"
    evidence: Path


class Desk(Protocol):
    """One engagement, as one works on it."""

    @property
    def scenario(self) -> "Scenario": ...

    @property
    def name(self) -> str:
        """What people call the engagement: its folder's name."""

    def feed(self) -> "AsyncGenerator[Message]":
        """What its world does, until it is gone; the last message is an `Ended`."""

    def heed(self, message: "Message") -> bool:
        """Take notice of what came from the feed; whether the checks may have another answer now."""

    def saves(self) -> AsyncGenerator[Sequence[str]]:
        """Files of the workspace, by path, each time after some were saved and it was quiet for a moment."""

    def judge(self) -> "Report":
        """How the deployment does, as `fdelab check` says it."""

    def redeploy(self) -> "Redeployed":
        """Put the workspace into the world."""

    def ask(self, person: str, question: str) -> "Reply":
        """What somebody of the customer answers."""

    def hint(self, check: str) -> str:
        """A nudge for a check; that it was taken is remembered."""

    def nudges(self) -> Mapping[str, str]:
        """All that were taken in this engagement, by check."""

    def jump(self, phase: str) -> None:
        """Begin the next lap with a phase."""

    def stop(self) -> None:
        """Take the world down."""

    def exam(self, tell: "Callable[[WorldEvent], None]", cancel: Event) -> Examined:
        """Be examined; `tell` hears every event. Raises `Interrupted` once `cancel` is set."""

    def editor(self) -> ExternalProgram:
        """The workspace in the learner's editor."""

    def incident(self) -> ExternalProgram:
        """The evidence of the bad day in the learner's editor, for looking at."""

    def brief(self) -> ExternalProgram:
        """What the learner tells the customer, in their editor."""

    def shell(self, service: str) -> ExternalProgram:
        """A shell where a service of the deployment runs."""
