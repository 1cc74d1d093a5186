"""Where fdelab keeps its files on this machine."""

from pathlib import Path

import scenarios
from simulator.state import folder

MARK = ".fdelab"
"""Folder within an engagement's that makes it one."""


def state() -> Path:
    """Return the state folder, which worlds share with us; it may not exist yet."""
    return folder()


def worlds() -> Path:
    """One folder for each live world, by session."""
    return state() / "worlds"


def exams() -> Path:
    """Evidence of exams that were given no folder of their own."""
    return state() / "exams"


def crashes() -> Path:
    """Tracebacks of our own failures."""
    return state() / "crashes"


def library() -> Path:
    """Return the scenarios that ship with fdelab."""
    return Path(scenarios.__file__).parent / "library"


def curriculum() -> Path:
    """Goals, syllabus and pages that ship with fdelab, beside its packages."""
    return Path(scenarios.__file__).parents[1] / "curriculum"
