"""Text on a terminal: coloured on request, never by colour alone, and wrapped to the width."""

import textwrap
from dataclasses import dataclass

from grader.verdict import Result, Verdict

WORDS = {
    Verdict.PASS: "PASS",
    Verdict.FAIL: "FAIL",
    Verdict.ERROR: "ERROR",
    Verdict.SKIPPED: "SKIP",
    Verdict.WAITING: "WAIT",
}
RESULTS = {
    Result.PASSED: "PASSED",
    Result.FAILED: "NOT PASSED",
    Result.ERROR: "NOT JUDGED",
    Result.WAITING: "NOT YET",
}
_CODES = {"good": "32", "bad": "31", "odd": "33", "dim": "2", "bold": "1"}
_MOODS = {
    "PASS": "good",
    "PASSED": "good",
    "FAIL": "bad",
    "NOT PASSED": "bad",
    "ERROR": "odd",
    "NOT JUDGED": "odd",
}


@dataclass(frozen=True)
class Ink:
    """How to write: the width, and whether to use ANSI colours (ECMA-48 SGR)."""

    width: int
    colour: bool

    def paint(self, text: str, mood: str) -> str:
        """Return `text` in a mood: `good`, `bad`, `odd`, `dim` or `bold`; unchanged without colour."""
        return f"\x1b[{_CODES[mood]}m{text}\x1b[0m" if self.colour and text else text

    def word(self, word: str, pad: int = 0) -> str:
        """Return a verdict's word, padded, in its colour."""
        return self.paint(word, _MOODS.get(word, "dim")) + " " * (pad - len(word))

    def wrap(self, text: str, indent: int, first: str = "") -> list[str]:
        """Return `text` in lines that fit, all indented; the first begins with `first`, the others align below it."""
        lead = " " * indent
        return textwrap.wrap(
            text,
            max(self.width, indent + len(first) + 20),
            initial_indent=lead + first,
            subsequent_indent=lead + " " * len(first),
            break_on_hyphens=False,
        )

    def hang(self, text: str, indent: int) -> list[str]:
        """Return `text` in lines that fit, all indented, and those after the first a little more."""
        lead = " " * indent
        width = max(self.width, indent + 20)
        return textwrap.wrap(text, width, initial_indent=lead, subsequent_indent=lead + "    ", break_on_hyphens=False)

    def cut(self, text: str, indent: int) -> str:
        """Return `text` in one line, indented, cut off where it does not fit."""
        room = max(self.width - indent, 20)
        return " " * indent + (text if len(text) <= room else text[: room - 1] + "…")
