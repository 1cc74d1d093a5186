"""The desk of a real engagement: its actions, and the files that are watched."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING

from labs.actions import ask, brief, check, exam, hint, jump, programs, redeploy, stop, watch
from labs.base.saves import saves
from labs.engagement.engagement import Engagement

if TYPE_CHECKING:
    from labs.actions.brief import BriefLooked
    from labs.actions.events import Tell
    from labs.base.cancel import CancelToken
    from labs.engagement.people import Reply
    from labs.world.live.feed import Message


class EngagementDesk:
    """Everything that the commands do, for the app."""

    def __init__(self, engagement: Engagement) -> None:
        """Read the scenario. Raises `LabError` where it is gone or broken."""
        # As it is on disk now: another process may have brought its world up.
        self.engagement = Engagement.load(engagement.folder)
        self.scenario = self.engagement.entry().scenario
        self.name = self.engagement.folder.name
        self._checks = check.LiveChecks(check.CheckRequest(self.engagement))

    def feed(self) -> "AsyncGenerator[Message]":
        return watch.watch(watch.WatchRequest(self.engagement))

    def heed(self, message: "Message") -> bool:
        return self._checks.heed(message)

    async def saves(self) -> AsyncGenerator[Sequence[str]]:
        workspace = self.engagement.workspace
        async for changed in saves(workspace):
            yield [str(path.relative_to(workspace)) for path in changed]

    def check(self) -> check.Checked:
        return self._checks.check()

    def redeploy(self) -> redeploy.Redeployed:
        return redeploy.redeploy(redeploy.RedeployRequest(self.engagement))

    def asked(self) -> ask.Asked:
        return ask.asked(self.engagement)

    def ask(self, person: str, question: str) -> "Reply":
        return ask.ask(ask.AskRequest(self.engagement, person, question))

    def meant(self, person: str, number: int) -> "Reply":
        return ask.ask(ask.AskRequest(self.engagement, person, meaning=number))

    def respond(self, person: str, accept: bool) -> "Reply":
        return ask.ask(ask.AskRequest(self.engagement, person, accept=accept))

    def hint(self, name: str) -> hint.HintTaken:
        return hint.take_hint(hint.HintRequest(self.engagement, name))

    def nudges(self) -> Mapping[str, str]:
        return hint.taken_hints(self.engagement)

    def begun(self) -> Sequence[str]:
        return [phase.name for phase in jump.phases(self.engagement)]

    def jump(self, phase: str) -> None:
        jump.jump(jump.JumpRequest(self.engagement, phase))

    def stop(self) -> None:
        stop.stop(stop.StopRequest([self.engagement]))

    def exam(self, tell: "Tell", cancel: "CancelToken") -> exam.ExamTaken:
        return exam.take_exam(exam.TakeExamRequest(self.engagement), tell, cancel)

    def editor(self) -> programs.ExternalProgram:
        return programs.workspace_editor(self.engagement)

    def incident(self) -> programs.ExternalProgram:
        return programs.incident_editor(self.engagement)

    def brief(self) -> programs.ExternalProgram:
        return programs.brief_editor(self.engagement)

    def briefed(self) -> str:
        return brief.begun(self.engagement)

    def look(self, text: str) -> "BriefLooked":
        return brief.look_at_brief(brief.BriefRequest(self.engagement, text))

    def write(self, text: str) -> None:
        brief.write_brief(brief.BriefRequest(self.engagement, text))

    def shell(self, service: str) -> programs.ExternalProgram:
        return programs.shell(programs.ShellRequest(self.engagement, service))
