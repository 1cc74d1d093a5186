"""The service map: each service, whether it is well, what comes in and what it leans on, and what strikes there."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from labs.tui.help import Help
from labs.world.live.phrasing import beats, size

if TYPE_CHECKING:
    from labs.world.live.model import Link, Service, Snapshot
    from scenarios.draws import Template

HEALTH = {
    "up": ("●", "success", "up"),
    "starting": ("◐", "primary", "starting"),
    "unready": ("◑", "warning", "not ready"),
    "restarting": ("↻", "warning", "restarting"),
    "down": ("✖", "error", "down"),
    "paused": ("Ⅱ", "dim", "paused"),
    "stopping": ("■", "dim", "stopping"),
}


class ServiceMap(VerticalScroll):
    """A small tree a service: traffic in, the service, its links out."""

    ABOUT: ClassVar = Help(
        "Service map",
        "Your services, and the customer's systems that they use. ● up answers its readiness request; ◑ not ready "
        "runs and does not; ↻ restarting ended by itself and is started again; ✖ down waits for a redeploy.\n\n"
        "Each line below a service is a link: ◂ what comes in, ▸ what it uses. ↯ says what you put on it by hand "
        "(`fdelab toxiproxy`), and how often that has struck; what the customer's network does nobody tells you.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel front")
        self.scenario: Template | None = None
        self.border_title = "[$dim]m[/] Map"

    def compose(self) -> ComposeResult:
        yield Static(id="tree")

    def clear(self, scenario: "Template | None" = None) -> None:
        """Nothing is known of the services; those of a scenario are to come."""
        self.scenario = scenario
        self.border_subtitle = ""
        self.query_one("#tree", Static).update("")

    def show(self, snapshot: "Snapshot") -> None:
        """Show how they are."""
        if self.scenario is None:
            return
        struck = sum(1 for link in snapshot.links if link.faults)
        self.border_subtitle = f"↯ {struck} struck" if struck else ""
        parts = [_service(service, snapshot, self.scenario) for service in snapshot.services]
        self.query_one("#tree", Static).update(Content("\n").join(parts))


def _service(service: "Service", snapshot: "Snapshot", scenario: "Template") -> Content:
    glyph, colour, word = HEALTH[service.state]
    used = "" if service.cpu is None else f"  {service.cpu:.2f} cores  {size(service.memory)}"
    head = Content.from_markup(
        f"[${colour}]{glyph}[/] [b]$name[/]  [${colour}]$word[/][$warning]$beats[/][$dim]$used[/]",
        name=service.name, word=word, beats=beats(service.restarts), used=used,
    )  # fmt: skip
    links = {(link.name, link.inward): link for link in snapshot.links}
    streams = [
        f"{name} {scenario.said('traffic', name, 'rate') or f'{flow.rate:g}/s'}"
        for name, flow in scenario.traffic.items()
        if flow.to == service.name
    ]
    lines = [("◂", ", ".join(streams) or "nothing", links.get((service.name, True)))]
    lines += [("▸", part, links.get((part, False))) for part in scenario.deployment.services[service.name].uses]
    branches = ["├"] * (len(lines) - 1) + ["└"]
    room = max(len(name) for _, name, _ in lines)
    rows = [_line(branch, *line, room) for branch, line in zip(branches, lines, strict=True)]
    return Content("\n").join([head, *rows])


def _line(branch: str, arrow: str, name: str, link: "Link | None", room: int) -> Content:
    text = "[$dim]$branch[/][$primary]$arrow[/] $name "
    head = Content.from_markup(text, branch=f" {branch}─", arrow=arrow, name=f"{name:<{room}}")
    if link is None or not link.faults:
        return head + Content.from_markup("[$dim]──[/]")
    faults = [
        Content.from_markup("[b $error]↯ $words[/] [$dim]struck $count[/]", words=fault.words, count=fault.struck)
        for fault in link.faults
    ]
    return head + Content("  ").join(faults)
