"""How a launch goes: a line for each container and each image, and what a deployment printed that does not start."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from labs.tui.help import Help
from scenarios.plain import printable

if TYPE_CHECKING:
    from labs.world.launching import Launching, Step

GLYPHS = {"waits": ("○", "dim"), "starting": ("◐", "primary"), "ready": ("✔", "success"), "failed": ("✖", "error")}


class LaunchPanel(VerticalScroll):
    """Hidden until something is launched."""

    ABOUT: ClassVar = Help(
        "The launch",
        "Each thing that must be there before traffic can come: ○ waits, ◐ starting, ✔ ready with the seconds it "
        "took, ✖ failed. Cancel ends it and cleans up. Leaving the app does not: the world comes up by itself.",
    )

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel")
        self.border_title = "Launch"
        self.display = False

    def compose(self) -> ComposeResult:
        yield Static(id="steps")

    def show(self, launching: "Launching | None", busy: bool = False, remedy: str | None = None) -> None:
        """Show how far it is; None hides it."""
        self.display = launching is not None
        if launching is None:
            return
        self.border_subtitle = "c cancels · q leaves, the world comes up all the same" if busy else ""
        self.set_class(launching.reason is not None, "-failed")
        self.query_one("#steps", Static).update(_text(launching, remedy))


def _text(launching: "Launching", remedy: str | None) -> Content:
    room = max(len(step.name) for step in launching.steps)
    lines = [_line(step, room) for step in launching.steps]
    if launching.reason is not None:
        lines.append(Content.from_markup("[b $error]✖ $reason[/]", reason=launching.reason))
        lines += [Content.from_markup("[$dim]│[/] $line", line=printable(line, " ")) for line in launching.last_lines]
        advice = remedy or ("repair the workspace and redeploy: the world waits" if launching.over else None)
        lines += [Content.from_markup("[$primary]→[/] $advice", advice=advice)] if advice else []
    elif launching.over:
        lines.append(Content.from_markup("[b $success]✔ the world runs[/]"))
    return Content("\n").join(lines)


def _line(step: "Step", room: int) -> Content:
    glyph, colour = GLYPHS[step.state]
    took = "" if step.seconds is None else f"{step.seconds:.1f} s"
    return Content.from_markup(
        f"[${colour}]{glyph}[/] [b]$name[/]  [${colour}]$state[/] [$dim]$took  $note[/]",
        name=f"{step.name:<{room}}",
        state=f"{step.state:<8}",
        took=f"{took:>7}",
        note=printable(step.note or step.what, " "),
    )
