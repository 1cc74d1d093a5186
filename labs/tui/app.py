"""The app itself: its places, its look, what is chosen in it, and where it resumes."""

import gc
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.reactive import reactive
from textual.screen import Screen
from textual.theme import Theme

from labs.tui import terminal
from labs.tui.answers import Answer, Trouble
from labs.tui.backend import Backend
from labs.tui.help import HelpScreen, helpful
from labs.tui.memory import Memory
from labs.tui.offers import Commands
from labs.tui.place import PAINT, PAINTED, Place, entered
from labs.tui.places import PLACES, Places
from labs.tui.themes import THEMES

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.tui.leave import Choice
    from scenarios.guide import Milestone


RESUME = "resume"
"""Name of the work that looks for the engagement that was open before."""


class Fdelab(App[None]):
    """A control room for one learner. It is a client: worlds go on when it is closed."""

    TITLE = "fdelab"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {Commands}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar = [
        Binding("question_mark,f1", "explain", "Help", key_display="?"),
        Binding("ctrl+p", "command_palette", "Commands", key_display="^p"),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
        *(
            Binding(PLACES.key(entrance.name), f"go('{entrance.name}')", entrance.title, show=False)
            for entrance in PLACES
        ),
    ]

    chosen: reactive[str | None] = reactive(None)
    """Name of the scenario that is looked at."""
    engagement: "reactive[Engagement | None]" = reactive(None)
    """The engagement that is open, whether its world runs or not."""
    looking: reactive[bool] = reactive(True)
    """Whether the one that was open before is still looked for."""

    examined: reactive[Path | None] = reactive(None)
    """Evidence of the exam whose report is looked at: the one that was taken last, until another one is chosen."""

    class Resumed(Answer):
        """The engagement that was open before was looked for."""

        def __init__(self, engagement: "Engagement | None") -> None:
            super().__init__()
            self.engagement = engagement

    class Leaving(Answer):
        """It was looked up which worlds would run on."""

        def __init__(self, running: "list[Engagement]") -> None:
            super().__init__()
            self.running = running

    class Stopped(Answer):
        """The worlds that were up are not any more."""

    def __init__(
        self,
        backend: Backend,
        memory: Memory | None = None,
        places: Places = PLACES,
        clock: Callable[[], float] = time.time,
        themes: Mapping[str, Theme] = THEMES,
    ) -> None:
        self.memory = memory if memory is not None else Memory()
        begin = self.memory.place
        self._entrance = places[begin] if begin and begin in places else next(iter(places))
        vars(self)["DEFAULT_MODE"] = self._entrance.name
        # The first place is the default screen: one that is entered as a mode is painted twice.
        vars(self)["MODES"] = {one.name: one.open for one in places if one is not self._entrance}
        super().__init__(css_path=[self.CSS_PATH, self._entrance.stylesheet])
        self.backend = backend
        self.places = places
        self.clock = clock
        """Epoch seconds."""
        self.deeds: dict[Path, list[Milestone]] = {}
        """What was done in this sitting that tips are about, by the engagement's folder."""
        self._leaving = False
        """Whether one has asked to leave, and not changed one's mind."""
        self.crash: Exception | None = None
        """What ended the app, when it was a failure of ours."""
        self._looks = themes
        worn = self.memory.theme or ""
        self._dress(themes[worn if worn in themes else "dark"])
        self.set_reactive(Fdelab.chosen, self.memory.scenario)

    def _dress(self, theme: Theme) -> None:
        """Begin in this theme. To set `theme` would have every stylesheet parsed for it, before and after."""
        self.register_theme(theme)
        self.set_reactive(Fdelab.theme, theme.name)
        self.set_class(theme.dark, "-dark-mode")
        self.set_class(not theme.dark, "-light-mode")
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """Return the place that one begins in."""
        return self._entrance.open()

    def on_mount(self) -> None:
        self.add_mode(self._entrance.name, self._entrance.open)
        self.set_timer(PAINT, self._painted, name=PAINTED)

    def _painted(self) -> None:
        self.call_after_refresh(self._resume)

    def _resume(self) -> None:
        if not gc.isenabled():  # as `fdelab play` starts us
            gc.freeze()
            gc.enable()
        place = self.place
        if place is not None:
            place.fetch(lambda: self.Resumed(self.backend.resume(self.memory.folder)), RESUME)

    def on_fdelab_resumed(self, resumed: Resumed) -> None:
        if resumed.engagement is not None and self.engagement is None:
            self.open(resumed.engagement)
        self.looking = False

    @on(Trouble)
    def _not_resumed(self, trouble: Trouble) -> None:
        if trouble.work == RESUME:
            self.looking = False

    async def action_quit(self) -> None:
        """Leave; where a world is up, only after it was said that it runs on. Who asks twice leaves at once."""
        place = self.place
        if self._leaving or place is None:
            self.exit()
            return
        self._leaving = True
        place.fetch(lambda: self.Leaving(self.backend.running()), "leave")

    def on_fdelab_leaving(self, leaving: Leaving) -> None:
        def answered(answer: "Choice | None") -> None:
            place = self.place
            if answer == "stop" and place is not None:
                self.notify("stopping …")
                place.fetch(lambda: self._stop(leaving.running), "leave")
            elif answer == "leave":
                self.exit()
            else:
                self._leaving = False

        if leaving.running:
            from labs.tui.leave import Leave

            self.push_screen(Leave(leaving.running), answered)
        else:
            self.exit()

    def _stop(self, running: "list[Engagement]") -> Stopped:
        self.backend.take_down(running)
        return self.Stopped()

    def on_fdelab_stopped(self) -> None:
        self.exit()

    @property
    def place(self) -> Place | None:
        """The place that one is in, also while a question stands before it."""
        return entered(self.screen_stack)

    def go(self, name: str) -> None:
        """Enter a place, if there is one of that name; questions that are open stay where they were asked."""
        if name in self.places and name != self.current_mode:
            self.switch_mode(name)
            self.memory.place = name
            self.remember()

    def action_go(self, name: str) -> None:
        """As `go`, for keys."""
        self.go(name)

    def choose(self, scenario: str) -> None:
        """Look at a scenario from now on."""
        self.chosen = scenario
        self.memory.scenario = scenario
        self.remember()

    def open(self, engagement: "Engagement | None") -> None:
        """Open an engagement; None: none is open any more."""
        self.engagement = engagement
        self.memory.folder = str(engagement.folder) if engagement else None
        self.remember()

    def look_at(self, evidence: Path) -> None:
        """Look at an exam's report."""
        self.examined = evidence
        self.go("report")

    def wear(self, name: str) -> None:
        """Change the look."""
        self.register_theme(self._looks[name])
        self.theme = self._looks[name].name
        self.memory.theme = name
        self.remember()

    def remember(self) -> None:
        """Keep what the next sitting begins with."""
        self.run_worker(self.memory.save, group="memory", thread=True, exit_on_error=False)

    def action_explain(self) -> None:
        """Help on what has the focus, where one is, and every key."""
        keys = {
            binding.key_display or self.get_key_display(binding): binding.description
            for _, binding, enabled, _ in self.screen.active_bindings.values()
            if enabled and binding.description
        }
        texts = list(helpful(self.focused or self.screen))
        self.push_screen(HelpScreen(texts, list(keys.items())))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Questions are answered before one goes elsewhere."""
        if action in ("go", "explain", "command_palette") and self.screen.is_modal:
            return False
        return super().check_action(action, parameters)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with all local values; who runs us keeps `crash` in a file and says where.
        self.crash = self._exception
        self._close_messages_no_wait()


def play(start: Path | None = None) -> None:
    """Open the app, and return when it is left. Raises what it failed of, if it did."""
    from labs.tui.local_backend import LocalBackend

    terminal.leave_with_it()
    app = Fdelab(LocalBackend(start), Memory.load(), themes=terminal.themes())
    terminal.leave_when_told(app)
    app.run()
    if app.crash is not None:
        raise app.crash
