"""Rules for the deployments that ship with a scenario: they prove it, and a learner could submit each of them."""

import importlib.util
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from scenarios.globs import matches
from scenarios.problems import Problem, ScenarioInvalid, did_you_mean, shown
from scenarios.rules.context import Context
from scenarios.shape import Loc
from scenarios.variants import SHORTCUT, Variant, contents, files, variants

_SERVERS = frozenset({"uvicorn", "gunicorn", "hypercorn", "granian", "daphne"})
"""Programs that are given their application as `module:name`."""
_APP = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):[A-Za-z_]\w*(?:\(\))?")
_PYTHON = re.compile(r"python(?:3(?:\.\d+)?)?")


def _known(context: Context) -> dict[str, Variant]:
    try:
        return variants(context.folder)
    except ScenarioInvalid:
        return {}


def _tell(context: Context, file: Path, at: tuple[int, int] | None, message: str, suggestion: str | None) -> None:
    line, column = at or (None, None)
    context.problems.append(Problem(str(file), line, column, message, suggestion))


def prove_it(context: Context) -> None:
    """Require a good deployment and tempting wrong ones, which prove that the scenario tells them apart."""
    if not (context.folder / "solution").is_dir():
        _tell(context, context.folder, None, "solution/ is missing", "put the repaired files there: they must pass")
    shortcuts = context.folder / "shortcuts"
    if not shortcuts.is_dir() or not any(shortcuts.glob(f"*/{SHORTCUT}")):
        hint = f"write a tempting wrong fix, as shortcuts/NAME/{SHORTCUT}: it must not pass"
        _tell(context, context.folder, None, "shortcuts/ is missing", hint)


def change_something(context: Context) -> None:
    """Require that a solution differs from the workspace, and a shortcut from the deployment below it."""
    known = _known(context)
    for variant in known.values():
        if variant.name == "untouched":
            continue
        below = known[variant.shortcut.over if variant.shortcut else "untouched"]
        for index, edit in enumerate(variant.shortcut.edits if variant.shortcut else ()):
            if edit.find == edit.replace and variant.file and variant.tree:
                at = variant.tree.place(("edits", index, "replace"))
                _tell(context, variant.file, at, "replaces a text by itself", "write what the shortcut does instead")
        if any(True for _ in _changes(variant, below)):
            continue
        if variant.file and variant.tree:
            hint = "give it edits, or files in files/"
            _tell(context, variant.file, (1, 1), f"this shortcut changes nothing of {below.name!r}", hint)
        else:
            hint = "put the repaired files there"
            _tell(context, variant.layers[-1], None, "changes nothing of the workspace", hint)


def _changes(variant: Variant, below: Variant) -> Iterator[tuple[PurePosixPath, Path, int | None]]:
    """Yield (path, file, index of the edit or None) of each difference from the deployment below."""
    mine, theirs = contents(variant), contents(below)
    for path, file in mine.items():
        if path not in theirs or (theirs[path] != file and not _same(file, theirs[path])):
            yield path, file, None
    for index, edit in enumerate(variant.shortcut.edits if variant.shortcut else ()):
        if edit.find != edit.replace and variant.file:
            yield PurePosixPath(edit.file), variant.file, index


def _same(one: Path, other: Path) -> bool:
    plain = all(path.is_file() and not path.is_symlink() for path in (one, other))
    return plain and one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def can_be_submitted(context: Context) -> None:
    """Require that a deployment changes only editable files, or it could be proven and not submitted."""
    known, editable = _known(context), context.scenario.deployment.editable
    if context.tree.echoes(("deployment", "editable")) or "untouched" not in known:
        return
    told: set[Path] = set()
    for variant in known.values():
        below = known[variant.shortcut.over if variant.shortcut else "untouched"]
        for path, file, index in _changes(variant, below):
            if matches(str(path), editable) or (file in told and index is None):
                continue
            told.add(file)
            message = f"{path} is not editable, so no learner can submit this"
            hint = f"add {str(path)!r} to `editable`, or leave the file as the workspace has it"
            at = variant.tree.place(("edits", index, "file")) if variant.tree and index is not None else None
            _tell(context, file, at, message, hint)


def commands_find_their_files(context: Context) -> None:
    """Require that workspace files named by a service's command exist."""
    workspace = context.folder / "workspace"
    there = [path.as_posix() for path in files(workspace)]
    if not there:
        return
    for name, service in context.scenario.deployment.services.items():
        for index, wanted in _wanted(service.command):
            if not any(one in there for one in wanted):
                loc: Loc = ("deployment", "services", name, "command", index)
                hint = did_you_mean(wanted[0], there)
                context.problem(loc, f"there is no file {' or '.join(map(shown, wanted))} in workspace/", hint)


def _wanted(command: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield (index in the command, files of which it needs one), as far as the command shows."""
    program = PurePosixPath(command[0]).name
    if "/" in command[0] and not command[0].startswith("/"):
        yield 0, [PurePosixPath(command[0]).as_posix()]
    rest = list(enumerate(command))[1:]
    if _PYTHON.fullmatch(program):
        index, word = next(((i, w) for i, w in rest if not w.startswith("-") or w in ("-m", "-c")), (0, "-c"))
        if word == "-m" and index + 1 < len(command):
            program, rest = command[index + 1], rest[index + 1 :]
            if program not in _SERVERS and not _installed(program):
                yield index + 1, _module(program, "", "__main__.py")
        elif word.endswith(".py") and not word.startswith("/"):
            yield index, [PurePosixPath(word).as_posix()]
    if program in _SERVERS:
        yield from _application(command, [index for index, _ in rest])


def _application(command: Sequence[str], rest: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield the same for a server's application; a word after an option may be that option's value."""
    folder = next((command[i + 1] for i in rest if command[i] == "--app-dir" and i + 1 < len(command)), "")
    found = [(index, named[1]) for index in rest if (named := _APP.fullmatch(command[index]))]
    free = [one for one in found if not command[one[0] - 1].startswith("-")]
    for index, name in (free or found)[:1]:
        if not _installed(name):
            yield index, _module(name, folder, "__init__.py")


def _module(name: str, folder: str, package: str) -> list[str]:
    place = PurePosixPath(folder, *name.split("."))
    return [f"{place}.py", f"{place}/{package}"]


def _installed(module: str) -> bool:
    """Whether a module belongs to a library, and so is no file of the workspace."""
    top = module.partition(".")[0]
    try:
        found = importlib.util.find_spec(top) if top.isidentifier() else None
        return found is not None and found.origin is not None
    except (ImportError, ValueError):
        return False
