"""House rules that no linter knows, as tests."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("labs", "grader", "simulator", "scenarios")
MAX_MODULE, MAX_FUNCTION = 400, 35
FOLDERS = (*PACKAGES, "curriculum", "scenarios/library", "tests/unit", "tests/functional", "tests/integration",
           "tests/scenarios", "tests/golden", "tests/benchmarks")  # fmt: skip


DEPLOYMENTS = ROOT / "tests" / "cheats" / "deployments"


def _modules() -> list[Path]:
    content = {ROOT / "scenarios" / "library", ROOT / "scenarios" / "template"}
    every = (m for package in PACKAGES for m in sorted((ROOT / package).rglob("*.py")))
    return [module for module in every if content.isdisjoint(module.parents)]


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_bytes(), filename=_named(module))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, less the docstring's."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_the_layout_exists(folder: str) -> None:
    assert (ROOT / folder).is_dir()


def test_a_module_holds_one_idea() -> None:
    tests = (m for m in sorted((ROOT / "tests").rglob("*.py")) if DEPLOYMENTS not in m.parents)
    lengths = {_named(m): len(m.read_text("utf-8").splitlines()) for m in (*_modules(), *tests)}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_MODULE} == {}


def test_a_function_holds_one_thought() -> None:
    long = {
        f"{_named(module)}:{function.lineno} {function.name}": _length(function)
        for module in _modules()
        for function in _functions(_tree(module))
        if _length(function) > MAX_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is() -> None:
    trees = {_named(module): _tree(module) for module in _modules()}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def _public(body: list[ast.stmt], of: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Functions, and methods of public classes, that have no leading underscore; nested functions are none of them."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield of + node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body, f"{of}{node.name}.")


def _raised(node: ast.AST) -> Iterator[str]:
    """The class of each explicit `raise X`; "Raises" where a function makes the exception, or a variable holds it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(child, ast.Raise) and child.exc is not None:
            raised = child.exc.func if isinstance(child.exc, ast.Call) else child.exc
            name = raised.attr if isinstance(raised, ast.Attribute) else getattr(raised, "id", "")
            yield name if name[:1].isupper() else "Raises"
        yield from _raised(child)


def _unsaid(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """What a docstring ought to say of errors, and does not.

    That of a command is the help of whoever types it: they get errors as messages, and are told of exit codes.
    """
    errors = sorted(set(_raised(function)) - {"NotImplementedError"})  # whoever overrides it raises nothing
    if any("command(" in ast.unparse(decorator) for decorator in function.decorator_list):
        errors = ["[Ee]xits with"] if "Exit" in errors else []
    said = " ".join((ast.get_docstring(function) or "").split())
    return [error for error in errors if not re.search(rf"\b{error}\b", said)]


def test_a_public_function_says_which_errors_it_raises() -> None:
    silent = [
        f"{_named(module)}:{function.lineno} {name} says nothing of {error}"
        for module in _modules()
        for name, function in _public(_tree(module).body)
        for error in _unsaid(function)
    ]
    assert silent == []


def _pins(path: str) -> dict[str, str]:
    lines = [line for line in (ROOT / path).read_text("utf-8").splitlines() if not line.startswith("#")]
    return dict(line.partition(" ;")[0].split("==") for line in lines)


def test_images_have_the_pins_of_the_project() -> None:
    images = _pins("simulator/runtime/images/constraints.txt")
    assert images.items() <= _pins("constraints.txt").items()
