"""Writing the brief: its text, and beside it how its form is, what the evidence selects, and how the note reads."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from labs.base.errors import LabError
from labs.tui.keybar import KeyBar

if TYPE_CHECKING:
    from labs.actions.brief import BriefLooked, ClaimLooked
    from labs.tui.console.desk import Desk
    from scenarios.problems import Problem

QUIET_S = 0.3
"""So long nobody types before the text is looked at."""
MOST_PROBLEMS = 6
"""As many problems are shown; the others come when these are gone."""


class BriefEditor(ModalScreen[None]):
    """Closing it saves."""

    CSS_PATH = "brief.tcss"
    AUTO_FOCUS = "#text"
    BINDINGS: ClassVar = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "close", "Save and close", key_display="esc", priority=True),
    ]

    class Looked(Message):
        """The text was looked at."""

        def __init__(self, found: "BriefLooked | LabError") -> None:
            super().__init__()
            self.found = found

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._saved = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="page") as page:
            page.border_title = "Brief"
            page.border_subtitle = "ctrl+s saves · esc saves and closes"
            with Horizontal():
                yield TextArea(id="text", show_line_numbers=True, soft_wrap=False, tab_behavior="indent", compact=True)
                with VerticalScroll(id="beside", can_focus=False):
                    yield Static(id="form")
        yield KeyBar()

    def on_mount(self) -> None:
        try:
            self._saved = self._desk.briefed()
        except LabError as error:
            self.notify(error.what, severity="error")
        self._text.load_text(self._saved)

    @property
    def _text(self) -> TextArea:
        return self.query_one("#text", TextArea)

    @on(TextArea.Changed)
    def _typed(self) -> None:
        look = partial(self._look, self._text.text)
        # Exclusive: what was to be looked at before is not any more.
        self.run_worker(look, group="look", exclusive=True, thread=True)

    def _look(self, text: str) -> None:
        from textual.worker import get_current_worker

        worker = get_current_worker()
        if worker.cancelled_event.wait(QUIET_S):
            return
        try:
            found: BriefLooked | LabError = self._desk.look(text)
        except LabError as error:
            found = error
        if not worker.is_cancelled:
            self.post_message(self.Looked(found))

    @on(Looked)
    def _show(self, looked: Looked) -> None:
        found = looked.found
        said = Content(found.what) if isinstance(found, LabError) else told(found)
        self.query_one("#form", Static).update(said)

    def action_save(self) -> None:
        """Put it into the workspace."""
        if self._text.text == self._saved:
            return
        try:
            self._desk.write(self._text.text)
        except LabError as error:
            self.notify(error.what, severity="error")
        else:
            self._saved = self._text.text

    def action_close(self) -> None:
        """Save, and close once that was possible."""
        self.action_save()
        if self._text.text == self._saved:
            self.dismiss(None)


def told(found: "BriefLooked") -> Content:
    """Return what is known of a text, from above."""
    if found.blank:
        return Content.from_markup("[$dim]Nothing is in it yet: take the leading “# ” from the lines.[/]")
    parts = [_problems(found), _claims(found), _note(found)]
    return Content("\n\n").join([part for part in parts if part.plain])


def _problems(found: "BriefLooked") -> Content:
    count = len(found.problems)
    if not count:
        return Content.from_markup("[$success]✔[/] its form is sound")
    lines = [Content.from_markup("[$warning]$count[/] of form", count=f"{count} problem{'s' * (count > 1)}")]
    # What is not there yet stands at the top of the file, and can wait until what is there is right.
    ordered = sorted(found.problems, key=lambda problem: (problem.line, problem.column) == (1, 1))
    lines += [_problem(problem) for problem in ordered[:MOST_PROBLEMS]]
    return Content("\n").join(lines)


def _problem(problem: "Problem") -> Content:
    hint = f" – {problem.suggestion}" if problem.suggestion else ""
    return Content.from_markup("[$dim]$at[/] $said[$dim]$hint[/]", at=f"{problem.line}:{problem.column}",
                               said=problem.message, hint=hint)  # fmt: skip


def _claims(found: "BriefLooked") -> Content:
    claimed = [one for one in found.claims if one.share is not None]
    if not claimed:
        return Content("")
    head = Content.from_markup("[b]You claim[/] [$dim]of $of[/]", of=found.of)
    return Content("\n").join([head, *(_claim(one, found.currency) for one in claimed)])


def _claim(one: "ClaimLooked", currency: str) -> Content:
    evidence = "no evidence"
    if one.selected is not None:
        there = one.selected
        evidence = f"shown: {there.keys:,} of the loss, {there.amount:,.0f} {currency}, {100 * there.share:.3g} % of it"
    return Content.from_markup("[$accent]$share[/] $name [$dim]$evidence[/]", share=f"{100 * (one.share or 0):.3g} %",
                               name=one.name, evidence=evidence)  # fmt: skip


def _note(found: "BriefLooked") -> Content:
    if found.note is None:
        return Content("")
    from scenarios.brief import WORDS

    words = found.note.words
    colour = "$success" if words <= WORDS else "$error"
    head = Content.from_markup(f"[b]The note as it reads[/] [{colour}]$count[/]", count=f"{words} of {WORDS} words")
    return Content("\n").join([head, Content(found.note.text.strip())])
