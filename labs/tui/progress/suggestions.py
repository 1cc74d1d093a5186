"""What to try next, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.overview.record import Suggestion


class Suggestions(OptionList):
    """Enter opens the briefing."""

    ABOUT: ClassVar = Help(
        "What next",
        "What you have begun comes first; then what the curriculum has next; then engagements one level above what you "
        "have passed, those first that ask for skills in which you have passed nothing yet.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel", markup=False)
        self.border_title = "Try next"

    def show(self, suggestions: "Sequence[Suggestion]") -> None:
        """Show these."""
        self.border_subtitle = ""
        self.clear_options()
        self.add_options([Option(_prompt(one), id=one.listed.name) for one in suggestions])
        self.highlighted = 0 if suggestions else None
        if not suggestions:
            self.add_option(Option("Everything here is passed.", disabled=True))


def _prompt(one: "Suggestion") -> Content:
    name = one.listed.entry.scenario.title if one.listed.entry else one.listed.name
    return Content.from_markup("[b]$name[/]  [$dim]$why[/]", name=name, why=one.why)
