"""The tree of a file, which knows where every key and value is written; whoever only holds one needs no YAML."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Scalar = str | int | float | bool | None
Key = str | int


class Position(NamedTuple):
    """A place in a file; line and column count from 1, columns in characters."""

    line: int
    column: int


@dataclass(slots=True)
class Node:
    """A value and its place."""

    value: "dict[str, Node] | list[Node] | Scalar"
    at: Position
    key: Position | None = None
    """Where its key is written, in a mapping."""
    text: str | None = None
    """A number as it is written, for where a string is meant: `1.10`."""
    bare: bool = False
    """Whether it is a scalar written without quotes."""
    doubtful: set[Key] = field(default_factory=set)
    """Children that stand in for an author's mistake: problems in them are consequences of that mistake."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Node":
        """Return the node with copies of what is below it: lint copies a tree for each draw that it looks at."""
        value = self.value
        if isinstance(value, dict):
            value = {key: deepcopy(child, memo) for key, child in value.items()}
        elif isinstance(value, list):
            value = [deepcopy(child, memo) for child in value]
        return Node(value, self.at, self.key, self.text, self.bare, set(self.doubtful))

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, key: Key) -> "Node | None":
        """Return the child under a key or index; None when there is none."""
        if isinstance(self.value, dict) and isinstance(key, str):
            return self.value.get(key)
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def walk(self, loc: Sequence[Key]) -> Iterator[tuple["Node", Key, "Node | None"]]:
        """Yield (parent, segment, child) along `loc`; segments that are not keys of the author's are passed over."""
        node = self
        for segment in loc:
            child = node.child(segment)
            yield node, segment, child
            node = child or node

    def find(self, loc: Sequence[Key]) -> "Node | None":
        """Return the node exactly at `loc`; None when there is none."""
        node: Node | None = self
        for segment in loc:
            node = node.child(segment) if node else None
        return node

    def nearest(self, loc: Sequence[Key]) -> "Node":
        """Return the node at `loc`, else the closest one around it."""
        node = self
        for _, _, child in self.walk(loc):
            node = child or node
        return node

    def echoes(self, loc: Sequence[Key]) -> bool:
        """Whether `loc` lies in something that stands in for a mistake already reported."""
        return any(segment in parent.doubtful for parent, segment, _ in self.walk(loc))

    def place(self, loc: Sequence[Key] = (), *, key: bool = False) -> Position:
        """Return where `loc`, or the closest node around it, is written.

        That is its value; for a block, or with `key`, its key.
        """
        node = self.nearest(loc)
        return node.key if node.key and (key or isinstance(node.value, dict | list)) else node.at
