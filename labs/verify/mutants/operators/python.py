"""The operators of mutmut, a mutation tester for Python; its own loop over a test suite is not used.

cosmic-ray can be asked as cleanly. But its replacements of each operator by all others are mostly programs that do not
start, and not all that it depends on comes as a wheel, which an install without build isolation needs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from labs.base.errors import UsageProblem
from labs.verify.mutants.operators.base import Change, Program

_INSTALL = "install the project with its extra: pip install 'fdelab[authoring]', or make setup"


@dataclass(frozen=True)
class PythonOperator:
    """One of mutmut's: `change` takes a node of type `of`, and yields what may stand in its place."""

    name: str
    of: type[Any]
    change: Callable[[Any], Iterable[Any]]

    def changes(self, program: Program) -> Iterator[Change]:
        """Yield the program once for each node of this type and each replacement."""
        for node, (line, column), extent in program.memo(_nodes):
            for new in self.change(node) if isinstance(node, self.of) else ():
                yield Change(line, column, _replaced(program, node, new, extent))


def _tree(program: Program) -> Any:
    from libcst import parse_module
    from libcst.metadata import MetadataWrapper

    return MetadataWrapper(parse_module(program.text), unsafe_skip_copy=True)


def _nodes(program: Program) -> list[tuple[Any, tuple[int, int], tuple[int, int]]]:
    """Every node with its line and column, and from which character to which it is written, its spaces included."""
    from libcst.metadata import PositionProvider, WhitespaceInclusivePositionProvider

    tree = program.memo(_tree)
    starts = [0]
    for line in program.text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    whole = tree.resolve(WhitespaceInclusivePositionProvider)
    found = []
    for node, place in tree.resolve(PositionProvider).items():
        begin, end = whole[node].start, whole[node].end
        extent = starts[begin.line - 1] + begin.column, starts[end.line - 1] + end.column
        found.append((node, (place.start.line, place.start.column), extent))
    return found


def _replaced(program: Program, node: Any, new: Any, extent: tuple[int, int]) -> str:
    from libcst import BaseCompoundStatement

    module = program.memo(_tree).module
    if isinstance(node, BaseCompoundStatement):
        # It writes its own indentation, which only the whole program knows.
        return str(module.deep_replace(node, new).code)
    begin, end = extent
    return f"{program.text[:begin]}{module.code_for_node(new)}{program.text[end:]}"


def python_operators() -> Sequence[PythonOperator]:
    """All of mutmut's. Raises `UsageProblem` where it is not installed."""
    try:
        from mutmut.mutation.mutators import mutation_operators
    except ModuleNotFoundError:
        raise UsageProblem("this install has no mutmut, which makes mutants", _INSTALL) from None
    return [PythonOperator(_name(change), of, change) for of, change in mutation_operators]


def _name(change: Callable[[Any], Iterable[Any]]) -> str:
    return change.__name__.removeprefix("operator_").replace("_", "-")
