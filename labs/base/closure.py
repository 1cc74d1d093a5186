"""Which modules a module needs, as its source says: what it imports, at top level and inside functions.

A registry's own module is a list of names and needs nothing: which of its kinds count is for whoever asks to say. So a
new kind changes nothing for those that do not use it.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

_DOTTED = re.compile(r"([a-z_]+(?:\.\w+)+)(?::\w+)?")
"""A module that is named rather than imported: `python -m simulator.field`, or `package.module:attribute`."""


class Code:
    """The source of some top-level packages, and who needs whom in it."""

    def __init__(self, roots: Mapping[str, Path], registries: Iterable[str] = ()) -> None:
        """`roots` are folders or files by the name of their package; `registries` are not looked into."""
        self._roots = dict(roots)
        self._registries = frozenset(registries)
        self._imports: dict[str, frozenset[str]] = {}

    @cached_property
    def _files(self) -> dict[str, Path]:
        return {name: path for root, folder in self._roots.items() for name, path in _modules(root, folder)}

    def closure(self, modules: Iterable[str]) -> frozenset[str]:
        """Return these modules and all that they need, directly or not, but for registries.

        A package stands for its `__init__` alone. Raises `LookupError` for a module that is not there.
        """
        found: set[str] = set()
        todo = list(modules)
        if lost := [name for name in todo if name not in self._files]:
            raise LookupError(f"no module {', '.join(lost)}")
        while todo:
            name = todo.pop()
            if name not in found and name not in self._registries:
                found.add(name)
                todo += self._needs(name)
        return frozenset(found)

    def within(self, package: str) -> frozenset[str]:
        """Every module of a package, itself included; of one that is none, itself."""
        return frozenset(name for name in self._files if name == package or name.startswith(f"{package}."))

    def files(self, modules: Iterable[str]) -> list[tuple[str, Path]]:
        """Return the modules' files, and what else their folders hold that is no code and no text for people, in order.

        Each with its name, which is the same on every machine.
        """
        chosen = {self._files[name] for name in modules}
        for folder in {path.parent for path in chosen if path.name == "__init__.py" and path.parent not in self._tops}:
            chosen |= set(_data(folder))
        return sorted((self._told(path), path) for path in chosen)

    @cached_property
    def _tops(self) -> frozenset[Path]:
        return frozenset(self._roots.values())

    def _told(self, path: Path) -> str:
        root = next(root for root, folder in self._roots.items() if path.is_relative_to(folder))
        return f"{root}/{path.relative_to(self._roots[root]).as_posix()}"

    def _needs(self, name: str) -> frozenset[str]:
        if name not in self._imports:
            tree = ast.parse(self._files[name].read_bytes())
            named = (one for node in ast.walk(tree) for one in self._named(name, node))
            self._imports[name] = frozenset(named) | frozenset(self._above(name))
        return self._imports[name]

    def _above(self, name: str) -> Iterator[str]:
        """Yield the packages that a module is in: their code runs first."""
        while "." in name:
            name = name.rpartition(".")[0]
            if name in self._files:
                yield name

    def _named(self, where: str, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in self._files)
        elif isinstance(node, ast.ImportFrom):
            module = self._absolute(where, node)
            for name in node.names:
                yield from self._imported(module, name.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = _DOTTED.fullmatch(node.value)
            if said and said[1] in self._files:
                yield said[1]

    def _absolute(self, where: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        inside = self._files[where].name == "__init__.py"
        parts = where.split(".")
        parts = parts[: len(parts) - node.level + inside]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _imported(self, module: str, name: str) -> Iterator[str]:
        """Where `from module import name` leads: a module, or what a registry hands on from another one."""
        if f"{module}.{name}" in self._files:
            yield f"{module}.{name}"
        elif module in self._registries:
            yield from self._handed_on(module, name)
        elif module in self._files:
            yield module

    def _handed_on(self, registry: str, name: str) -> Iterator[str]:
        for node in ast.walk(ast.parse(self._files[registry].read_bytes())):
            if isinstance(node, ast.ImportFrom) and name in {one.asname or one.name for one in node.names}:
                yield from self._imported(self._absolute(registry, node), name)


@cache
def assigns(file: Path, name: str) -> bool:
    """Whether a module makes this name itself, at top level, rather than having it from another one."""
    tree = ast.parse(file.read_bytes())
    made = (t for node in tree.body for t in getattr(node, "targets", [getattr(node, "target", None)]))
    return any(isinstance(target, ast.Name) and target.id == name for target in made)


def _modules(package: str, folder: Path) -> Iterator[tuple[str, Path]]:
    if folder.is_file():
        yield package, folder
    elif (folder / "__init__.py").is_file():
        yield from _packaged(package, folder)


def _packaged(package: str, folder: Path) -> Iterator[tuple[str, Path]]:
    yield package, folder / "__init__.py"
    for path in folder.iterdir():
        if path.is_dir():
            yield from _modules(f"{package}.{path.name}", path)
        elif path.suffix == ".py" and path.stem != "__init__":
            yield f"{package}.{path.stem}", path


def _data(folder: Path) -> Iterator[Path]:
    """Yield what a package has beside its code, in folders that are no packages too."""
    for path in folder.iterdir():
        if path.is_dir():
            if path.name != "__pycache__" and not (path / "__init__.py").is_file():
                yield from _all(path)
        elif path.suffix not in (".py", ".pyc", ".md"):
            yield path


def _all(folder: Path) -> Iterator[Path]:
    yield from (p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".pyc", ".md"))
