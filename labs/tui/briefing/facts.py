"""What can be known beforehand: what is being lost, the people, and the exam."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from labs.tui import glyphs
from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.library.loss import Loss
    from labs.overview.briefing import Briefing
    from scenarios.draws import Template
    from scenarios.model import Check, Person

METER = 12


class Facts(VerticalScroll):
    """Money first, then people, then checks by family."""

    ABOUT: ClassVar = Help(
        "What is known",
        "What is being lost was measured, between the deployment as it is and one that is known to be right.\n\n"
        "The exam runs one of the customer's days with a seed that nobody knows. Each check weighs what stands before "
        "it, out of 100. A gate (▲) must pass: when it fails, the score ends at 50.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel")
        self.border_title = "What is known"

    def compose(self) -> ComposeResult:
        yield from ()

    def clear(self) -> None:
        """Show none, at once."""
        for child in self.children:
            child.display = False

    async def show(self, told: "Briefing") -> None:
        """Show those of one scenario."""
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(list(_all(told)))


def _all(told: "Briefing") -> Iterator[Widget]:
    scenario = told.entry.scenario
    yield Static(_loss(told.loss), classes="block")
    if scenario.people:
        yield Static("People", classes="heading")
        for person in scenario.people.values():
            yield Static(_person(person), classes="person")
    yield Static(_exam(scenario), classes="heading")
    yield from _checks(scenario.checks)


def _loss(loss: "Loss | None") -> Content:
    if loss is None:
        return Content.from_markup("[$dim]What it costs has not been measured yet.[/]")
    lines = [
        Content.from_markup("[$dim]Being lost now[/]"),
        Content.from_markup("[b $accent]▼ $sum[/] [$dim]an hour[/]", sum=f"{loss.hourly:,.0f} {loss.currency}"),
    ]
    most = max(loss.accounts.values())
    for account, hourly in loss.accounts.items():
        if hourly >= 0.005 * loss.hourly:
            bar = glyphs.meter(hourly, most, METER, "accent")
            lines.append(bar + Content.from_markup(" $sum  [$dim]$name[/]", sum=f"{hourly:>7,.0f}", name=account))
    return Content("\n").join(lines)


def _person(person: "Person") -> Content:
    head = Content.from_markup("[b]$name[/]  [$dim]$role[/]", name=person.name, role=person.role)
    if not person.cares:
        return head
    return head + Content.from_markup("\n[$dim]cares[/] $cares", cares=person.cares)


def _exam(scenario: "Template") -> Content:
    lengths = {round(sum(phase.lasts for phase in drawn.phases)) for drawn in scenario.covering()}
    least, most = min(lengths), max(lengths)
    return Content.from_markup(
        "The exam  [not bold $dim]passes from $mark of 100 · ▲ gate · about $lasts s[/]",
        mark=f"{scenario.pass_:g}",
        lasts=f"{least}" if least == most else f"{least} to {most}",
    )


def _checks(checks: "list[Check]") -> Iterator[Widget]:
    """By family, the weightiest family first."""
    total = sum(check.weight for check in checks) or 1.0
    worth = {family: sum(c.weight for c in checks if c.family == family) for family in {c.family for c in checks}}
    ordered = sorted(checks, key=lambda check: (-worth[check.family], check.family, -check.weight))
    for family, own in groupby(ordered, key=lambda check: check.family):
        share = 100 * worth[family] / total
        yield Static(
            Content.from_markup("[$primary]$name[/]  $share", name=family, share=f"{share:.0f}"), classes="family"
        )
        for check in own:
            mark = Content.from_markup("[$accent]▲[/]") if check.gate else Content(" ")
            points = Content.from_markup("[$dim]$points[/] ", points=f"{100 * check.weight / total:>4.0f}")
            yield Horizontal(
                Static(points + mark, classes="points"),
                Static(_says(check), markup=False),
                classes="check",
            )


def _says(check: "Check") -> str:
    return f"{check.id}: hidden" if check.hidden else check.says
