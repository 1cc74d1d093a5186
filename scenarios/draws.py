"""What a seed decides in a scenario: found in its file, kept beside the scenario, and put in its place.

Reading a file leaves in the place of each range what stands in its middle, so that everything can be shown and checked
without a seed; `Template.draws` has what it stands for. A world plays what `simulator.drawing.drawn` makes of it.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from scenarios.model import Scenario
from scenarios.problems import Problem
from scenarios.ranges import INCIDENT, Choice, Draw, parse
from scenarios.tree import Key, Node

SECTIONS = ("clock", "datasets", "site", "traffic", "phases")
"""Blocks of a scenario in which something can be drawn."""
CUSTOMER = ("clock", "site")
"""Those of them that are drawn once for a world: the customer does not change between two laps."""
SAME = frozenset({"name", "part", "workload", "message", "graded", "shift", "excused", "day"})
"""Keys of a part, a flow or a phase whose values others rely on: they are the same in every lap."""
MOST = 200
"""Most draws of one scenario."""
FEWEST_LEFT = 2
"""Values that must be left where one differs from the incident's: with one, whoever knows the incident knows it."""
_RANDOM = 8
"""Arbitrary choices that lint tries beside the ends."""

Choices = Mapping[tuple[Key, ...], Choice]
"""A choice for each draw, by its place."""


class Template(Scenario):
    """A scenario as its author wrote it, in which a seed has decided nothing yet."""

    draws: tuple[Draw, ...] = ()

    def said(self, *at: Key) -> str | None:
        """Return in words what can stand at a place, such as `8 to 14 s`; None where nothing is drawn."""
        return next((draw.said() for draw in self.draws if draw.at == at), None)

    def placed(self, choices: Choices) -> Scenario:
        """Return the scenario with these choices in place, and the middle where there is none."""
        data = self.model_dump(mode="json", by_alias=True, exclude={"draws"})
        for draw in self.draws:
            if not draw.shuffles and draw.at in choices:
                _find(data, draw.at[:-1])[draw.at[-1]] = deepcopy(draw.value(choices[draw.at]))
        for draw in _innermost(self.draws):
            items = _find(data, draw.at)
            items[draw.first : draw.first + draw.count] = [items[draw.first + n] for n in _order(draw, choices)]
        return Scenario.model_validate(data)

    def covering(self) -> "list[Scenario]":
        """Return few scenarios in which, together, each value of each pick and both ends of each range occur."""
        most = max((len(draw.pick) for draw in self.draws), default=0)
        each: list[Choices] = [
            {draw.at: min(n, len(draw.pick) - 1) for draw in self.draws if draw.pick} for n in range(1, most - 1)
        ]
        ends: list[Choices] = [{d.at: d.lowest for d in self.draws}, {d.at: d.highest for d in self.draws}]
        return [self.placed(choices) for choices in (*ends, *each)] if self.draws else [self.placed({})]


def _find(data: Any, at: Sequence[Key]) -> Any:
    for key in at:
        data = data[key]
    return data


def _innermost(draws: Sequence[Draw]) -> list[Draw]:
    return sorted((draw for draw in draws if draw.shuffles), key=lambda draw: -len(draw.at))


def _order(draw: Draw, choices: Choices) -> tuple[int, ...]:
    order = choices.get(draw.at, draw.lowest)
    assert isinstance(order, tuple)
    return order


@dataclass
class Found:
    """The draws of a file, and what is wrong with them."""

    path: str
    draws: list[Draw] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    options: dict[tuple[Key, ...], list[Node]] = field(default_factory=dict)
    """Where the values of picks are written."""

    def placed(self, tree: Node, choices: Choices) -> Node:
        """Return a copy of the tree with these choices in place; every value keeps its position in the file."""
        made = deepcopy(tree)
        for draw in self.draws:
            if not draw.shuffles and draw.at in choices:
                self._put(made, draw, choices[draw.at])
        for draw in _innermost(self.draws):
            items = made.find(draw.at)
            if items is not None and isinstance(items.value, list):
                first, order = draw.first, _order(draw, choices)
                items.value[first : first + draw.count] = [items.value[first + n] for n in order]
        return made

    def _put(self, tree: Node, draw: Draw, choice: Choice) -> None:
        parent, key = tree.find(draw.at[:-1]), draw.at[-1]
        there = tree.find(draw.at)
        if parent is None or there is None:
            return
        if draw.pick:
            assert isinstance(choice, int)
            new = deepcopy(self.options[draw.at][choice])
            new.key = there.key
        else:
            new = _leaf(draw.value(choice), there)
        parent.value[key] = new  # type: ignore[index]  # a mapping has text, a list a number


