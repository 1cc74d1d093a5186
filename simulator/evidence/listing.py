"""The files that are evidence of a lap, as the run listed them when it ended: no other file is trusted."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from scenarios.folder import BRIEF, INCIDENT
from simulator.evidence.errors import EvidenceTorn

FOLDER = "examiner"
"""Folder within a lap's, of what only the examiner knows."""
HANDED_IN = (BRIEF, INCIDENT)
"""Files beside the tables: the brief, and the incident that it is about."""
_BLOCK = 2**20


class Listed(BaseModel):
    """A file's size and digest when it was listed."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str | None
    """In hex; null when a run of format 1 did not record it: then the file may have grown since."""


def tables(folder: Path) -> dict[str, dict[str, object]]:
    """Return the lap's tables as `run.json` lists them, those of the examiner included. Raises `OSError`."""
    found = (*sorted(folder.glob("*.jsonl")), *sorted(folder.glob(f"{FOLDER}/*.jsonl")))
    return {str(file.relative_to(folder)): listed(file) for file in found}


def listed(file: Path) -> dict[str, object]:
    """Return size and digest of a file, as `run.json` has them. Raises `OSError`."""
    return {"size": file.stat().st_size, "sha256": _digest(file)}


def verify(folder: Path, files: dict[str, Listed], *, whole: bool = True) -> None:
    """Compare a lap's files with its list; unless it is the `whole` list, only those that the customer has.

    Raises `EvidenceTorn` when a file is missing or changed, or was not written by the run.
    """
    for name, known in files.items():
        lost = _lost(folder / name, known)
        if lost is not None:
            raise EvidenceTorn(f"{folder.name}/{name} {lost}")
    # Format 1 listed tables alone, without digests.
    old = bool(files) and all(known.sha256 is None for known in files.values())
    for name in _there(folder, whole=whole):
        if name not in files and not (old and name in HANDED_IN):
            raise EvidenceTorn(f"{folder.name}/{name} was not written by this run: remove it, or grade the original")


def _there(folder: Path, *, whole: bool) -> Iterable[str]:
    places = [folder, *([folder / FOLDER] if whole and (folder / FOLDER).is_dir() else [])]
    found = [file for place in places for file in place.iterdir() if file.name in HANDED_IN or file.suffix == ".jsonl"]
    return sorted(str(file.relative_to(folder)) for file in found)


def _lost(file: Path, known: Listed) -> str | None:
    if file.is_symlink() or (file.exists() and not file.is_file()):
        return "is no regular file"
    if not file.exists():
        return "is missing"
    size = file.stat().st_size
    if size < known.size:
        return f"has {size} bytes of {known.size}"
    if known.sha256 is None:
        return None
    if size > known.size:
        return f"has {size} bytes, and had {known.size} when the run was over"
    return None if _digest(file) == known.sha256 else "is not what it was when the run was over: its digest differs"


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
