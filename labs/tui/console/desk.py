"""All that the console asks of one engagement; the real one is in `labs.tui.console.local_desk`, a test has its own.

`feed` and `saves` are followed on the app's own loop and must be quick about it; everything else takes its time, is
made in a worker, and raises a `LabError` that says what is wrong and what to do about it.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labs.actions.ask import Asked
    from labs.actions.brief import BriefLooked
    from labs.actions.check import Checked
    from labs.actions.events import Tell
    from labs.actions.exam import ExamTaken
    from labs.actions.hint import HintTaken
    from labs.actions.programs import ExternalProgram
    from labs.actions.redeploy import Redeployed
    from labs.base.cancel import CancelToken
    from labs.engagement.people import Reply
    from labs.world.live.feed import Message
    from scenarios.draws import Template


class Desk(Protocol):
    """One engagement, as one works on it."""

    @property
    def scenario(self) -> "Template": ...

    @property
    def name(self) -> str:
        """What people call the engagement: its folder's name."""

    def feed(self) -> "AsyncGenerator[Message]":
        """Return what its world does, until it is gone; the last message is an `Ended`."""

    def heed(self, message: "Message") -> bool:
        """Take notice of what came from the feed; whether the checks may have another answer now."""

    def saves(self) -> AsyncGenerator[Sequence[str]]:
        """Files of the workspace, by path, each time after some were saved and it was quiet for a moment."""

    def check(self) -> "Checked":
        """How the deployment does, as `fdelab check` says it."""

    def redeploy(self) -> "Redeployed":
        """Put the workspace into the world."""

    def asked(self) -> "Asked":
        """Who can be asked, what was asked, and what time of theirs is left."""

    def ask(self, person: str, question: str) -> "Reply":
        """Return what somebody of the customer answers."""

    def meant(self, person: str, number: int) -> "Reply":
        """Return what they answer once they know which of the things was meant that they asked back about."""

    def respond(self, person: str, accept: bool) -> "Reply":
        """Return what they say when the learner agrees to what they asked for, or refuses it."""

    def hint(self, name: str) -> "HintTaken":
        """Return a nudge for a check; that it was taken is remembered."""

    def nudges(self) -> Mapping[str, str]:
        """All that were taken in this engagement, by check."""

    def begun(self) -> Sequence[str]:
        """Name the phases that have begun in this world, which is quick to tell; the others are not named."""

    def jump(self, phase: str) -> None:
        """Begin the next lap with a phase."""

    def stop(self) -> None:
        """Take the world down."""

    def exam(self, tell: "Tell", cancel: "CancelToken") -> "ExamTaken":
        """Be examined; `tell` hears how it goes. Raises `Interrupted` once `cancel` is gone."""

    def editor(self) -> "ExternalProgram":
        """Return the workspace in the learner's editor."""

    def incident(self) -> "ExternalProgram":
        """Return the evidence of the bad day in the learner's editor, for looking at."""

    def brief(self) -> "ExternalProgram":
        """Return what the learner tells the customer, in their editor."""

    def briefed(self) -> str:
        """Return the text of that, as far as it is written."""

    def look(self, text: str) -> "BriefLooked":
        """How far that text is, what is wrong with its form, and what its evidence selects."""

    def write(self, text: str) -> None:
        """Put it into the workspace."""

    def shell(self, service: str) -> "ExternalProgram":
        """Return a shell where a service of the deployment runs."""
