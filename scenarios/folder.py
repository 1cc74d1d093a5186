"""Examine a scenario's folder before anything in it is read: it may come from a stranger.

A scenario consists of regular files of bounded size and number. No link is followed, and nothing blocks.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from scenarios import regular
from scenarios.problems import Problem

SCENARIO = "scenario.yaml"
BRIEFING, DEBRIEF = "briefing.md", "debrief.md"
CALIBRATION = "calibration.json"
INCIDENT = "incident.tar.gz"
INCIDENTS = (INCIDENT, "incident-2.tar.gz", "incident-3.tar.gz")
"""As many a scenario may have; the first is of the workspace as it is handed over."""
BRIEF = "brief.yaml"
"""In a workspace, beside the code: what the learner tells the customer."""

TEXT = 2**20
"""Most bytes of a file that is read as text: briefing, debrief, calibration."""
FILE, TOTAL, FILES, DEPTH = 32 * 2**20, 128 * 2**20, 5_000, 24
"""Most bytes of one file and of all together, most files and folders, and most levels of folders."""
SHORTCUTS = 40
UNPACKED = 256 * 2**20
"""Most bytes of an unpacked incident."""
JUNK = frozenset({"__pycache__", ".git", ".venv", ".DS_Store", ".pytest_cache", ".mypy_cache", ".ruff_cache"})
"""Names that belong to no scenario, at any depth."""

_PAGES = (SCENARIO, BRIEFING, DEBRIEF, "guide.yaml", "equivalent.yaml", "people.yaml", CALIBRATION)
_LARGEST = {**dict.fromkeys(_PAGES, TEXT), **dict.fromkeys(INCIDENTS, FILE)}
_FOLDERS = ("site", "business", "workspace", "solution", "solution-alt", "shortcuts", "incidents")
_LINK = "put the file itself here"
_BLOCK = 2**20


def problems(folder: Path) -> list[Problem]:
    """Return why the folder is unfit to be read; it looks only at names and sizes, and stops at the limits."""
    found = [problem for name, most in _LARGEST.items() if (problem := _wrong(folder / name, most)) is not None]
    found += _within(folder)
    places = folder / "shortcuts"
    if not found and places.is_dir() and sum(1 for _ in places.iterdir()) > SHORTCUTS:
        found.append(_problem(places, f"holds more than {SHORTCUTS} shortcuts"))
    return found


def link(file: Path) -> list[Problem]:
    """Return a problem when the scenario file is a link."""
    return [_problem(file, "is a symbolic link", _LINK)] if file.is_symlink() else []


def bombs(folder: Path) -> list[Problem]:
    """Return what is wrong with packed incidents, found by unpacking them without keeping anything."""
    found = [_bomb(folder / name) for name in INCIDENTS if (folder / name).is_file()]
    return [problem for problem in found if problem is not None]


def _bomb(archive: Path) -> Problem | None:
    size = 0
    try:
        with gzip.open(archive) as packed:
            while block := packed.read(_BLOCK):
                size += len(block)
                if size > UNPACKED:
                    return _problem(archive, f"unpacks to more than {UNPACKED // 2**20} MiB")
    except (OSError, EOFError, zlib.error) as error:
        return _problem(archive, f"cannot be unpacked: {error}", "delete it; `fdelab scenario verify` makes another")
    return None


def text(file: Path) -> str:
    """Return the text of a page beside the scenario file.

    Raises `OSError` when it is no regular file of bounded size.
    """
    return regular.read(file, TEXT).decode("utf-8-sig", errors="replace")


def _within(folder: Path) -> list[Problem]:
    """Return the first few problems below the scenario's folders, and those of number, size and depth."""
    found: list[Problem] = []
    total = 0
    for count, (path, status, depth) in enumerate(_walk(folder), start=1):
        if (problem := _unfit(path, status, FILE)) is not None:
            found.append(problem)
            continue
        total += status.st_size
        if count > FILES:
            return [*found, _problem(folder, f"holds more than {FILES:,} files and folders", "keep data out of it")]
        if total > TOTAL:
            return [*found, _problem(folder, f"holds more than {TOTAL // 2**20} MiB", "keep data out of it")]
        if depth > DEPTH:
            return [*found, _problem(path, f"lies more than {DEPTH} folders deep")]
    return found


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result, int]]:
    """Yield everything below the scenario's folders, and the folders themselves, with their depth; follow no link."""
    waiting = [(folder / name, 1) for name in reversed(_FOLDERS)]
    while waiting:
        path, depth = waiting.pop()
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        yield path, status, depth
        if stat.S_ISDIR(status.st_mode):
            with os.scandir(path) as entries:
                names = sorted((e.name for e in entries if e.name not in JUNK), reverse=True)
            waiting += [(path / name, depth + 1) for name in names]


def _wrong(path: Path, most: int) -> Problem | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return _problem(path, "is a folder, not a file") if stat.S_ISDIR(status.st_mode) else _unfit(path, status, most)


def _unfit(path: Path, status: os.stat_result, most: int) -> Problem | None:
    if stat.S_ISLNK(status.st_mode):
        return _problem(path, "is a symbolic link", _LINK)
    if not path.name.isprintable():
        return _problem(path, f"{path.name!r} is no printable file name", "rename it")
    if stat.S_ISDIR(status.st_mode):
        return None
    if not stat.S_ISREG(status.st_mode):
        return _problem(path, "is not a regular file", "remove it")
    if status.st_size > most:
        return _problem(path, f"is larger than {most / 2**20:g} MiB")
    return None


def _problem(path: Path, message: str, suggestion: str | None = None) -> Problem:
    return Problem(str(path), None, None, message, suggestion)
