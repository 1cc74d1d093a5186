"""All about the highlighted engagement; of a broken one, its problems as lint words them."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from labs.tui import glyphs
from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.overview.items import LibraryItem
    from scenarios.model import Scenario

METER = 6
MOST_SKILL = 3
"""The most that a scenario asks of one skill."""


class Detail(VerticalScroll):
    """What it is about, what one practises, and how one did."""

    ABOUT: ClassVar = Help(
        "About it",
        "The highlighted engagement. Skills: how much it asks of each, 1 to 3. Gaps: which of the structural gaps "
        "between a model and a business it is about. Verified: with each of so many seeds the deployment as it is "
        "handed over failed, as did every tempting fix, and two that are right passed.\n\nOf a file with problems: "
        "every problem, at path:line:column, with a caret and a suggestion.",
    )

    def compose(self) -> ComposeResult:
        yield Static(id="about")

    def show(self, listed: "LibraryItem | None") -> None:
        """Show one; None: nothing is highlighted."""
        self.scroll_home(animate=False)
        self.set_class(listed is not None and listed.entry is None, "-broken")
        self.border_title = listed.name if listed else ""
        self.query_one("#about", Static).update(_about(listed))


def _about(listed: "LibraryItem | None") -> Content:
    if listed is None:
        return Content.from_markup("[$dim]Nothing matches. Escape in the filter shows all again.[/]")
    if listed.entry is None:
        head = Content.from_markup("[b $error]✖ This engagement's file has problems[/]\n\n")
        return head + Content(listed.problems)
    scenario = listed.entry.scenario
    head = Content("\n").join([_head(scenario), _verified(listed)])
    parts = [head, Content(scenario.summary), _skills(scenario), _gaps(scenario), _own(listed)]
    return Content("\n\n").join([part for part in parts if part.plain])


def _head(scenario: "Scenario") -> Content:
    return Content.from_markup(
        "[b]$title[/]\n[$dim]$customer, $trade[/]",
        title=scenario.title,
        customer=scenario.customer.name,
        trade=scenario.customer.trade,
    )


def _skills(scenario: "Scenario") -> Content:
    room = max((len(name) for name in scenario.skills), default=0)
    return Content("\n").join(
        [
            glyphs.meter(weight, MOST_SKILL, METER) + Content.from_markup(" $name", name=f"{name:<{room}}  {weight}")
            for name, weight in scenario.skills.items()
        ]
    )


def _gaps(scenario: "Scenario") -> Content:
    if not scenario.gaps:
        return Content("")
    return Content.from_markup("[$dim]gap[/]  $gaps", gaps=", ".join(scenario.gaps))


def _verified(listed: "LibraryItem") -> Content:
    if listed.verified is None:
        return Content.from_markup("[$warning]! not verified[/]")
    return Content.from_markup("[$success]✔[/] [$dim]$verified[/]", verified=listed.verified)


def _own(listed: "LibraryItem") -> Content:
    lines = [glyphs.standing(listed.standing)]
    if listed.best is not None and listed.best.score is not None:
        times = "1 exam" if listed.attempts == 1 else f"{listed.attempts} exams"
        word = "passed" if listed.best.passed else "not passed"
        lines.append(Content(f"best {listed.best.points}: {word}, in {times}"))
    if listed.folder is not None:
        lines.append(Content.from_markup("[$dim]$folder[/]", folder=str(listed.folder)))
    return Content("\n").join(lines)
