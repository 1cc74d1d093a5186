"""Progress: every attempt, skills by level, and what to try next."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.widget import Widget
from textual.widgets import DataTable, OptionList

from labs.tui.answers import Answer, heeds
from labs.tui.help import Help
from labs.tui.palette import Command
from labs.tui.place import Place
from labs.tui.progress.attempts import Attempts
from labs.tui.progress.matrix import Matrix
from labs.tui.progress.suggestions import Suggestions

if TYPE_CHECKING:
    from labs.overview.record import Record


class Progress(Place):
    """The matrix beside or above what to try next, and the attempts."""

    # Side by side, the attempts need more room than panels of other places do.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (150, "-wide")]  # noqa: RUF012 - as Textual declares it
    PLACE: ClassVar = "progress"
    CSS_PATH = "place.tcss"
    AUTO_FOCUS = "#attempts"
    ABOUT: ClassVar = Help(
        "Progress",
        "What your exams came to. Only exams of your own workspace count; practice laps do not, and neither does an "
        "exam that could not be judged, which is never your failure. `fdelab progress --json` gives all of it to "
        "programs.",
    )
    BINDINGS: ClassVar = [Binding("n", "focus('#suggestions')", "What next")]

    class Read(Answer):
        """The record was read."""

        def __init__(self, record: "Record") -> None:
            super().__init__()
            self.record = record

    def contents(self) -> Iterator[Widget]:
        yield Container(
            Vertical(Matrix(id="matrix"), Suggestions(id="suggestions"), id="side"),
            Attempts(id="attempts"),
            id="both",
        )

    def clear(self) -> None:
        for panel in (Matrix, Suggestions, Attempts):
            self.query_one(panel).border_subtitle = "reading …"

    def arrive(self) -> None:
        self.fetch(lambda: self.Read(self.lab.backend.record()), "record")

    @heeds(Read)
    def _show(self, read: Read) -> None:
        self.query_one(Matrix).show(read.record)
        self.query_one(Suggestions).show(read.record.suggestions)
        self.query_one(Attempts).show(read.record.attempts)

    @on(OptionList.OptionSelected)
    def _take(self, selected: OptionList.OptionSelected) -> None:
        if selected.option_id is not None:
            self.lab.choose(selected.option_id)
            self.lab.go("briefing")

    @on(DataTable.RowSelected)
    def _look(self) -> None:
        attempt = self.query_one(Attempts).pointed
        if attempt is not None:
            self.lab.look_at(Path(attempt.evidence))

    def commands(self) -> Iterator[Command]:
        yield Command(
            "What to try next", "three engagements, and why those (n)", lambda: self.action_focus("#suggestions")
        )
