"""The deployments that ship with a scenario, and the library's folders.

untouched        workspace/
reference        workspace/ with solution/ laid over it
alternative      workspace/ with solution-alt/ laid over it, where there is one
shortcut:<name>  another variant with shortcuts/<name>/: its files/, then the edits of its shortcut.yaml
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scenarios.folder import BRIEF, SCENARIO
from scenarios.folder import JUNK as _JUNK
from scenarios.problems import Problem, ScenarioInvalid, UnknownScenario, did_you_mean, ordered, shown
from scenarios.shape import load_model
from scenarios.tree import Node

SHORTCUT = "shortcut.yaml"
TRAP = "trap.yaml"
"""What a report says of whoever behaves as a shortcut; it is words alone, so what was proven stays true."""
LIBRARY = Path(__file__).parent / "library"
TEMPLATE = Path(__file__).parent / "template"
"""A small complete scenario that new ones start from."""

_OVERLAYS = {"untouched": None, "reference": "solution", "alternative": "solution-alt"}
_DEFINING = (SCENARIO, "briefing.md", "site", "workspace", "solution", "solution-alt", "shortcuts")


_EDITABLE = 2**20
"""Most bytes of a file that edits can change."""


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Edit(_Block):
    """A change to one file of the variant below."""

    file: str
    """Path relative to the workspace."""
    find: str = Field(min_length=1)
    """Text that occurs exactly once in the file."""
    replace: str


class Shortcut(_Block):
    """A tempting wrong fix that ships with a scenario and must not pass."""

    over: Literal["untouched", "reference", "alternative"] = "untouched"
    """The variant that it changes."""
    says: str
    """Why a customer would reject it."""
    fails: list[str] = Field(min_length=1)
    """Checks that must fail with it."""
    edits: list[Edit] = Field(default=[], max_length=50)


class Trap(_Block):
    """Why a shortcut tempts; why it is wrong is what the shortcut `says`."""

    behaves: str = Field(min_length=1, max_length=200)
    """What it does, as the rest of a sentence: `stock is remembered for ever`."""
    tempts: str = Field(min_length=1, max_length=200)
    """Why it looks right, as the rest of a sentence that ends in `because`."""


@dataclass(frozen=True)
class Variant:
    """One deployment: folders laid over each other, where later ones win, and then edits."""

    name: str
    layers: tuple[Path, ...]
    shortcut: Shortcut | None = None
    trap: Trap | None = None
    file: Path | None = None
    """The shortcut's own file."""
    tree: Node | None = None
    """Where everything in that file is written."""


def variants(folder: Path) -> dict[str, Variant]:
    """Return all variants by name, `untouched` first.

    Raises `ScenarioInvalid` with the problems of every shortcut file.
    """
    found = {
        name: Variant(name, tuple(folder / part for part in ("workspace", overlay) if part))
        for name, overlay in _OVERLAYS.items()
        if overlay is None or (folder / overlay).is_dir()
    }
    problems: list[Problem] = []
    for place in _folders(folder / "shortcuts"):
        try:
            variant = _shortcut(place, found)
        except ScenarioInvalid as invalid:
            problems += invalid.problems
        else:
            found[variant.name] = variant
    if problems:
        raise ScenarioInvalid(problems)
    return found


def _shortcut(place: Path, found: dict[str, Variant]) -> Variant:
    file = place / SHORTCUT
    shortcut, tree = load_model(Shortcut, file)
    if shortcut.over not in found:
        raise ScenarioInvalid([
            Problem(str(file), *tree.place(("over",)), f"this scenario has no {shortcut.over!r} variant",
                    did_you_mean(shortcut.over, [n for n in found if n in _OVERLAYS]))
        ])  # fmt: skip
    layers = found[shortcut.over].layers + tuple(p for p in (place / "files",) if p.is_dir())
    trap = load_model(Trap, place / TRAP)[0] if (place / TRAP).is_file() else None
    return Variant(f"shortcut:{place.name}", layers, shortcut, trap, file, tree)


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(p for p in root.iterdir() if p.is_dir() and p.name not in _JUNK and not p.name.startswith("."))


def files(root: Path) -> Iterator[Path]:
    """Yield the files below `root` that belong to a scenario, sorted, relative to it; links are not followed."""
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _JUNK)
        linked = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in sorted([*names, *linked]):
            if name not in _JUNK and not name.endswith(".pyc"):
                yield (Path(parent) / name).relative_to(root)


def contents(variant: Variant) -> dict[PurePosixPath, Path]:
    """Return the file of a layer that each path of the variant comes from."""
    return {PurePosixPath(path.as_posix()): layer / path for layer in variant.layers for path in files(layer)}


