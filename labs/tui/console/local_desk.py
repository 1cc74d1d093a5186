"""The desk of a real engagement."""

import contextlib
import os
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from labs.base.errors import LabError, UsageProblem
from labs.engagement.engagement import Engagement
from labs.engagement.judge import Judge
from labs.tui.console.desk import Examined, ExternalProgram
from labs.world.live.feed import Message, follow
from labs.world.live.model import Ended
from scenarios.brief import FILE

if TYPE_CHECKING:
    from grader.report import Report
    from labs.engagement.people import Reply
    from labs.engagement.practice import Redeployed
    from labs.world.client import World
    from simulator.protocol.events import Event as WorldEvent

QUIET = 300
"""Milliseconds without a change after which a save counts as whole: editors write more than one file."""


class EngagementDesk:
    """Everything that the commands do, for the app."""

    def __init__(self, engagement: Engagement) -> None:
        """Raises `LabError` where the scenario is gone or broken."""
        # As it is on disk now: another process may have brought its world up.
        self.engagement = Engagement.load(engagement.folder)
        self.scenario = self.engagement.entry().scenario
        self.name = self.engagement.folder.name
        self._judge = Judge(self.engagement)

    async def feed(self) -> AsyncGenerator[Message]:
        world = self.engagement.world()
        if world is None:
            yield Ended("No world of this engagement is running", "launch it from its briefing", wanted=True)
            return
        async for message in follow(world):
            yield message

    def heed(self, message: Message) -> bool:
        self._judge.heed(message)
        return self._judge.stale

    async def saves(self) -> AsyncGenerator[Sequence[str]]:
        from watchfiles import awatch

        workspace = self.engagement.workspace
        async for changes in awatch(workspace, debounce=2000, step=QUIET):
            yield sorted({str(Path(path).relative_to(workspace)) for _, path in changes})

    def judge(self) -> "Report":
        return self._judge.judge()

    def redeploy(self) -> "Redeployed":
        from labs.engagement.practice import redeploy

        return redeploy(self.engagement, lambda _event: None)

    def ask(self, person: str, question: str) -> "Reply":
        from labs.engagement.people import ask

        return ask(self.engagement, person, question)

    def hint(self, check: str) -> str:
        found = self._hints().get(check)
        if found is None:
            raise UsageProblem(f"{check} has no hint", "its statement says what must hold")
        self.engagement.take_hint(check)
        with contextlib.suppress(LabError):
            from labs.progress.store import Store

            Store().hint(self.scenario.id, check, self.engagement.folder)
        return found

    def nudges(self) -> Mapping[str, str]:
        hints = self._hints()
        return {check: hints[check] for check in self.engagement.hints if check in hints}

    def _hints(self) -> dict[str, str]:
        from grader.checks import SERVES

        return {one.id: one.hint for one in (SERVES, *self.scenario.checks) if one.hint is not None}

    def jump(self, phase: str) -> None:
        from labs.engagement.practice import jump

        jump(self.engagement, phase)

    def stop(self) -> None:
        from labs.engagement.practice import take_down

        take_down(self.engagement)

    def exam(self, tell: "Callable[[WorldEvent], None]", cancel: Event) -> Examined:
        from labs.exam.judging import judge
        from labs.exam.run import ExamRequest, alone, run_exam
        from labs.progress.store import Store

        own = self.engagement
        order = ExamRequest(own.entry(), workspace=own.submission(), runtime=own.runtime)
        with alone(own.world()):
            sat = run_exam(order, tell, cancel)
        report = judge(sat.evidence)
        (sat.evidence / "report.json").write_text(report.dumps(), encoding="utf-8")
        # That it is not remembered costs less than not to see it.
        with contextlib.suppress(LabError):
            Store().add_attempt(report, sat.evidence, own.folder)
        return Examined(report, sat.evidence)

    def editor(self) -> ExternalProgram:
        return editor_in(self.engagement.submission(), self.scenario.deployment.editable)

    def incident(self) -> ExternalProgram:
        if not self.engagement.incident.is_dir():
            raise UsageProblem("this engagement came without an incident", "l shows what the running world prints")
        return editor_in(self.engagement.incident)

    def brief(self) -> ExternalProgram:
        return editor_in(self.engagement.submission(), [FILE])

    def shell(self, service: str) -> ExternalProgram:
        world = self.engagement.live()
        if world.status().runtime == "docker":
            return self._in_container(world, service)
        return self._beside(world, service)

    def _in_container(self, world: "World", service: str) -> ExternalProgram:
        from simulator.runtime.docker.containers import name

        docker = shutil.which("docker")
        container = name(world.session, service)
        if docker is None:
            raise UsageProblem("a shell in a container needs the `docker` command", f"the container is {container}")
        hello = f"in container {container}, read-only but for /tmp; exit (or ^D) leads back"
        return ExternalProgram([docker, "exec", "-it", container, "sh"], self.engagement.folder, hello=hello)

    def _beside(self, world: "World", service: str) -> ExternalProgram:
        """On the local runtime: a shell in the service's folder with its environment, as a process beside it."""
        import psutil

        from simulator.runtime.processes import PROCESS, SESSION, WORLD, of_session

        for process in of_session(world.session):
            with contextlib.suppress(psutil.Error):
                given = process.environ()
                if given.get(PROCESS) == service:
                    # Without the world's marks: its end must not end the shell.
                    env = {k: v for k, v in given.items() if k not in (PROCESS, SESSION, WORLD, "HOME", "PATH")}
                    folder = Path(process.cwd())
                    argv = [os.environ.get("SHELL") or "/bin/sh"]
                    hello = f"{service} runs in {folder}; its environment is set here; exit (or ^D) leads back"
                    return ExternalProgram(argv, folder, {**os.environ, **env}, hello)
        raise UsageProblem(f"{service} does not run now", "redeploy, and try again when it is up")


def editor_in(folder: Path, editable: Sequence[str] = ("**",)) -> ExternalProgram:
    """The learner's editor on a folder, for files that match. Raises `UsageProblem` where none is found."""
    from labs.base.editor import editing

    argv, hello = editing(folder, editable)
    return ExternalProgram(argv, folder, hello=hello)
