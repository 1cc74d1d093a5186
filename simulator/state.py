"""The folder in which fdelab keeps its own files on this machine, for all worlds of one user."""

import os
from pathlib import Path


def folder() -> Path:
    """Return the absolute path in `$FDELAB_STATE`, or else the user's default; it may not exist yet."""
    if given := os.environ.get("FDELAB_STATE"):
        return Path(given).expanduser().resolve()
    # Late: the processes of a world are told, and have no use for it.
    import platformdirs

    return Path(platformdirs.user_state_dir("fdelab", False))