def take(tree: Node, path: str, sections: Sequence[str] = SECTIONS) -> Found:
    """Take the draws out of a tree, in place, and return them; what stands in their middle stays there."""
    found = Found(path)
    for section in sections:
        node = tree.child(section)
        if node is not None and isinstance(tree.value, dict):
            _visit(found, tree, section, (), ())
    if len(found.draws) > MOST:
        found.problems.append(Problem(path, *tree.at, f"more than {MOST} things are drawn"))
    return found


def _visit(found: Found, parent: Node, key: Key, above: tuple[Key, ...], names: tuple[str, ...]) -> None:
    """Take the draws out of the child under `key`."""
    node, at = parent.child(key), (*above, key)
    if node is None:
        return
    names = (*names, _name(node, key))
    stands = _block(node, at)
    if stands is not None:
        _drawn(found, parent, node, at, names, stands)
    elif isinstance(node.value, str) and node.bare:
        _text(found, parent, node, at, "/".join(names))
    elif isinstance(node.value, dict):
        for name in list(node.value):
            _visit(found, node, name, at, names)
    elif isinstance(node.value, list):
        _list(found, node, at, names)


def _name(node: Node, key: Key) -> str:
    """Return what an item of a list is called, so that a new one before it moves no draw."""
    named = node.child("name") if isinstance(key, int) else None
    return str(named.value) if named is not None and isinstance(named.value, str) else str(key)


def _block(node: Node, at: tuple[Key, ...]) -> str | None:
    """Return the word that makes a block a draw; a column of a dataset has a `pick` of its own, for each row."""
    keys = set(node.value) if isinstance(node.value, dict) else set()
    word = next((word for word in ("pick", "range") if word in keys and keys <= {word, "not"}), None)
    if word == "pick" and at[0] == "datasets" and len(at) == 4 and at[2] == "columns":
        return None
    many = node.child(word) if word else None
    return word if many is not None and (word == "range" or isinstance(many.value, list)) else None


def _drawn(found: Found, parent: Node, node: Node, at: tuple[Key, ...], names: tuple[str, ...], word: str) -> None:
    given = node.child(word)
    assert given is not None
    stream, differs = "/".join(names), _differs(found, node)
    if word == "range":
        if not isinstance(given.value, str) or not _text(found, parent, given, at, stream, differs, node.key):
            _wrong(found, parent, given, at, "a range is written like 8s..14s or 3..7")
        return
    assert isinstance(given.value, list)
    left = len(given.value) - differs
    if left < FEWEST_LEFT:
        _wrong(found, parent, given, at, "a pick needs two values to choose from" + _beside(differs))
        return
    draw = Draw(at, stream, pick=tuple(one.plain() for one in given.value), differs=differs)
    _take(found, parent, at, draw, given.value[0], node.key)
    found.options[at] = given.value


def _beside(differs: bool) -> str:
    return " beside the incident's: with one left, whoever knows the incident knows it" if differs else ""


def _differs(found: Found, node: Node) -> bool:
    said = node.child("not")
    if said is not None and said.value != INCIDENT:
        message = "`not` is about what the incident drew"
        found.problems.append(Problem(found.path, *said.at, message, "write `not: incident`, or leave the value out"))
    return said is not None


