"""The start of a world, step by step, as its events tell it. What shows it decides how it looks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from labs.world.events import describe
from simulator.protocol import events as protocol

if TYPE_CHECKING:
    from scenarios.model import Scenario


class State(StrEnum):
    """Of one step; the words are what is shown."""

    WAITS = "waits"
    WORKS = "starting"
    DONE = "ready"
    FAILED = "failed"


@dataclass
class Step:
    """One thing that must be there before traffic can come."""

    name: str
    what: str
    state: State = State.WAITS
    began: float | None = None
    """Epoch seconds."""
    seconds: float | None = None
    """That it took, once it is over."""
    note: str = ""
    """The last that was heard of it."""

    def move(self, state: State, at: float) -> None:
        """Begin it or end it, once."""
        if self.state in (State.DONE, State.FAILED) or self.state is state:
            return
        self.state = state
        if state is State.WORKS:
            self.began = at
        elif self.began is not None:
            self.seconds = max(0.0, at - self.began)


FOLDER, RUNTIME, FIELD = "folder", "runtime", "field"


class Launching:
    """Steps in the order in which they are shown: folder, runtime, images while they are built, then each container."""

    def __init__(self, scenario: "Scenario") -> None:
        self._scenario = scenario
        self.steps = [
            Step(FOLDER, "your workspace and the recorded incident"),
            Step(RUNTIME, "where services run"),
            *(Step(name, f"the customer's {part.part}") for name, part in scenario.site.items()),
            Step(FIELD, "clock, links and traffic"),
            *(Step(name, "the deployment, from your workspace") for name in scenario.deployment.services),
        ]
        self.last_lines: tuple[str, ...] = ()
        """What a deployment printed that did not start."""
        self.reason: str | None = None
        """Why the deployment, or all of it, did not start."""
        self.over = False
        """Whether the first lap runs, or the world waits for a better deployment."""

    def step(self, name: str) -> Step | None:
        """Return the step of that name."""
        return next((step for step in self.steps if step.name == name), None)

    def begin(self, at: float) -> None:
        """Show that the folder is being made."""
        self._move(FOLDER, State.WORKS, at)

    def made(self, at: float) -> None:
        """Show that the folder is there, and the world is being started."""
        self._move(FOLDER, State.DONE, at)
        self._move(RUNTIME, State.WORKS, at)

    def fail(self, reason: str, at: float) -> None:
        """Nothing comes of it: what was being started failed."""
        self.reason = reason
        for step in self.steps:
            if step.state is State.WORKS:
                step.move(State.FAILED, at)

    def take(self, event: protocol.Event) -> None:
        """Move on by one event of the world."""
        at = event.t
        match event:
            case protocol.Progress():
                self._progress(event.text, at)
            case protocol.Starting():
                self._starting(at)
            case protocol.Waiting():
                self._waiting(event.names, at)
            case protocol.Ready() | protocol.LapStarted():
                self._waiting((), at)
                self.over = isinstance(event, protocol.LapStarted)
            case protocol.DeploymentFailed():
                self._waiting((event.service,), at)
                self._move(event.service, State.FAILED, at)
                self.reason, self.over = describe(event, self._scenario), True
                self.last_lines = event.last_lines
            case protocol.Failed():
                self.fail(event.reason, at)

    def _progress(self, text: str, at: float) -> None:
        """`image site: Step 3/9` is about that image; all else is about the runtime."""
        subject, colon, said = text.partition(": ")
        step = self.step(RUNTIME)
        if colon and subject.startswith("image"):
            self._move(RUNTIME, State.DONE, at)
            step = self.step(subject) or self._image(subject)
        if step is not None:
            step.move(State.WORKS, at)
            step.note = said if colon else text
            if step.name != RUNTIME and said.startswith("ready"):
                step.move(State.DONE, at)

    def _image(self, name: str) -> Step:
        made = Step(name, "built once, then kept")
        places = [i for i, step in enumerate(self.steps) if step.name == RUNTIME or step.name.startswith("image")]
        self.steps.insert(places[-1] + 1, made)
        return made

    def _starting(self, at: float) -> None:
        for step in self.steps:
            built = step.name == RUNTIME or step.name.startswith("image")
            step.move(State.DONE if built else State.WORKS, at)

    def _waiting(self, names: tuple[str, ...], at: float) -> None:
        """Whatever is not waited for is ready; while the field is, nothing is known of the others."""
        if FIELD in names:
            return
        for step in self.steps:
            if step.state is State.WORKS and step.name not in names:
                step.move(State.DONE, at)

    def _move(self, name: str, state: State, at: float) -> None:
        step = self.step(name)
        if step is not None:
            step.move(state, at)
