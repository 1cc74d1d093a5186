"""Where fdelab keeps its own files on this machine, for all worlds of one user."""

import os
from pathlib import Path

import platformdirs


def folder() -> Path:
    """`$FDELAB_STATE`, wherever this process stands, else the user's own; it may not exist yet."""
    given = os.environ.get("FDELAB_STATE")
    return Path(given).expanduser().resolve() if given else Path(platformdirs.user_state_dir("fdelab", False))
