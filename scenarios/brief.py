"""The learner's brief, `brief.yaml` beside the code: its form, and the problems that show without knowing the truth.

Whatever is left out is None or empty: an incomplete brief can earn something, too.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from scenarios import amounts, placeholders, regular
from scenarios import folder as layout
from scenarios.brief_model import Brief
from scenarios.claims import BriefSpec
from scenarios.model import Scenario
from scenarios.positions import parse
from scenarios.positions import read as read_tree
from scenarios.problems import Problem, did_you_mean, ordered, shown
from scenarios.shape import Loc, shape
from scenarios.tree import Node

FILE = layout.BRIEF
INCIDENT = layout.INCIDENT
"""The packed incident, beside the scenario, and beside the brief in an exam's evidence."""
WORDS = 150
"""Most words of a note."""
MOST = 65_536
"""Most characters of a brief that are read."""
MOST_SHARES = 1.005
"""The most that all shares together may be: each of them is rounded."""


MEANS = {
    "to": "whom the note is for",
    "claims": "what caused the loss, each cause with its share and the rows that show it",
    "impact": "what it does to the business, in numbers",
    "decisions": "what is done about it",
    "ask": "what you want, of whom, by when",
    "risk": "what remains when that is done",
    "owner": "who does it",
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
    return text if written(text) else None


def written(text: str) -> bool:
    """Whether there is anything but comments in the text of a brief."""
    lines = (line.strip() for line in text.splitlines())
    return any(line and not line.startswith("#") for line in lines)


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
    spec = scenario.brief
    assert spec is not None
    asked: str | None = brief.ask.of if brief.ask else None
    if brief.incident is not None and brief.incident > spec.days:
        yield ("incident",), f"there is no incident {brief.incident}; the last is {spec.days}", None
    named: tuple[tuple[Loc, str | None], ...] = ((("to",), brief.to), (("ask", "of"), asked))
    for loc, person in named:
        if person is not None and person not in scenario.people:
            yield loc, f"unknown person {shown(person)}", did_you_mean(person, scenario.people)
    yield from _unknown(brief, spec)
    if (total := sum(claim.share for claim in brief.claims.values())) > MOST_SHARES:
        yield ("claims",), f"the shares add up to {total:.0%}; the whole loss is 100 %", None
    for name, amount in brief.impact.items():
        try:
            amounts.parse(amount.unit)
        except ValueError as error:
            yield ("impact", name, "unit"), f"unit: {error}", None
    for name in (name for name in spec.facts if brief.impact and name not in brief.impact):
        yield ("impact",), f"{name!r} is left out: {spec.facts[name].asks}", None
    yield from _of_note(brief, scenario)


def _unknown(brief: Brief, spec: BriefSpec) -> Iterator[tuple[Loc, str, str | None]]:
    asked: tuple[tuple[str, str, Iterable[str], Collection[str]], ...] = (
        ("claims", "cause", brief.claims, spec.claims.causes),
        ("impact", "number", brief.impact, spec.facts),
    )
    for key, what, names, known in asked:
        for name in names:
            if name not in known:
                yield (key, name), f"unknown {what} {shown(name)}", did_you_mean(name, known)
    decisions = spec.claims.decisions
    for number, name in enumerate(brief.decisions):
        if name not in decisions:
            yield ("decisions", number), f"unknown decision {shown(name)}", did_you_mean(name, decisions)


def _of_note(brief: Brief, scenario: Scenario) -> Iterator[tuple[Loc, str, str | None]]:
    if not (brief.note or "").strip():
        return
    note = placeholders.expand(brief, scenario)
    for name in note.unknown:
        hint = did_you_mean(name, placeholders.names(brief, scenario))
        yield ("note",), f"nothing stands for {shown('{' + name + '}')}", hint
    if note.words > WORDS:
        yield ("note",), f"the note has {note.words} words; nobody reads more than {WORDS}", None
    if brief.claims and not note.causes:
        said = "the note names no cause: write {cause:NAME}, or {cause:NAME|in words of your own}"
        yield ("note",), said, None
