"""Asking a person of the customer, in one's own words: what it costs, what they said, and what they ask back."""

from typing import TYPE_CHECKING, ClassVar, Protocol

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
    from labs.actions.ask import Asked
    from labs.engagement.people import Reply, Somebody

AGREE, REFUSE, LATER = "agree", "refuse", "later"
"""What can be said to a person who asks for something."""


class Talk(Protocol):
    """What the learner says; each reply comes to `Question.answer`."""

    def ask(self, person: str, question: str) -> None: ...

    def meant(self, person: str, number: int) -> None:
        """Say which of the things was meant that they asked back about."""

    def respond(self, person: str, accept: bool) -> None:
        """Agree to what they asked for, or refuse it."""


class Question(ModalScreen[None]):
    """Who, what, and below it what was said; stays open for the next question."""

    CSS_PATH = "question.tcss"
    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Close")]

    def __init__(self, asked: "Asked", talk: Talk) -> None:
        """`asked` is who there is, what they said so far, and what time they have left."""
        super().__init__()
        self._talk = talk
        self._people = {one.person: one for one in asked.people}
        self._left = asked.budget.left if asked.budget is not None else 0
        self._minutes = asked.budget.minutes if asked.budget is not None else 0
        self._asker = ""
        names = {key: one.name for key, one in self._people.items()}
        said = [_said(one.question, names.get(one.person, one.person), one.says) for one in asked.questions]
        self._said = Content("\n\n").join(said)
        self._waiting = next((one for one in asked.people if one.request), None)

    def compose(self) -> ComposeResult:
        with Vertical(id="page") as page:
            page.border_title = "Ask"
            yield OptionList(*map(_row, self._people.values()), id="people", compact=True)
            yield Input(id="what", placeholder="in your own words: what should I know?", compact=True)
            yield OptionList(id="choices", compact=True)
            with VerticalScroll(id="said", can_focus=False):
                yield Static(self._said or self._takes(next(iter(self._people))), id="answers")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#people", OptionList).highlighted = 0
        self.query_one("#choices").display = False
        self.query_one("#what").focus()
        self._tell_time()
        self.call_after_refresh(self.query_one("#said").scroll_end, animate=False)
        if self._waiting is not None:
            self._wanted(self._waiting.person, self._waiting.name, self._waiting.request or "")

    def on_key(self, event: object) -> None:
        """Let the arrows choose a person while one types."""
        key = getattr(event, "key", "")
        if key in ("up", "down") and self.query_one("#what").has_focus:
            people = self.query_one("#people", OptionList)
            (people.action_cursor_up if key == "up" else people.action_cursor_down)()

    @property
    def _who(self) -> str:
        at = self.query_one("#people", OptionList).highlighted or 0
        return [*self._people][at]

    def _takes(self, person: str) -> Content:
        one = self._people[person]
        return Content.from_markup("[$dim]$attitude; cares about $cares[/]", attitude=one.attitude, cares=one.cares)

    def _tell_time(self) -> None:
        page = self.query_one("#page")
        page.border_subtitle = f"{self._left} of {self._minutes} min of their time left · enter asks · esc closes"

    @on(OptionList.OptionHighlighted, "#people")
    def _turn(self) -> None:
        if not self._said.plain:
            self.query_one("#answers", Static).update(self._takes(self._who))

    @on(OptionList.OptionSelected, "#people")
    def _chosen(self) -> None:
        self.query_one("#what").focus()

    @on(Input.Submitted)
    def _ask(self, submitted: Input.Submitted) -> None:
        text = submitted.value.strip()
        if text:
            submitted.input.value = ""
            self._close_choices()
            self._talk.ask(self._who, text)

    @on(OptionList.OptionSelected, "#choices")
    def _choose(self, selected: OptionList.OptionSelected) -> None:
        self._close_choices()
        choice = selected.option.id or LATER
        if choice in (AGREE, REFUSE):
            self._talk.respond(self._asker, choice == AGREE)
        elif choice != LATER:
            self._talk.meant(self._asker, int(choice))

    def answer(self, question: str, reply: "Reply") -> None:
        """Somebody said something."""
        self._left = reply.left
        self._tell_time()
        self._add(_said(question, reply.name, reply.says, reply.minutes))
        if reply.request is not None:
            self._wanted(reply.person, reply.name, reply.request)
        elif reply.choices:
            options = [(str(choice.number), choice.means[:1].upper() + choice.means[1:]) for choice in reply.choices]
            self._offer(reply.person, [*options, (LATER, "Neither")])

    def _wanted(self, person: str, name: str, wish: str) -> None:
        """Somebody asks the learner for something."""
        self._add(Content.from_markup("[b $accent]$name asks you[/]  $wish", name=name, wish=wish))
        self._offer(person, [(LATER, "Answer later"), (REFUSE, "Refuse it"), (AGREE, "Agree to it")])

    def _offer(self, person: str, options: "list[tuple[str, str]]") -> None:
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        choices.add_options([Option(Content(text), id=key) for key, text in options])
        choices.display = True
        choices.highlighted = 0
        choices.focus()
        self._asker = person

    def _close_choices(self) -> None:
        self.query_one("#choices").display = False
        self.query_one("#what").focus()

    def _add(self, said: Content) -> None:
        self._said = Content("\n\n").join([part for part in (self._said, said) if part.plain])
        self.query_one("#answers", Static).update(self._said)
        self.call_after_refresh(self.query_one("#said").scroll_end, animate=False)


def _row(one: "Somebody") -> Option:
    row = "[b]$name[/]  [$dim]$role · $minutes min a question[/]"
    return Option(Content.from_markup(row, name=one.name, role=one.role, minutes=str(one.minutes)), id=one.person)


def _said(question: str, name: str, says: str, minutes: int | None = None) -> Content:
    cost = f"  {minutes} min" if minutes else ""
    return Content.from_markup(
        "[$dim]› $question$cost[/]\n[b $accent]$name[/]  $says", question=question, cost=cost, name=name, says=says
    )
