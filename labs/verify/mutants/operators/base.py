"""What an operator is, and a program as operators see it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """A program that was changed at one place."""

    line: int
    """Of the original, counted from 1."""
    column: int
    """The same, in characters from 0."""
    text: str
    """The whole program as changed."""


class Operator(Protocol):
    """Changes programs in one way."""

    @property
    def name(self) -> str:
        """How it is called in results."""

    def changes(self, program: "Program") -> Iterator[Change]:
        """Yield the program once for each place that can be changed so, changed there and nowhere else."""


class Program:
    """One file: its text and its syntax tree. Raises `SyntaxError` on what is no Python."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._data = text.encode()
        starts = [0]
        for line in self._data.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self._starts = starts
        self._memos: dict[Any, Any] = {}

    def memo(self, work: "Callable[[Program], T]") -> T:
        """Return what `work` makes of this program, made once."""
        if work not in self._memos:
            self._memos[work] = work(self)
        made: T = self._memos[work]
        return made

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, outer ones first."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """Every statement within a function."""
        inside = {id(one): one for function in self.functions for one in ast.walk(function) if one is not function}
        return [one for one in inside.values() if isinstance(one, ast.stmt)]

    def duty(self, line: int) -> str:
        """Return the function that a line belongs to, with its class, as `Books.price`; empty at the module's level."""
        return max(((start, name) for start, end, name in self._duties if start <= line <= end), default=(0, ""))[1]

    @cached_property
    def _duties(self) -> list[tuple[int, int, str]]:
        return list(_named(self.tree.body, ""))

    def source(self, node: ast.AST) -> str:
        """Return the text of a node."""
        begin, end = self._extent(node)
        return self._data[begin:end].decode()

    def replaced(self, node: ast.AST, text: str) -> Change:
        """Return the program with other text in the place of a node."""
        begin, end = self._extent(node)
        return self.cut(begin, end, text)

    def cut(self, begin: int, end: int, text: str = "") -> Change:
        """Return the program with other text in the place of these bytes."""
        line = self._data.count(b"\n", 0, begin) + 1
        column = len(self._data[self._starts[line - 1] : begin].decode())
        return Change(line, column, (self._data[:begin] + text.encode() + self._data[end:]).decode())

    def _extent(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr | ast.stmt | ast.keyword | ast.ExceptHandler)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def offset(self, line: int, column: int) -> int:
        """Return the byte at a line, from 1, and a column, in bytes from 0, as the syntax tree counts."""
        return self._starts[line - 1] + column

    def before(self, offset: int) -> str:
        """All text before a byte."""
        return self._data[:offset].decode()

    def after(self, offset: int) -> str:
        """All text from a byte on."""
        return self._data[offset:].decode()


def _named(body: list[ast.stmt], within: str) -> Iterator[tuple[int, int, str]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{within}{node.name}"
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if not isinstance(node, ast.ClassDef):
                yield first, node.end_lineno or first, name
            yield from _named(node.body, f"{name}.")


def called(node: ast.expr) -> str:
    """Return what a call calls, dotted, as `self._log.info`; empty for what has no such name."""
    node = node.value if isinstance(node, ast.Await) else node
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""
