"""Small things done to files that the standard library leaves to its callers."""

import os
import shutil
from pathlib import Path

from labs.base.errors import UsageProblem


def must_be_new(folder: Path) -> None:
    """Raise `UsageProblem` unless nothing is there, or an empty folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(f"{folder} is there, and not empty", "choose a folder that is new")


def remove_tree(folder: Path) -> None:
    """Remove a folder with all below it, also where it was made read-only; no error when it is not there."""
    if not folder.exists():
        return
    for place, _, _ in os.walk(folder):
        Path(place).chmod(0o700)
    shutil.rmtree(folder)


def make_read_only(folder: Path) -> None:
    """Take the right to write from a folder and all below it."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            (Path(place) / name).chmod(0o444)
        Path(place).chmod(0o555)
