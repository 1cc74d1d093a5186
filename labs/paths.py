"""Where fdelab keeps its files on this machine."""

import os
from pathlib import Path

import platformdirs

import scenarios


def state() -> Path:
    """The state folder: `$FDELAB_STATE`, else the user's own; it may not exist yet."""
    given = os.environ.get("FDELAB_STATE")
    return Path(given).expanduser().resolve() if given else Path(platformdirs.user_state_dir("fdelab", False))


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
    """The scenarios that ship with fdelab."""
    return Path(scenarios.__file__).parent / "library"


def curriculum() -> Path:
    """Goals, syllabus and pages that ship with fdelab, beside its packages."""
    return Path(scenarios.__file__).parents[1] / "curriculum"
