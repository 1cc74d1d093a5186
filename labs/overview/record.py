"""What a learner's attempts come to: skills by level, and what to try next. Pure: from a shelf and its attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labs.library.skills import title, titles
from labs.overview.items import ItemStatus, LibraryItem
from labs.progress.store import Attempt

LEVELS = (0, 1, 2, 3, 4)
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Cell:
    """The scenarios of one level that ask for one skill."""

    there: int
    passed: int
    best: float | None
    """The highest score of any of them that was judged."""


@dataclass(frozen=True)
class Suggestion:
    """A scenario to take next, and why that one."""

    listed: LibraryItem
    why: str


@dataclass(frozen=True)
class Record:
    """All that there is to show of progress."""

    attempts: tuple[Attempt, ...]
    """The latest first."""
    matrix: Mapping[str, Mapping[int, Cell]]
    """By skill and level; where no scenario is, there is no cell."""
    passed: int
    """Scenarios passed."""
    there: int
    """Scenarios that can be taken."""
    suggestions: tuple[Suggestion, ...]


def record(listed: Sequence[LibraryItem], attempts: Sequence[Attempt], order: Sequence[str] = ()) -> Record:
    """Put it all together; `order` as `suggestions` takes it."""
    usable = [one for one in listed if one.entry is not None]
    return Record(
        tuple(attempts),
        _matrix(usable),
        sum(one.passed for one in usable),
        len(usable),
        suggestions(usable, order),
    )


def _asks(one: LibraryItem) -> Mapping[str, int]:
    return one.entry.scenario.skills if one.entry is not None else {}


def _level(one: LibraryItem) -> int:
    return one.entry.scenario.level if one.entry is not None else LEVELS[-1]


def _matrix(usable: Sequence[LibraryItem]) -> dict[str, dict[int, Cell]]:
    """Return the curriculum's skills always; others where a scenario asks for them."""
    names = dict.fromkeys((*titles(), *sorted({name for one in usable for name in _asks(one)})))
    return {name: _row([one for one in usable if name in _asks(one)]) for name in names}


def _row(asking: Sequence[LibraryItem]) -> dict[int, Cell]:
    cells = {}
    for level in LEVELS:
        own = [one for one in asking if _level(one) == level]
        if own:
            scores = [one.best.score for one in own if one.best is not None and one.best.score is not None]
            cells[level] = Cell(len(own), sum(one.passed for one in own), max(scores, default=None))
    return cells


def suggestions(listed: Sequence[LibraryItem], order: Sequence[str] = ()) -> tuple[Suggestion, ...]:
    """Return what to take next, the first one first; nothing that is broken or passed.

    What was begun; then by `order`, which is the curriculum's; then what is one level up and asks for skills in which
    nothing was passed yet.
    """
    usable = [one for one in listed if one.entry is not None]
    done = [one for one in usable if one.passed]
    known = {name for one in done for name in _asks(one)}
    reach = max((_level(one) for one in done), default=-1) + 1

    def rank(one: LibraryItem) -> tuple[bool, int, int, int, int, str]:
        place = order.index(one.name) if one.name in order else len(order)
        fresh = sum(weight for name, weight in _asks(one).items() if name not in known)
        return (not _begun(one), place, abs(_level(one) - reach), _level(one), -fresh, one.name)

    todo = sorted((one for one in usable if not one.passed), key=rank)
    return tuple(Suggestion(one, _why(one, known)) for one in todo[:MOST_SUGGESTED])


def _begun(one: LibraryItem) -> bool:
    return one.standing in (ItemStatus.ENGAGED, ItemStatus.RUNNING)


def _why(one: LibraryItem, known: set[str]) -> str:
    if _begun(one):
        running = "its world is running" if one.standing is ItemStatus.RUNNING else "you have begun it"
        return running if one.best is None else f"{running}; best so far {one.best.points}"
    fresh = [title(name) for name, _ in sorted(_asks(one).items(), key=lambda ask: -ask[1]) if name not in known]
    if fresh:
        return f"level {_level(one)}; new to you: {', '.join(fresh[:2])}"
    return f"level {_level(one)}, for skills that you have"
