"""The one thing we ask of git: that a learner's workspace starts as a repository with one commit."""

import os
import shutil
import subprocess
from pathlib import Path

from labs.base.errors import LabError

_IDENTITY = ("-c", "user.name=fdelab", "-c", "user.email=fdelab@localhost")
_PLAIN = ("-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null",
          "-c", "core.autocrlf=false")  # fmt: skip


def available() -> bool:
    """Whether there is a git to call."""
    return shutil.which("git") is not None


def first_commit(folder: Path, message: str) -> None:
    """Make `folder` a repository and commit all of it, whatever the user's git configuration says.

    Raises `LabError` with git's own words.
    """
    # Without this, a caller that runs inside a git hook would commit to the wrong repository.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for words in (("init", "-q", "--template="), ("add", "-A", "-f"), ("commit", "-q", "--no-verify", "-m", message)):
        done = subprocess.run(
            ["git", *_PLAIN, *_IDENTITY, *words], cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise LabError(f"git {words[0]} failed: {said[-1] if said else done.returncode}", "look at `fdelab doctor`")
