"""The customer's own words."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown, Static

from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.overview.briefing import Briefing


class Letter(VerticalScroll):
    """Markdown, as the scenario's author wrote it; or why there is none."""

    ABOUT: ClassVar = Help(
        "The letter",
        "What the customer tells you. Not all of it need be so: people say what they see from where they stand.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel")
        self.border_title = "The customer writes"

    def compose(self) -> ComposeResult:
        yield Markdown(open_links=False)
        yield Static(id="instead", markup=False)

    async def show(self, told: "Briefing") -> None:
        """Show one, from its beginning, under its writer's name: neither is there without the other."""
        letter = self.query_one(Markdown)
        await letter.update(told.letter)
        self.border_title = f"{told.entry.scenario.customer.name} writes"
        letter.display = True
        self.query_one("#instead").display = False
        self.scroll_home(animate=False)

    def say(self, text: str) -> None:
        """Show this instead of a letter, at once."""
        self.border_title = "Briefing"
        self.query_one(Markdown).display = False
        instead = self.query_one("#instead", Static)
        instead.update(text)
        instead.display = True
