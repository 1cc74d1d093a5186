"""The nudges that were taken in this engagement, to read again."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from labs.tui.report.page import Page

if TYPE_CHECKING:
    from scenarios.model import Scenario

NONE = "[$dim]None was taken yet. Enter on a check that fails gives one.[/]"


class Nudges(Page):
    """Each with its check, and what must hold."""

    def __init__(self, scenario: "Scenario", nudges: Mapping[str, str]) -> None:
        super().__init__("Nudges")
        self._says = {check.id: check.says for check in scenario.checks}
        self._nudges = nudges

    def contents(self) -> Iterator[Widget]:
        if not self._nudges:
            yield Static(NONE)
        for check, nudge in self._nudges.items():
            text = "[b]$check[/]  [$dim]$says[/]\n[$primary]→[/] $nudge\n"
            yield Static(Content.from_markup(text, check=check, says=self._says.get(check, ""), nudge=nudge))
