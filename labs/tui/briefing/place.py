"""Briefing: what the customer writes, who is there, what it costs them, what will be examined; and the launch."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted
from labs.tui.answers import Answer, Trouble, heeds
from labs.tui.briefing.facts import Facts
from labs.tui.briefing.launchbar import LaunchBar
from labs.tui.briefing.launchpanel import LaunchPanel
from labs.tui.briefing.letter import Letter
from labs.tui.help import Help
from labs.tui.palette import Command
from labs.tui.place import Place, entered
from labs.world.launching import Launching
from simulator.protocol.events import Progress

if TYPE_CHECKING:
    from labs.actions.start import Started
    from labs.engagement.engagement import Engagement
    from labs.overview.briefing import Briefing as Told
    from scenarios.guide import Milestone
    from simulator.protocol.events import Event

READ, LAUNCH = "briefing", "launch"
"""Names of what is fetched."""
PICK = "Pick an engagement in the catalogue first: press 1."


class Briefing(Place):
    """The letter beside the facts, the launch below them."""

    PLACE: ClassVar = "briefing"
    CSS_PATH = "place.tcss"
    AUTO_FOCUS = "#letter"
    ABOUT: ClassVar = Help(
        "Briefing",
        "What the customer writes to you, and what you can know beforehand. Launch makes a folder of your own with "
        "the deployment (a git repository) and the evidence of one bad day, and brings the customer's world up. It "
        "goes on running when the app is closed; launching again later resumes it.",
    )
    BINDINGS: ClassVar = [
        Binding("l", "launch", "Launch"),
        Binding("f", "focus('#folder')", "Folder"),
        Binding("r", "focus('#runtime')", "Runtime"),
        Binding("c", "cancel_launch", "Cancel the launch"),
    ]

    class Read(Answer):
        """The briefing was looked up."""

        def __init__(self, told: "Told") -> None:
            super().__init__()
            self.told = told

    class Begun(Message):
        """The engagement's folder is there."""

        def __init__(self, engagement: "Engagement", leash: CancelToken) -> None:
            super().__init__()
            self.engagement = engagement
            self.leash = leash
            """Of the launch."""

    class Happened(Message):
        """Something happened to the world that is being launched."""

        def __init__(self, event: "Event", leash: CancelToken | None = None) -> None:
            super().__init__()
            self.event = event
            self.leash = leash
            """Of the launch."""

        def can_replace(self, message: Message) -> bool:
            """Of lines that an image's build prints, only the last one that waits to be shown counts."""
            return isinstance(message, Briefing.Happened) and self.subject == message.subject is not None

        @property
        def subject(self) -> str | None:
            """Of progress that something later makes superfluous; the first of an image tells when it began."""
            if not isinstance(self.event, Progress):
                return None
            subject, _, said = self.event.text.partition(": ")
            return subject if not said.startswith(("building", "ready")) else None

    class Launched(Answer):
        """Its first lap runs, or it waits for a deployment that starts."""

        def __init__(self, started: "Started") -> None:
            super().__init__()
            self.started = started

    class Cancelled(Answer):
        """The launch was cancelled, and nothing of it is left but the folder."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Told | None = None
        self.launching: Launching | None = None
        self._leash: CancelToken | None = None

    def contents(self) -> Iterator[Widget]:
        yield VerticalScroll(Letter(id="letter"), Facts(id="facts"), id="pages", can_focus=False)
        yield LaunchPanel(id="panel")
        yield LaunchBar(id="bar")

    def wants(self) -> object:
        # One launch at a time: it is what this place shows until it is over.
        return self.lab.chosen if self._leash is None else self.subject

    def clear(self) -> None:
        chosen = self.lab.chosen
        self.told = self.launching = None
        self.query_one(LaunchPanel).show(None)
        self.query_one(Facts).clear()
        self.query_one(LaunchBar).clear()
        self.query_one(Letter).say(PICK if chosen is None else f"Reading the briefing of {chosen} …")
        self.refresh_bindings()

    def arrive(self) -> None:
        chosen = self.lab.chosen
        if self._leash is not None and self.told is not None:
            self.lab.choose(self.told.entry.name)
        elif chosen is not None:
            self.fetch(lambda: self.Read(self.lab.backend.briefing(chosen)), READ)

    @heeds(Read)
    async def _show(self, read: Read) -> None:
        if self._leash is not None:
            return
        fresh = self.told is None
        self.told = read.told
        if fresh:
            await self.query_one(Letter).show(read.told)
        await self.query_one(Facts).show(read.told)
        self.query_one(LaunchBar).show(read.told)
        self.refresh_bindings()
        self.coach.look_around()

    def seen(self) -> "Iterator[Milestone]":
        if self.told is not None:
            yield "briefing-read"

    @on(LaunchBar.Wanted)
    def action_launch(self) -> None:
        """Bring the world up, or go to it."""
        if self.told is None or self._leash is not None:
            return
        folder, runtime = self.query_one(LaunchBar).wanted
        self._leash = CancelToken()
        self.launching = Launching(self.told.entry.scenario)
        self.launching.begin(self.lab.clock())
        self._redraw()
        self.fetch(partial(self._launch, self.told.entry.name, folder, runtime, self._leash), LAUNCH)

    def _launch(self, name: str, folder: Path, runtime: str | None, leash: CancelToken) -> Answer:
        """In a worker."""
        from labs.actions.events import ActionEvent, FolderReady, WorldEvent
        from labs.actions.start import StartRequest

        def tell(told: ActionEvent) -> None:
            if isinstance(told, FolderReady):
                self.post_message(self.Begun(told.engagement, leash))
            elif isinstance(told, WorldEvent):
                self.post_message(self.Happened(told.event, leash))

        try:
            return self.Launched(self.lab.backend.start(StartRequest(name, folder, runtime), tell, leash))
        except Interrupted:
            return self.Cancelled()

    @on(Begun)
    def _begun(self, begun: Begun) -> None:
        if begun.leash is not self._leash:
            return
        if self.launching is not None:
            self.launching.made(self.lab.clock())
            self._redraw()
        self.lab.open(begun.engagement)

    @on(Happened)
    def _happened(self, happened: Happened) -> None:
        if self.launching is not None and happened.leash is self._leash:
            self.launching.take(happened.event)
            self._redraw()

    @heeds(Launched)
    def _launched(self, launched: Launched) -> None:
        world = launched.started.world
        self._leash = None
        if world == "ran":  # it was up before: there is nothing to show of its launch
            self.launching = None
        self._redraw()
        self.warn(launched.started.unkept)
        self.again()
        if world != "broken" and entered(self.app.screen_stack) is self:
            self.lab.go("console")

    @heeds(Cancelled)
    def _cancelled(self, _: Cancelled) -> None:
        self._leash = self.launching = None
        self._redraw()
        self.notify("Cancelled. Nothing runs; your folder stays.")
        self.again()

    @heeds(Trouble)
    def _failed(self, trouble: Trouble) -> None:
        if trouble.work == LAUNCH:
            self._leash = None
            if self.launching is not None:
                self.launching.fail(trouble.what, self.lab.clock())
                self._redraw(trouble.remedy)
            trouble.prevent_default()
        elif trouble.work == READ:
            self.told = None
            self.refresh_bindings()
            self.query_one(Letter).say(
                trouble.what if trouble.remedy is None else f"{trouble.what}\n\n→ {trouble.remedy}"
            )
            trouble.prevent_default()

    def action_cancel_launch(self) -> None:
        """End what is being launched, and clean it up."""
        if self._leash is not None:
            self._leash.cancel()
            self.query_one(LaunchPanel).border_subtitle = "cancelling …"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One launches or cancels, never both."""
        busy = self._leash is not None
        if action == "cancel_launch":
            return busy
        if action == "launch" or parameters in (("#folder",), ("#runtime",)):
            return not busy and self.told is not None
        return super().check_action(action, parameters)

    def on_unmount(self) -> None:
        # The app is being left: what was launched comes up by itself.
        if self._leash is not None:
            self._leash.let_go()

    def _redraw(self, remedy: str | None = None) -> None:
        busy = self._leash is not None
        self.query_one(LaunchPanel).show(self.launching, busy, remedy)
        self.query_one(LaunchBar).display = not busy
        self.refresh_bindings()

    def commands(self) -> Iterator[Command]:
        if self._leash is not None:
            yield Command("Cancel the launch", "nothing of it stays but your folder (c)", self.action_cancel_launch)
        elif self.told is not None:
            verb = "Join the running world" if self.told.running else "Launch the world"
            yield Command(verb, f"of {self.told.entry.scenario.title} (l)", self.action_launch)
            yield Command("Choose the folder", "where your workspace goes (f)", lambda: self.action_focus("#folder"))
            yield Command("Choose the runtime", "containers or processes (r)", lambda: self.action_focus("#runtime"))