def edited(variant: Variant) -> tuple[dict[PurePosixPath, bytes], list[Problem]]:
    """Return the new contents of the files that the variant's edits change, and the problems of the edits."""
    originals = contents(variant)
    changed: dict[PurePosixPath, bytes] = {}
    problems: list[Problem] = []
    for index, edit in enumerate(variant.shortcut.edits if variant.shortcut else ()):
        path = PurePosixPath(edit.file)
        if path not in originals:
            hint = did_you_mean(edit.file, map(str, originals))
            problems.append(_edit_problem(variant, index, "file", f"no file {shown(edit.file)} to edit", hint))
            continue
        data = changed[path] if path in changed else originals[path].read_bytes()
        if len(data) > _EDITABLE:
            said = f"{shown(edit.file)} is too large to be edited"
            problems.append(_edit_problem(variant, index, "file", said, "put the whole file into files/"))
            continue
        times = data.count(edit.find.encode())
        if times == 1:
            changed[path] = data.replace(edit.find.encode(), edit.replace.encode())
        else:
            said = f"occurs {times} times in {edit.file}" if times else f"does not occur in {edit.file}"
            problems.append(_edit_problem(variant, index, "find", said, "it must occur exactly once"))
    return changed, problems


def _edit_problem(variant: Variant, index: int, key: str, message: str, suggestion: str | None) -> Problem:
    line, column = variant.tree.place(("edits", index, key)) if variant.tree else (None, None)
    return Problem(str(variant.file), line, column, message, suggestion)


def materialise(folder: Path, name: str, target: Path) -> Path:
    """Write the variant `name` of the scenario in `folder` into `target`, which is new or empty, and return it.

    Raises `KeyError` for a variant that the scenario does not have, `ScenarioInvalid` for files that do not fit,
    `FileExistsError` when something is in the way.
    """
    known = variants(folder)
    if name not in known:
        raise KeyError(f"no variant {name!r}; {did_you_mean(name, known)}")
    sources = contents(known[name])
    links = [Problem(str(p), None, None, "is a symbolic link: put the file itself here") for p in sources.values()
             if p.is_symlink()]  # fmt: skip
    changed, problems = edited(known[name])
    if links or problems:
        raise ScenarioInvalid([*links, *problems])
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    for path, source in sources.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        # A library may be installed read-only; what is made of it is for changing.
        place.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
        if path in changed:
            place.write_bytes(changed[path])
    return target


def content_hash(folder: Path) -> str:
    """Return the SHA-256, in hex, of all files that define what an exam plays and what its money is worth.

    What was measured of it does not count, nor does the brief: it is about an incident that has been, and lint holds
    the solutions' briefs against that.
    """
    digest = hashlib.sha256()
    for part in _DEFINING:
        root = folder / part
        for path in [Path()] if root.is_file() else _defining(part, root):
            data = (root / path).read_bytes() if (root / path).is_file() else b""
            data = _without_brief(data) if part == SCENARIO else data
            name = (Path(part) / path).as_posix().encode()
            digest.update(b"%d:%s%d:" % (len(name), name, len(data)) + data)
    return digest.hexdigest()


def _defining(part: str, root: Path) -> Iterator[Path]:
    """Yield the files below a part of a scenario's folder, without briefs, and what is only said of its shortcuts."""
    return (p for p in files(root) if p.name != BRIEF and (part != "shortcuts" or p.parts[1:] != (TRAP,)))


def _without_brief(text: bytes) -> bytes:
    """Return a scenario's file without its block `brief`."""
    kept, inside = [], False
    for line in text.splitlines(keepends=True):
        if line[:1] not in b" \t#\r\n":
            inside = line.startswith(b"brief:")
        if not inside:
            kept.append(line)
    return b"".join(kept)


def slugs(root: Path = LIBRARY) -> dict[str, Path]:
    """Return the scenario folders below `root` by name, sorted."""
    return {place.name: place for place in _folders(root) if (place / SCENARIO).is_file()}


def find(name: str | Path, root: Path = LIBRARY) -> Path:
    """Return the folder of a scenario given by slug, folder or file. Raises `UnknownScenario`.

    A name in the library means the library's scenario, even if the current folder has one of that name; a `Path`, or
    text with a separator such as `./promise-dates`, means a place on the disk.
    """
    known = slugs(root)
    text = str(name)
    if isinstance(name, str) and name in known:
        return known[name]
    place = Path(name)
    if place.name == SCENARIO and place.is_file():
        return place.parent
    if (place / SCENARIO).is_file():
        return place
    if place.is_dir():
        raise UnknownScenario(f"no {SCENARIO} in {text}")
    hint = did_you_mean(text, known)
    raise UnknownScenario(f"there is no {text!r} in the library" + (f"; {hint}" if hint else ""))


def variant_problems(folder: Path) -> tuple[Problem, ...]:
    """Return everything that is wrong with the variants' files: shortcut files, edits, links."""
    try:
        known = variants(folder)
    except ScenarioInvalid as invalid:
        return invalid.problems
    problems = [p for variant in known.values() for p in edited(variant)[1]]
    problems += [
        Problem(str(source), None, None, "is a symbolic link: put the file itself here")
        for variant in known.values()
        for source in contents(variant).values()
        if source.is_symlink()
    ]
    return ordered(problems)
