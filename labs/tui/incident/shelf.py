"""The list of what is left of the day, by kind."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from labs.tui.help import Help

if TYPE_CHECKING:
    from labs.engagement.artefacts import Artefact

TITLES = {"files": "Files", "mail": "Mail", "logs": "Logs", "tables": "Tables"}


class Left(OptionList):
    """One line an artefact, below the name of its kind."""

    ABOUT: ClassVar = Help(
        "What is left",
        "Files as the customer's systems delivered them, mail of that day, what each service printed, and the "
        "customer's tables. Enter goes into what is shown beside or below. All are plain files in incident/ of your "
        "engagement's folder.",
    )
    BINDINGS: ClassVar = [Binding("enter,right", "select", "Into it")]

    class Pointed(Message):
        """Another one is highlighted."""

        def __init__(self, artefact: "Artefact") -> None:
            super().__init__()
            self.artefact = artefact

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel", compact=True)
        self.border_title = "Incident"
        self._by_path: dict[str, Artefact] = {}

    def show(self, artefacts: "tuple[Artefact, ...]") -> None:
        """List these; the first one is highlighted."""
        self._by_path = {one.path: one for one in artefacts}
        self.clear_options()
        kind = ""
        for one in artefacts:
            if one.kind != kind:
                kind = one.kind
                title = Content.from_markup("[b $primary]$title[/]", title=TITLES[kind])
                self.add_option(Option(title, disabled=True))
            name = one.path.split("/", 1)[1]
            self.add_option(Option(Content.from_markup(" $name", name=name), id=one.path))
        self.border_subtitle = f"{len(artefacts)} files"
        self.highlighted = 1 if artefacts else None

    @on(OptionList.OptionHighlighted)
    def _point(self, highlighted: OptionList.OptionHighlighted) -> None:
        artefact = self._by_path.get(highlighted.option.id or "")
        if artefact is not None:
            self.post_message(self.Pointed(artefact))
