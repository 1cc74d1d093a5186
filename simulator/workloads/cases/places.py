"""Where something stands in the file of a business, to the character of an expression."""

from functools import cached_property

from scenarios.businesses import Written
from scenarios.problems import Problem, lines
from scenarios.shape import Loc


class Places:
    """The places of one file."""

    def __init__(self, written: Written) -> None:
        self._written = written

    @cached_property
    def _lines(self) -> list[str]:
        return lines(self._written.file.read_text("utf-8-sig", errors="replace"))

    def problem(
        self, loc: Loc, message: str, suggestion: str | None = None, *, key: bool = False, by: int = 0,
        note: bool = False,
    ) -> Problem:  # fmt: skip
        """Return a problem at `loc`; of a text, at its character `by`, if it stands on one line."""
        line, column = self._written.tree.place(loc, key=key)
        if by:
            column += self._inside(line, column, by)
        return Problem(str(self._written.file), line, column, message, suggestion, note=note)

    def _inside(self, line: int, column: int, by: int) -> int:
        text = self._lines[line - 1][column - 1 :] if 0 < line <= len(self._lines) else ""
        if text[:1] in ("|", ">"):
            return 0
        quoted = text[:1] in ("'", '"')
        return by + quoted if by + quoted < len(text) else 0

    @staticmethod
    def word(loc: Loc) -> str:
        """Return what a message calls the place: its key, or the key around a short form."""
        names = [str(part) for part in loc if isinstance(part, str)]
        return names[-2] if names[-1] == "when" and names[0] == "verdicts" else names[-1]
