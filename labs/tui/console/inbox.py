"""What people of the customer wrote, and what they answered."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from labs.tui.help import Help
from labs.world.events import Message

NOBODY = "[$dim]Nobody has written yet. a asks somebody.[/]"


class Inbox(VerticalScroll):
    """Newest last. People write the same in every lap; each message is here once."""

    ABOUT: ClassVar = Help(
        "Inbox",
        "What people wrote when something changed for them, and what they answered when you asked. a asks somebody in "
        "your own words. Read what they write: a requirement may have changed with it.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.letters: list[Message] = []
        self.unread = 0

    def compose(self) -> ComposeResult:
        yield Static(NOBODY, id="letters")

    def on_mount(self) -> None:
        self._title()

    def receive(self, letter: Message, read: bool) -> None:
        """One more, unless it is here already."""
        if letter in self.letters:
            return
        self.letters.append(letter)
        self.unread = 0 if read else self.unread + 1
        self.query_one("#letters", Static).update(Content("\n\n").join([_letter(one) for one in self.letters]))
        self.call_after_refresh(self.scroll_end, animate=False)
        self._title()

    def clear(self) -> None:
        """Nobody has written."""
        self.letters, self.unread = [], 0
        self.query_one("#letters", Static).update(NOBODY)
        self._title()

    def read(self) -> None:
        """All are read."""
        self.unread = 0
        self._title()

    def _title(self) -> None:
        self.border_title = "[$dim]i[/] Inbox"
        self.border_subtitle = f"✉ {self.unread} new" if self.unread else ""


def _letter(letter: Message) -> Content:
    return Content.from_markup("[b $accent]$sender[/]\n$text", sender=letter.sender, text=letter.text)
