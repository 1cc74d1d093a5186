"""A quiet line above the keys: the next tip of a scenario that guides newcomers, by what they have done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from labs.tui.answers import Answer
from labs.tui.help import Help

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labs.engagement.guide import Guidance
    from labs.tui.lab import Lab
    from scenarios.guide import Milestone

WAYS: "dict[Milestone, tuple[str, str, str]]" = {
    "briefing-read": ("catalogue", "enter", "opens its briefing"),
    "world-launched": ("briefing", "l", "launches the world"),
    "checks-seen": ("console", "c", "shows the checks"),
    "logs-read": ("console", "l", "shows the logs"),
    "editor-opened": ("console", "o", "opens your editor"),
    "file-saved": ("console", "o", "opens your editor"),
    "checks-passed": ("console", "c", "shows the checks"),
    "exam-taken": ("console", "e", "takes the exam"),
    "exam-passed": ("console", "e", "takes the exam"),
    "report-read": ("report", "", ""),
}
"""How each thing is done in the app: the place, the key, and what that does there."""

DEBRIEF = "b", "tells the debrief"
NEXT = "has what comes next"
"""Behind the last tip, once the exam is passed."""

TIP = "[b $primary]◆[/] $says"
KEY = "[b $primary]$key[/] [$dim]$what[/]"
HIDES = "hides tips"
OFF = "off"
SILENT = "-silent"


class Coach(Static):
    """Hidden where there is nothing to say or no room to say it. It is never in the way, and `h` puts it away."""

    ABOUT: ClassVar = Help("Tips", "What to do next, for whoever is new here. h hides tips, and brings them back.")

    class Told(Answer):
        """Where the learner is was looked up."""

        def __init__(self, guidance: "Guidance | None", whose: object) -> None:
            super().__init__()
            self.guidance = guidance
            self.whose = whose
            """What was chosen or open then, as `Coach.whose`."""

    def __init__(self, place: "Here") -> None:
        super().__init__(id="coach", classes=SILENT)
        self._place = place
        self.guidance: Guidance | None = None
        self.whose: tuple[str | None, Path | None] = (None, None)
        """The scenario or the engagement's folder that tips are about."""
        self._early: list[tuple[Milestone, bool]] = []
        """Done before it was known where the learner is, and whether each was noted already."""

    def on_mount(self) -> None:
        self.watch(self.app, "engagement", self.look, init=False)
        self.watch(self.app, "chosen", self.look, init=False)

    def look(self) -> None:
        """Look up where the learner is: with the open engagement in its own places, elsewhere with what is chosen."""
        lab = self._place.lab
        open_ = lab.engagement if self._place.PLACE in ("console", "report") else None
        chosen = None if open_ else lab.chosen
        whose = chosen, open_.folder if open_ else None
        if whose != self.whose:
            self.whose, self._early = whose, []
            self.show(None)
        self._place.fetch(lambda: self.Told(lab.backend.guidance(chosen, open_), whose), "guidance")

    def heed(self, told: Told) -> None:
        """Take up where the learner is, as it was kept; what was done just now need not be there yet."""
        if told.whose != self.whose:
            return
        guidance = told.guidance
        if guidance is not None and guidance.folder is not None:
            for deed in self._place.lab.deeds.get(guidance.folder, ()):
                guidance = guidance.after(deed)
        self.show(guidance)
        early, self._early = self._early, []
        for deed, noted in early:
            self.did(deed, noted=noted)
        self.look_around()

    def look_around(self) -> None:
        """Note as seen what of the tips' matter is on the screen."""
        for deed in self._place.seen():
            self.did(deed)

    def show(self, guidance: "Guidance | None") -> None:
        """Show the tip that is next, if there is one and it is wanted."""
        self.guidance = guidance
        lab = self._place.lab
        tip = guidance.tip if guidance is not None and lab.memory.tips != OFF else None
        # The last one says goodbye where the end was seen; whoever looks at the scenario again later needs none.
        done = tip is not None and tip.until is None and self._place.PLACE in ("catalogue", "briefing")
        self.set_class(tip is None or done, SILENT)
        if tip is not None:
            keys = [Content.from_markup(KEY, key=key, what=what) for key, what in self._keys(tip.until)]
            said = Content.from_markup(TIP, says=tip.says)
            if not self.screen.check_consume_key("h", "h"):  # where keys are text, it is no key for this
                keys.append(Content.from_markup(KEY, key="h", what=HIDES))
            self.update(Content("  ").join([said, *keys]))

    def _keys(self, until: "Milestone | None") -> list[tuple[str, str]]:
        """How it is done from here."""
        places = self._place.lab.places
        if until is None:
            return [*self._way("report", *DEBRIEF), (places.key("progress"), NEXT)]
        return self._way(*WAYS[until])

    def _way(self, where: str, key: str, what: str) -> list[tuple[str, str]]:
        places = self._place.lab.places
        if where == self._place.PLACE:
            return [(key, what)] if key else []
        return [(places.key(where), f"goes to {places[where].title}")] if where in places else []

    def did(self, deed: "Milestone", *, noted: bool = False) -> None:
        """Turn to the tip after what the learner did, and have it remembered, unless it was `noted` already."""
        if self.guidance is None:
            self._early.append((deed, noted))
            return
        after = self.guidance.after(deed)
        if after is self.guidance:
            return
        self.show(after)
        if after.folder is not None:
            lab, folder = self._place.lab, after.folder
            lab.deeds.setdefault(folder, []).append(deed)
            if noted:
                return
            self.run_worker(lambda: lab.backend.note(folder, deed), thread=True, exit_on_error=False)


class Here(Protocol):
    """The place that tips are given in, as far as they know it."""

    PLACE: ClassVar[str]

    @property
    def lab(self) -> "Lab":
        """Return the app."""

    def fetch(self, call: Callable[[], Answer], work: str = "fetch") -> None:
        """Run a call in a thread, and post the answer that it returns."""

    def seen(self) -> "Iterator[Milestone]":
        """Yield what of the tips' matter is on the screen now."""


BINDING = Binding("h", "tips", "Tips: on or off", show=False)