def _text(
    found: Found, parent: Node, node: Node, at: tuple[Key, ...], stream: str, differs: bool = False, key: Any = None
) -> bool:
    """Whether a text is a range, which is taken then; one with a mistake is reported."""
    assert isinstance(node.value, str)
    try:
        between = parse(node.value)
    except ValueError as error:
        _wrong(found, parent, node, at, str(error))
        return True
    if between is None:
        return False
    left = between.steps + 1 - (2 * (between.steps // 10) + 1) * differs
    if left < FEWEST_LEFT:
        _wrong(found, parent, node, at, "a range needs two values to choose from" + _beside(differs))
        return True
    draw = Draw(at, stream, text=node.value, differs=differs)
    _take(found, parent, at, draw, _leaf(draw.value(draw.middle), node), key or node.key)
    return True


def _leaf(value: Any, there: Node) -> Node:
    return Node(value, there.at, there.key, None if isinstance(value, str) else str(value))


def _take(found: Found, parent: Node, at: tuple[Key, ...], draw: Draw, stand_in: Node, key: Any) -> None:
    if at[0] in ("site", "traffic", "phases") and len(at) >= 3 and at[2] in SAME:
        _wrong(found, parent, stand_in, at, f"`{at[2]}` is the same in every lap: nothing can be drawn there")
        return
    new = deepcopy(stand_in)
    new.key = key
    parent.value[at[-1]] = new  # type: ignore[index]  # a mapping has text, a list a number
    found.draws.append(draw)


def _wrong(found: Found, parent: Node, node: Node, at: tuple[Key, ...], message: str) -> None:
    """Report a draw that is none, and let its first value stand in for it."""
    found.problems.append(Problem(found.path, *node.at, f"{at[-1]}: {message}"))
    if isinstance(node.value, list) and node.value:
        stand_in = deepcopy(node.value[0])
    else:
        stand_in = _leaf(str(node.value).partition("..")[0].strip(), node)
    parent.value[at[-1]] = stand_in  # type: ignore[index]  # a mapping has text, a list a number
    parent.doubtful.add(at[-1])


def _list(found: Found, node: Node, at: tuple[Key, ...], names: tuple[str, ...]) -> None:
    """Take the draws out of a list; the items of its shuffles become its own."""
    assert isinstance(node.value, list)
    items: list[Node] = []
    for item in node.value:
        many = (
            item.child("shuffle") if isinstance(item.value, dict) and item.value.keys() <= {"shuffle", "not"} else None
        )
        if many is None or not isinstance(many.value, list):
            items.append(item)
            continue
        differs = _differs(found, item)
        if len(many.value) - differs < FEWEST_LEFT:
            message = "a shuffle needs two items" + " beside the incident's order: three" * differs
            found.problems.append(Problem(found.path, *many.at, message))
        else:
            stream = "/".join((*names, "shuffle", _name(many.value[0], 0)))
            draw = Draw(at, stream, first=len(items), count=len(many.value), differs=differs)
            found.draws.append(draw)
        items += many.value
    node.value = items
    for index in range(len(items)):
        _visit(found, node, index, at, names)


@dataclass(frozen=True)
class Extreme:
    """One way in which everything can be drawn, for whoever looks for the worst."""

    label: str
    choices: Choices


def extremes(draws: Sequence[Draw], *, thorough: bool = True) -> Iterator[Extreme]:
    """Yield what lint looks at: all at either end, each kind of value against all others, each alone, and a few more.

    What is worst for a rule is nearly always an end, of lengths one way and of rates the other. Unless `thorough`, none
    alone: there are hundreds of these where much is drawn, and whoever only lists scenarios waits for them.
    """
    if not draws:
        return
    low, high = {d.at: d.lowest for d in draws}, {d.at: d.highest for d in draws}
    yield Extreme("everything that is drawn at its low end", low)
    yield Extreme("everything that is drawn at its high end", high)
    for key in sorted({str(draw.at[-1]) for draw in draws}):
        own = {draw.at for draw in draws if str(draw.at[-1]) == key}
        if len(own) < len(draws):
            yield Extreme(f"{key} at its low end and all else at its high end", high | {a: low[a] for a in own})
            yield Extreme(f"{key} at its high end and all else at its low end", low | {a: high[a] for a in own})
    middle: dict[tuple[Key, ...], Choice] = {draw.at: draw.middle for draw in draws}
    for draw in draws if thorough else ():
        for end in (draw.lowest, draw.highest, *range(1, len(draw.pick) - 1)):
            yield Extreme(f"{draw.stream} drawn as {_shown(draw, end)}", middle | {draw.at: end})
    for number in range(_RANDOM):
        among = random.Random(number).randrange
        yield Extreme("some of what can be drawn", {draw.at: draw.choose(among) for draw in draws})


def _shown(draw: Draw, choice: Choice) -> str:
    value = draw.value(choice)
    return ", ".join(str(n + 1) for n in value) if isinstance(value, tuple) else str(value)[:60]
