"""Programs that a learner works with, to be run on their terminal: an editor, a shell where a service runs."""

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labs.actions.incident import IncidentRequest, incident
from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.world.client import World


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
class ShellRequest:
    """Where to look."""

    engagement: "Engagement"
    service: str


def editor_in(folder: Path, editable: Sequence[str] = ("**",)) -> ExternalProgram:
    """Return the learner's editor on a folder, for files that match. Raises `UsageProblem` where none is found."""
    from labs.base.editor import editing

    argv, hello = editing(folder, editable)
    return ExternalProgram(argv, folder, hello=hello)


def workspace_editor(engagement: "Engagement") -> ExternalProgram:
    """Return the editor on what a submission may change.

    Raises `UsageProblem`, `SubmissionInvalid` as it is not there.
    """
    return editor_in(engagement.submission(), engagement.entry().scenario.deployment.editable)


def incident_editor(engagement: "Engagement") -> ExternalProgram:
    """Return the editor on the evidence of the bad day, for looking at. Raises `UsageProblem` where there is none."""
    return editor_in(incident(IncidentRequest(engagement)))


def brief_editor(engagement: "Engagement") -> ExternalProgram:
    """Return the editor on what the learner tells the customer. Raises `UsageProblem` where no editor is found."""
    from scenarios.brief import FILE

    return editor_in(engagement.submission(), [FILE])


def shell(request: ShellRequest) -> ExternalProgram:
    """Return a shell where a service of the deployment runs. Raises `UsageProblem` where none can be had.

    In a container it is in there; else it is a process beside the service, in its folder and with its environment.
    """
    world = request.engagement.live()
    if world.status().runtime == "docker":
        return _in_container(world, request)
    return _beside(world, request.service)


def _in_container(world: "World", request: ShellRequest) -> ExternalProgram:
    from simulator.runtime.docker.containers import name

    docker = shutil.which("docker")
    container = name(world.session, request.service)
    if docker is None:
        raise UsageProblem("a shell in a container needs the `docker` command", f"the container is {container}")
    hello = f"in container {container}, read-only but for /tmp; exit (or ^D) leads back"
    return ExternalProgram([docker, "exec", "-it", container, "sh"], request.engagement.folder, hello=hello)


def _beside(world: "World", service: str) -> ExternalProgram:
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
