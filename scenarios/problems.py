"""Problems of a scenario: what is wrong, where, and what to do about it.

ScenarioError
├── ScenarioInvalid   a file that cannot be used, with all its problems
└── UnknownScenario   nothing has that name
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scenarios import regular
from scenarios.plain import printable

MAX_SHOWN = 100
"""Most characters of a source line that are shown around a caret."""

_LISTED = 12
_SOURCE = 2**22
"""Most bytes of a file that are read to show its lines."""
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Related:
    """Another place in the same file that a problem is about; counted from 1."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. Lines and columns count from 1, columns in characters; None when there is no text to point at."""

    path: str
    line: int | None
    column: int | None
    message: str
    suggestion: str | None = None
    related: tuple[Related, ...] = ()
    note: bool = False
    """Nothing is wrong, but an author should know it."""

    def __str__(self) -> str:
        return f"{_place(self.path, self.line, self.column)}: {'note: ' if self.note else ''}{self.message}"

    def to_json(self) -> dict[str, Any]:
        """Return plain data for `--json` and for editors."""
        return asdict(self) | {"related": [asdict(other) for other in self.related]}


class ScenarioError(Exception):
    """Base class of the errors that this package raises about scenarios."""


class ScenarioInvalid(ScenarioError):
    """A scenario, or a file that belongs to it, cannot be used; `problems` has everything found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = ordered(problems)
        super().__init__("\n".join(map(str, self.problems)))


class UnknownScenario(ScenarioError, LookupError):
    """No scenario has that name; the message lists those that exist."""


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems by file and place, each once."""
    unique = {(p.path, p.line or 0, p.column or 0, p.message): p for p in problems}
    return tuple(unique[key] for key in sorted(unique))


def did_you_mean(word: str, words: Iterable[str]) -> str | None:
    """Return the known word closest to `word` as a question, else all known words; None when there are none."""
    known = sorted(words)
    lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(word[:80].lower(), lower, n=1, cutoff=0.65)
    if near:
        return f"did you mean {lower[near[0]]!r}?"
    if not known:
        return None
    more = ", …" if len(known) > _LISTED else ""
    return f"there are: {', '.join(known[:_LISTED])}{more}"


def shown(value: object) -> str:
    """Return a value as a message quotes it: short, on one line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…" + (text[-1] if text[-1] in "\"'" else "")


def lines(text: str) -> list[str]:
    """Return the lines of a YAML text, as YAML counts them."""
    return _BREAK.split(text)


def render(problems: Sequence[Problem], source: str | None = None) -> str:
    """Return text for people: each problem with its source line, a caret, and what to do.

    `source` is the text of the one file that all problems are in; without it, each problem's own file is read.
    """
    texts: dict[str, list[str]] = {}

    def source_of(path: str) -> list[str]:
        if path not in texts:
            texts[path] = lines(source if source is not None else _read(path))
        return texts[path]

    blocks = ["\n".join(_block(p, source_of(p.path) if p.line is not None else [])) for p in problems]
    notes = sum(problem.note for problem in problems)
    counts = [(len(problems) - notes, "problem"), (notes, "note")] if notes else [(len(problems), "problem")]
    said = ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
    return "\n\n".join([*blocks, said]) + "\n"


def _block(problem: Problem, source: list[str]) -> list[str]:
    numbers = [n for n in (problem.line, *(other.line for other in problem.related)) if n is not None]
    width = max((len(str(n)) for n in numbers), default=1)
    out = [str(problem), *_snippet(source, problem.line, problem.column, width)]
    for other in problem.related:
        out += [f"  {_place(problem.path, other.line, other.column)}: {other.message}"]
        out += _snippet(source, other.line, other.column, width)
    if problem.suggestion:
        out += [f"  {' ' * width} = {problem.suggestion}"]
    return out


def _snippet(source: list[str], line: int | None, column: int | None, width: int) -> list[str]:
    if line is None or column is None or not 1 <= line <= len(source):
        return []
    text = source[line - 1]
    start = max(0, column - 1 - MAX_SHOWN * 3 // 4) if len(text) > MAX_SHOWN else 0
    before, part = text[start : column - 1], text[start : start + MAX_SHOWN]
    left, right = ("…" if start else ""), ("…" if start + MAX_SHOWN < len(text) else "")
    gap = " " * (len(left) + sum(map(_cells, before)))
    return [f"  {line:>{width}} | {left}{printable(part.expandtabs(1))}{right}", f"  {' ' * width} | {gap}^"]


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _place(path: str, line: int | None, column: int | None) -> str:
    path = printable(path)
    return path if line is None else f"{path}:{line}:{column}"


def _read(path: str) -> str:
    try:
        return regular.head(Path(path), _SOURCE).decode("utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return ""
