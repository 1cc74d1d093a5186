"""Folders of a world outside its own folder, for a program that runs as a user who may not enter the world's folder.

Their names contain the world's, so that whoever ends the world finds them even if their creator was killed.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scenarios import regular

_PREFIX = "fdelab-"
_OWNER = ".world"
_LONGEST = 4096
"""Most bytes of a path."""


def make(session: str | None = None, world: Path | None = None, within: Path | None = None) -> Path:
    """Return a new, private folder for a world; by default for the one that this process's environment names."""
    session = session or os.environ.get("FDELAB_SESSION", "none")
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{session}-", dir=within))
    (folder / _OWNER).write_text(str(world or os.environ.get("FDELAB_WORLD", "")), "utf-8")
    return folder


def of_worlds(worlds: Path) -> Iterator[tuple[str, Path]]:
    """Yield session and folder of what worlds in folder `worlds` have left.

    Folders of other users than this one, and than the owner of these worlds, are ignored, whatever their names say.
    """
    users = {os.getuid()} | ({worlds.stat().st_uid} if worlds.is_dir() else set())
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        try:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in users:
                continue
            world = Path(regular.read(folder / _OWNER, _LONGEST).decode("utf-8"))
        except (OSError, ValueError):
            continue
        if world.parent == worlds:
            yield world.name, folder


def remove(world: Path) -> None:
    """Remove what the world in folder `world` left."""
    for session, folder in of_worlds(world.parent):
        if session == world.name:
            shutil.rmtree(folder, ignore_errors=True)
