"""Asking a person of the customer, in one's own words."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from labs.tui.keybar import KeyBar

if TYPE_CHECKING:
    from labs.engagement.people import Reply
    from scenarios.model import Scenario


class Question(ModalScreen[None]):
    """Who, what, and below it what was said; stays open for the next question."""

    CSS_PATH = "question.tcss"
    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Close")]

    def __init__(self, scenario: "Scenario", put: Callable[[str, str], None]) -> None:
        """`put` takes a person and a question; the reply comes to `answer`."""
        super().__init__()
        self._put = put
        self._people = scenario.people
        self._said = Content("")

    def compose(self) -> ComposeResult:
        with Vertical(id="page") as page:
            page.border_title = "Ask"
            page.border_subtitle = "↑↓ who · enter asks · esc closes"
            options = [
                Option(Content.from_markup("[b]$name[/]  [$dim]$role[/]", name=one.name, role=one.role), id=key)
                for key, one in self._people.items()
            ]
            yield OptionList(*options, id="people", compact=True)
            yield Input(id="what", placeholder="in your own words: how many sessions may we open?", compact=True)
            with VerticalScroll(id="said", can_focus=False):
                yield Static(self._cares(next(iter(self._people))), id="answers")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#people", OptionList).highlighted = 0
        self.query_one("#what").focus()

    def on_key(self, event: object) -> None:
        """The arrows choose a person while one types."""
        key = getattr(event, "key", "")
        people = self.query_one("#people", OptionList)
        if key in ("up", "down") and not people.has_focus:
            (people.action_cursor_up if key == "up" else people.action_cursor_down)()

    @property
    def _who(self) -> str:
        at = self.query_one("#people", OptionList).highlighted or 0
        return [*self._people][at]

    def _cares(self, person: str) -> Content:
        cares = self._people[person].cares
        return Content.from_markup("[$dim]cares about $cares[/]", cares=cares) if cares else Content("")

    @on(OptionList.OptionHighlighted)
    def _turn(self) -> None:
        if not self._said.plain:
            self.query_one("#answers", Static).update(self._cares(self._who))

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        self.query_one("#what").focus()

    @on(Input.Submitted)
    def _ask(self, submitted: Input.Submitted) -> None:
        text = submitted.value.strip()
        if text:
            submitted.input.value = ""
            self._put(self._who, text)

    def answer(self, question: str, reply: "Reply") -> None:
        """Somebody said something."""
        said = Content.from_markup(
            "[$dim]› $question[/]\n[b $accent]$name[/]  $says", question=question, name=reply.name, says=reply.says
        )
        self._said = Content("\n\n").join([part for part in (self._said, said) if part.plain])
        self.query_one("#answers", Static).update(self._said)
        self.call_after_refresh(self.query_one("#said").scroll_end, animate=False)
