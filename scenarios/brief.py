"""The learner's brief, `brief.yaml` beside the code: its form, and the problems that show without knowing the truth.

Whatever is left out is None or empty: an incomplete brief can earn something, too.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from scenarios import amounts, regular
from scenarios import folder as layout
from scenarios.model import Block, Scenario
from scenarios.phases import DRAIN
from scenarios.positions import Node, parse
from scenarios.positions import read as read_tree
from scenarios.problems import Problem, did_you_mean, ordered, shown
from scenarios.shape import Loc, shape
from scenarios.texts import Slug

FILE = layout.BRIEF
INCIDENT = layout.INCIDENT
"""The packed incident, beside the scenario, and beside the brief in an exam's evidence."""
WORDS = 150
"""Most words of a note."""
MOST = 65_536
"""Most characters of a brief that are read."""
ALL = "all"
"""The name for the window of all graded phases."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _searchable(value: str) -> str:
    # Each star may stand for any text: whether a value is like that is found by trying.
    if value.count("*") > _STARS:
        raise ValueError(f"has `*` more than {_STARS} times")
    return value


_STARS = 3
_Value = Annotated[str, Field(max_length=200), AfterValidator(_searchable)]
_Values = Annotated[list[_Value], BeforeValidator(_listed), Field(min_length=1, max_length=12)]
_Said = Annotated[str, Field(max_length=10_000)]


class Cited(Block):
    """Rows of the incident that show the cause."""

    table: Slug
    rows: dict[Slug, _Values] = Field(min_length=1, max_length=6)
    """Columns, each with the values that are meant; a `*` in a value matches any text."""


class Amount(Block):
    """A number that the business can act on."""

    number: float = Field(allow_inf_nan=False, ge=-1e15, le=1e15)
    unit: Annotated[str, Field(max_length=60)]
    window: Annotated[list[Slug], BeforeValidator(_listed), Field(min_length=1, max_length=50)]
    """The phases that it is about, or `all`."""


class Brief(Block):
    """What the learner tells the customer about the incident."""

    to: Slug | None = None
    cause: _Said | None = None
    evidence: list[Cited] = Field(default_factory=list, max_length=10)
    impact: dict[Slug, Amount] = Field(default_factory=dict, max_length=20)
    decision: _Said | None = None
    risk: _Said | None = None
    owner: _Said | None = None
    by: date | None = None
    note: _Said | None = None

    @property
    def left_out(self) -> list[str]:
        """Return the keys that have no content."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return [name for name, value in values.items() if not (value.strip() if isinstance(value, str) else value)]


MEANS = {
    "to": "whom the note is for",
    "cause": "why it happened",
    "evidence": "which rows of the incident show it",
    "impact": "what it does to the business, in numbers",
    "decision": "what is done about it",
    "risk": "what remains when that is done",
    "owner": "who does it",
    "by": "the day by which it is done",
    "note": "what the reader reads",
}
"""What each key of a brief is for."""


def text_of(folder: Path) -> str | None:
    """Return the text of the brief in a folder; None when there is none, or nothing but comments in it."""
    try:
        # Enough of it to see that it is too long.
        text = regular.head(folder / FILE, 4 * MOST + 8).decode("utf-8-sig", errors="replace")
    except OSError:
        return None
    lines = (line.strip() for line in text.splitlines())
    return text if any(line and not line.startswith("#") for line in lines) else None


def read(text: str, path: str = FILE) -> tuple[Brief | None, Node | None, list[Problem]]:
    """Return the brief in a text, the tree with the place of everything in it, and the problems of its shape."""
    if len(text) > MOST:
        *before, last = text[:MOST].split("\n")
        said = f"a brief has no more than {MOST:,} characters; it ends here"
        return None, None, [Problem(path, len(before) + 1, len(last) + 1, said, "leave out what nobody needs")]
    tree, problems = parse(text, path)
    if tree is None:
        return None, None, problems
    brief, more = shape(Brief, tree, path)
    return (None if problems else brief), tree, [*problems, *more]


def read_file(path: Path) -> tuple[Brief | None, Node | None, list[Problem]]:
    """Return the same for a file, which may be of any kind and size."""
    text, tree, problems = read_tree(path)
    return read(text, str(path)) if tree is not None else (None, None, problems)


def form_problems(brief: Brief, tree: Node, scenario: Scenario, path: str = FILE) -> tuple[Problem, ...]:
    """Return the problems of form of a brief in this scenario, by place. None of them reveals the truth."""
    said = [(tree.place(loc), message, hint) for loc, message, hint in _mismatches(brief, scenario)]
    left = [Problem(path, 1, 1, f"{name!r} is left out: {MEANS[name]}") for name in brief.left_out]
    return ordered([*(Problem(path, *at, message, hint) for at, message, hint in said), *left])


def _mismatches(brief: Brief, scenario: Scenario) -> Iterator[tuple[Loc, str, str | None]]:
    asked = scenario.brief.facts if scenario.brief else {}
    if brief.to is not None and brief.to not in scenario.people:
        yield ("to",), f"unknown person {shown(brief.to)}", did_you_mean(brief.to, scenario.people)
    for name, amount in brief.impact.items():
        if name not in asked:
            yield ("impact", name), f"unknown number {shown(name)}", did_you_mean(name, asked)
        yield from _amount_mismatches(("impact", name), amount, scenario)
    for name in (name for name in asked if brief.impact and name not in brief.impact):
        yield ("impact",), f"{name!r} is left out: {asked[name].asks}", None
    words = len((brief.note or "").split())
    if words > WORDS:
        yield ("note",), f"the note has {words} words; nobody reads more than {WORDS}", None


def _amount_mismatches(loc: Loc, amount: Amount, scenario: Scenario) -> Iterator[tuple[Loc, str, str | None]]:
    try:
        amounts.parse(amount.unit)
    except ValueError as error:
        yield (*loc, "unit"), f"unit: {error}", None
    phases = [phase.name for phase in scenario.phases if phase.name != DRAIN]
    for number, phase in enumerate(amount.window):
        if phase not in (ALL, *phases):
            yield (*loc, "window", number), f"unknown phase {shown(phase)}", did_you_mean(phase, [ALL, *phases])
