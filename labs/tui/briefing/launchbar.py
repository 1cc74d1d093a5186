"""Where the workspace goes, where services run, and the button."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Select, Static

from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.overview.briefing import Briefing

Choice = tuple[Content, str]


class LaunchBar(Horizontal):
    """Disabled where there is nothing to choose: an engagement that is there keeps its folder."""

    ABOUT: ClassVar = Help(
        "Launch",
        "Folder: where your workspace goes; it is made. Runtime: containers need a Docker engine, and the first time "
        "their images are built, which takes a minute or two; processes need nothing and start in two seconds, but "
        "hold no memory limit and no network apart. Auto takes containers where there is an engine.",
    )

    class Wanted(Message):
        """The learner wants the world."""

    def compose(self) -> ComposeResult:
        yield Static("Folder", classes="label")
        yield Input(id="folder", compact=True, disabled=True)
        yield Static("Runtime", classes="label")
        yield Select[str](_choices(None), id="runtime", value="auto", allow_blank=False, compact=True, disabled=True)
        yield Button("▶ Launch", id="launch", variant="primary", compact=True, disabled=True)

    @property
    def wanted(self) -> tuple[Path, str | None]:
        """The folder and the runtime that were chosen."""
        chosen = self.query_one("#runtime", Select).value
        return Path(self.query_one("#folder", Input).value).expanduser(), chosen if isinstance(chosen, str) else None

    def clear(self) -> None:
        """Offer nothing."""
        folder = self.query_one("#folder", Input)
        folder.value = ""
        for widget in (folder, self.query_one("#runtime"), self.query_one("#launch")):
            widget.disabled = True

    def show(self, told: "Briefing") -> None:
        """Offer what there is for one scenario."""
        there = told.engagement
        folder = self.query_one("#folder", Input)
        folder.value = _short(told.folder)
        folder.disabled = there is not None
        runtime = self.query_one("#runtime", Select)
        runtime.set_options(_choices(told.docker))
        # By way of another one: what is shown of a value is only renewed when the value changes.
        runtime.value = "local"
        runtime.value = there.runtime if there else "auto"
        runtime.disabled = told.running
        button = self.query_one("#launch", Button)
        button.label = "▶ Join" if told.running else "▶ Resume" if there else "▶ Launch"
        button.disabled = False

    @on(Button.Pressed)
    @on(Input.Submitted)
    def _want(self) -> None:
        self.post_message(self.Wanted())


def _choices(docker: str | None) -> list[Choice]:
    """Return the runtimes; what an engine lacks is said where it would be chosen."""
    auto = "containers" if docker is None else "processes"
    lacks = "" if docker is None else " ✖ no engine"
    return [
        (Content(f"auto: {auto}"), "auto"),
        (Content(f"containers{lacks}"), "docker"),
        (Content("processes"), "local"),
    ]


def _short(folder: Path) -> str:
    """With `~`, where that is shorter."""
    try:
        return f"~/{folder.relative_to(Path.home())}"
    except ValueError:
        return str(folder)
