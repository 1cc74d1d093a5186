"""How scenarios of the library use a word: the lines of one that lints, as its author wrote them."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from labs.base import paths
from scenarios.folder import SCENARIO
from scenarios.positions import read
from scenarios.tree import Key, Node
from scenarios.variants import TEMPLATE

Place = tuple[Key, ...]


@dataclass(frozen=True)
class Example:
    """Lines of a scenario in which a word is used."""

    scenario: str
    """Its slug; that of the template is `template`."""
    line: int
    """The first of the lines in its file, counted from 1."""
    text: str


def example(kind: str, name: str) -> Example | None:
    """Return the shortest use of a word of this kind in the library and the template; None where none uses it."""
    files = [TEMPLATE / SCENARIO, *sorted(paths.library().glob(f"*/{SCENARIO}"))]
    found = [one for file in files for one in _uses(file, kind, name)]
    return min(found, key=lambda one: len(one.text), default=None)


def _uses(file: Path, kind: str, name: str) -> Iterator[Example]:
    lines, blocks = _blocks(file)
    for place, node in blocks:
        if _is(kind, name, place, node):
            line = (node.key or node.at).line
            yield Example(file.parent.name, line, _block(lines, line - 1))


@cache
def _blocks(file: Path) -> tuple[list[str], list[tuple[Place, Node]]]:
    """Return a scenario's lines, and each of its blocks with its place: one reads them again for every word."""
    text, tree, _ = read(file)
    nodes = _nodes(tree, ()) if tree is not None else ()
    return text.splitlines(), [(place, node) for place, node in nodes if isinstance(node.value, dict)]


def _nodes(node: Node, place: Place) -> Iterator[tuple[Place, Node]]:
    yield place, node
    held = node.value
    children = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    for key, child in children:
        yield from _nodes(child, (*place, key))


def _is(kind: str, name: str, place: Place, node: Node) -> bool:
    """Whether what stands at this place is a use of the word."""
    chosen = {"part": ("site", "part"), "workload": ("traffic", "workload"), "measure": ("checks", "measure")}
    if kind in chosen:
        section, key = chosen[kind]
        word = node.child(key)
        return len(place) == 2 and place[0] == section and word is not None and word.value == name
    section = {"column": "columns", "dirt": "dirt", "fault": "faults"}.get(kind, "")
    return len(place) > 2 and place[-2] == section and node.child(name) is not None


def _block(lines: list[str], first: int) -> str:
    """Return the lines of what begins in line `first`: those below it that are further in belong to it."""
    depth = _depth(lines[first])
    last = first + 1
    while last < len(lines) and (not lines[last].strip() or _depth(lines[last]) > depth):
        last += 1
    return textwrap.dedent("\n".join(lines[first:last])).strip()


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
