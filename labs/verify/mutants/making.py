"""Every mutant of a scenario's two solutions that a world could tell from what it was made of."""

import ast
import difflib
import hashlib
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import CodeType

from labs.library.catalogue import ALTERNATIVE, REFERENCE, Entry
from labs.verify.mutants.operators import Operator, operators
from labs.verify.mutants.operators.base import Program, called
from scenarios import variants
from scenarios.globs import matches

PREFIX = "mutant:"
"""Begins the name of a mutant among deployments: `mutant:reference:3f9a0c1d2e4b`."""
_LOGS = ("log", "logger", "logging", "structlog")


@dataclass(frozen=True)
class Mutant:
    """A solution that was changed at one place."""

    of: str
    """The deployment that it was made of: `reference` or `alternative`."""
    file: str
    """Path relative to the workspace, with `/`."""
    line: int
    """Of the file before the change, counted from 1."""
    duty: str
    """The function that the line belongs to, as `Books.price`; empty at the level of the module."""
    operator: str
    was: str
    """The lines that were changed."""
    becomes: str
    """What stands in their place."""
    text: str = field(repr=False)
    """The whole file as changed."""
    diff: str = field(repr=False)
    """The change as a unified diff, with one line of context."""

    @property
    def digest(self) -> str:
        """Names it: the first 12 hex digits of SHA-256 over whose file it is, and what stands in it."""
        return hashlib.sha256(f"{self.of}\0{self.file}\0{self.text}".encode()).hexdigest()[:12]

    @property
    def use(self) -> str:
        """Its name among the scenario's deployments."""
        return f"{PREFIX}{self.of}:{self.digest}"


def made(entry: Entry) -> list[Mutant]:
    """Every mutant of the reference and the alternative, over the Python files that a learner may edit.

    Left out are those that need no world: what does not compile, what is the same byte code as the original or as
    another mutant, and what changes only logging, annotations or tests (nobody at the customer sees those).
    Raises `UsageProblem` where mutmut is not installed.
    """
    known = operators()
    uses = [use for use in (REFERENCE, ALTERNATIVE) if use in entry.uses()]
    return [
        mutant for use in uses for file, text in _programs(entry, use) for mutant in mutants(use, file, text, known)
    ]


def _programs(entry: Entry, use: str) -> Iterator[tuple[str, str]]:
    """Yield the Python files of a deployment that a learner may edit and that run in a lap."""
    with tempfile.TemporaryDirectory(prefix="fdelab-mutants-") as place:
        root = Path(place) / "workspace"
        entry.materialise(use, root)
        for path in variants.files(root):
            file = PurePosixPath(path.as_posix())
            if file.suffix == ".py" and matches(str(file), entry.scenario.deployment.editable) and not _tests(file):
                yield str(file), (root / path).read_text("utf-8")


def _tests(file: PurePosixPath) -> bool:
    return "tests" in file.parts[:-1] or file.name.startswith("test_") or file.name == "conftest.py"


def mutants(use: str, file: str, text: str, known: Sequence[Operator]) -> Iterator[Mutant]:
    """Yield the mutants of one file by these operators, as `made` has them.

    Raises `SyntaxError` on what is no Python.
    """
    program = Program(text)
    seen = {_code(text)}
    idle = list(_idle(program.tree))
    for operator in known:
        for change in operator.changes(program):
            at = change.line, len(text.splitlines()[change.line - 1][: change.column].encode())
            code = None if any(begin <= at < end for begin, end in idle) else _code(change.text)
            if code is not None and code not in seen:
                seen.add(code)
                duty = program.duty(change.line)
                line, was, becomes = _changed(text, change.text)
                diff = _diff(file, text, change.text)
                yield Mutant(use, file, line, duty, operator.name, was, becomes, change.text, diff)


def _changed(before: str, after: str) -> tuple[int, str, str]:
    """Return the first line that differs, from 1, the lines that do, and their new text; what an insertion precedes.

    Begin and end that both have in common are no part of it.
    """
    old, new = before.splitlines(), after.splitlines()
    begin = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - begin
    end = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    end = min(end, len(old) - begin - 1)
    return begin + 1, "\n".join(old[begin : len(old) - end]), "\n".join(new[begin : len(new) - end])


def _diff(file: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), file, file, lineterm="", n=1)
    return "\n".join(lines)


def _code(text: str) -> tuple[object, ...] | None:
    """Its byte code without the places that it comes from; None where it does not compile."""
    with warnings.catch_warnings():
        # Python warns of much that a mutant says, as `is 3`.
        warnings.simplefilter("ignore")
        try:
            return _bare(compile(text, "", "exec", dont_inherit=True))
        except (SyntaxError, ValueError):
            return None


def _bare(code: CodeType) -> tuple[object, ...]:
    """Return what decides what it does, comparable. Not `marshal`, whose bytes depend on who else holds an object."""
    consts = tuple(_bare(one) if isinstance(one, CodeType) else _constant(one) for one in code.co_consts)
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_name
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags
    return (code.co_code, code.co_exceptiontable, consts, names, counts)


def _constant(value: object) -> tuple[str, str]:
    """Return a constant with its type, as 1, 1.0 and True are equal."""
    said = repr(sorted(map(repr, value))) if isinstance(value, frozenset) else repr(value)
    return type(value).__name__, said


def _idle(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where nothing matters to a customer: logging, annotations, what is for type checkers or the shell.

    Tools leave such places alone since PIT (`avoidCallsTo`); Petrović and Ivanković (2018) call them arid.
    """
    for node in ast.walk(tree):
        for idle in _idle_of(node):
            if idle.end_lineno is not None and idle.end_col_offset is not None:
                yield (idle.lineno, idle.col_offset), (idle.end_lineno, idle.end_col_offset)


def _idle_of(node: ast.AST) -> Iterable[ast.expr | ast.stmt]:
    if isinstance(node, ast.Expr | ast.Assign) and _logs(node.value):
        yield node
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield node.returns
    elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield node.annotation
    elif isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
        yield node
    elif isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__"):
        yield node.test


def _logs(value: ast.expr) -> bool:
    parts = called(value).split(".")
    return len(parts) > 1 and any(part.strip("_").lower() in _LOGS for part in parts[:-1])
