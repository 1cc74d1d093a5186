"""Turn YAML text into a tree that knows where every key and value is written.

PyYAML reads YAML 1.1; here its composer resolves plain scalars as the core schema of YAML 1.2 does (chapter 10.3):
`on`, `yes` and `12:30` are strings, `010` is ten. Duplicate keys are refused, and aliases and depth are bounded.
"""

import math
import os
import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from scenarios import regular
from scenarios.problems import Problem, Related, shown
from scenarios.syntax import explain
from scenarios.tree import Node, Position

MAX_BYTES = 2**20
MAX_DEPTH = 64
MAX_WIDTH = 5_000
"""Most keys of a block, and half the most items of a list. No scenario has a tenth of them."""
MAX_NODES = 50_000
"""Most nodes with aliases followed: this keeps a few nested aliases from growing into billions."""

_DIGITS = 80
"""Most characters of a whole number."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that steer a terminal, hide text or change its direction, and are never meant."""

_TAG = "tag:yaml.org,2002:"
_PLAIN = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
}


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Core(_Base):  # type: ignore[misc]  # either of two classes
    """PyYAML with the implicit types of YAML 1.2's core schema and no others."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _name, (_pattern, _first) in _PLAIN.items():
    _Core.add_implicit_resolver(_TAG + _name, re.compile(rf"(?:{_pattern})\Z"), list(_first))


def read(path: Path) -> tuple[str, Node | None, list[Problem]]:
    """Return text and tree of the file at `path`; when there is no tree, the problems say why."""

    def nothing(message: str, suggestion: str | None = None) -> tuple[str, None, list[Problem]]:
        return "", None, [Problem(str(path), None, None, message, suggestion)]

    try:
        if path.is_dir():
            return nothing("is a folder, not a file")
        if path.exists() and not path.is_file():
            return nothing("is not a regular file")
        data = regular.head(Path(os.path.realpath(path)), MAX_BYTES + 1)
    except FileNotFoundError:
        return nothing("there is no such file")
    except (OSError, ValueError) as error:
        return nothing(f"cannot be read: {getattr(error, 'strerror', None) or error}")
    if len(data) > MAX_BYTES:
        return nothing(f"is larger than {MAX_BYTES // 2**20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        problem = Problem(str(path), line, column, "is not UTF-8 text", "save the file with the encoding UTF-8")
        return data.decode("utf-8", errors="replace"), None, [problem]
    return text, *parse(text, str(path))


def parse(text: str, path: str) -> tuple[Node | None, list[Problem]]:
    """Return the tree of a YAML text that contains one mapping, and the problems found."""
    try:
        large = _too_large(text)
        root = None if large else _compose(text)
    except yaml.MarkedYAMLError as error:
        return None, [Problem(path, *explain(error, text, _Core))]
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return None, [Problem(path, 1, 1, f"is not YAML: {_one_line(error)}")]
    if large:
        return None, [Problem(path, *large)]
    if isinstance(root, Position):
        return None, [Problem(path, *root, "holds a second document", "a file holds one document: delete this `---`")]
    if not isinstance(root, yaml.MappingNode):
        what = "is empty" if root is None or root.value == "" else "is not a block of `key: value` lines"
        return None, [Problem(path, 1, 1, what)]
    builder = _Builder(path)
    tree = builder.build(root)
    return (None if builder.broken else tree), builder.problems


def _too_large(text: str) -> tuple[int, int, str] | None:
    """Return where and how a text is nested too deep or has too wide a block; that costs less than to build it."""
    inside: list[int] = []
    for event in yaml.parse(text, Loader=_Core):
        if isinstance(event, yaml.CollectionEndEvent):
            inside.pop()
        elif isinstance(event, yaml.NodeEvent):
            if inside:
                inside[-1] += 1
                if inside[-1] > 2 * MAX_WIDTH:
                    return *_position(event.start_mark), f"is in a block of more than {MAX_WIDTH:,} values"
            if isinstance(event, yaml.CollectionStartEvent):
                inside.append(0)
                if len(inside) > MAX_DEPTH:
                    return *_position(event.start_mark), f"is nested more than {MAX_DEPTH} deep"
    return None


def _compose(text: str) -> Any:
    """Return the node of the only document, None when there is none, or the place of a second document."""
    loader = _Core(text)
    try:
        if not loader.check_node():
            return None
        root = loader.get_node()
        return _position(loader.get_node().start_mark) if loader.check_node() else root
    finally:
        loader.dispose()


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


class _Builder:
    """Turns composer nodes into our tree, and collects problems on the way."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.broken = False
        self._count = 0
        self._open: set[int] = set()

    def build(self, node: Any, key: Position | None = None) -> Node:
        """Return the tree below one composer node."""
        at = _position(node.start_mark)
        if self.broken or not self._may_grow(node, at):
            return Node(None, at, key)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, at, key)
        self._open.add(id(node))
        value: dict[str, Node] | list[Node]
        value = self._mapping(node) if isinstance(node, yaml.MappingNode) else [self.build(n) for n in node.value]
        self._open.discard(id(node))
        if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            self._problem(at, f"unknown tag {node.tag.removeprefix(_TAG)!r}", "a scenario needs no tags")
        return Node(value, at, key)

    def _problem(self, at: Position, message: str, suggestion: str | None = None, *related: Related) -> None:
        self.problems.append(Problem(self.path, at.line, at.column, message, suggestion, related))

    def _may_grow(self, node: Any, at: Position) -> bool:
        self._count += 1
        if self._count > MAX_NODES:
            self._problem(at, f"aliases make this more than {MAX_NODES:,} values")
        elif id(node) in self._open:
            self._problem(at, "an alias stands inside what it stands for")
        else:
            return True
        self.broken = True
        return False

    def _mapping(self, node: Any) -> dict[str, Node]:
        out: dict[str, Node] = {}
        for key_node, value_node in node.value:
            at = _position(key_node.start_mark)
            value = self.build(value_node, at)
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(at, "a key must be a plain word")
                continue
            key = key_node.value
            if key == "<<" and not key_node.style:
                self._problem(at, "`<<` is not supported: nothing is merged here", "write the keys out")
            elif key in out:
                first = out[key].key or out[key].at
                self._problem(at, f"key {shown(key)} stands here twice", None, Related(*first, "the first one"))
            elif self._sound(key, at):
                out[key] = value
        return out

    def _sound(self, text: str, at: Position) -> bool:
        unfit = _UNFIT.search(text)
        if unfit is None:
            return True
        if "\ud800" <= unfit[0] <= "\udfff":
            self._problem(at, "holds half a surrogate pair", "write the character itself")
        else:
            self._problem(at, f"holds the control character U+{ord(unfit[0]):04X}", "leave it out: nobody can see it")
        return False

    def _scalar(self, node: Any, at: Position, key: Position | None) -> Node:
        text = node.value
        if not self._sound(text, at):
            return Node(None, at, key)
        kind = node.tag.removeprefix(_TAG)
        try:
            value = _VALUES[kind](text)
        except KeyError:
            self._problem(at, f"unknown tag {shown(kind)}", "a scenario needs no tags")
            value = text
        except _TooLarge:
            self._problem(at, f"{shown(text)} is out of the range of numbers", "in quotes it is text")
            value = text
        except ValueError:
            self._problem(at, f"{shown(text)} cannot be read as {kind}")
            value = text
        return Node(value, at, key, text if kind in ("int", "float") else None, bare=not node.style)


class _TooLarge(ValueError):
    """A number is too large for one of JSON, the evidence and a database."""


def _integer(text: str) -> int:
    # Their digits are bounded before they are read: that takes the square of their number.
    if len(text) > _DIGITS:
        raise _TooLarge
    value = int(text, 0) if text.startswith(("0o", "0x")) else int(text)
    if not -(2**63) <= value < 2**63:
        raise _TooLarge
    return value


def _float(text: str) -> float:
    lower = text.lower()
    value = float(lower.replace(".inf", "inf").replace(".nan", "nan"))
    if not math.isfinite(value):
        raise _TooLarge
    return value


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_VALUES: dict[str, Any] = {"str": str, "int": _integer, "float": _float, "bool": _boolean, "null": lambda _text: None}
