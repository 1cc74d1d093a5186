"""Keepers that live on this machine, found by what they are: whoever started them, under whatever home.

A state folder knows its own worlds. What a learner started with `sudo`, from cron or under another home, is in another
state folder; the command line of a keeper names the folder of its world, and the system says whose process it is.
"""

import contextlib
import os
import shlex
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from labs.world import client

_MODULE = "simulator.world"
_END = 30.0


@dataclass(frozen=True)
class Keeper:
    """A living keeper."""

    pid: int
    folder: Path
    """Its world's, below the state folder that it belongs to."""
    user: str
    """Who runs it."""
    mine: bool
    """Whether this process may end it, and read what it wrote."""

    @property
    def session(self) -> str:
        return self.folder.name

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.folder.parent.parent

    def told(self) -> str:
        """Whose world it is, as a person reads it."""
        return f"world {self.session} of {self.user} (process {self.pid}, state folder {self.state})"

    def remedy(self) -> str:
        """Return what ends it."""
        own = f"fdelab stop {self.session}"
        return f"{own} ends it" if self.mine else f"that user ends it: sudo -u {shlex.quote(self.user)} {own}"

    def facts(self) -> dict[str, Any]:
        """Return the same for a program."""
        return {"session": self.session, "user": self.user, "pid": self.pid, "state": str(self.state)}

    def owns_folder(self) -> bool:
        """Whether the folder is its own user's, and not one that it only names."""
        with contextlib.suppress(OSError, psutil.Error):
            return self.folder.stat().st_uid == psutil.Process(self.pid).uids().real
        return False

    def end(self) -> None:
        """End it as a signal does: it takes its world down. For one whose folder is gone."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            process.terminate()
            try:
                process.wait(_END)
            except psutil.TimeoutExpired:
                process.kill()


def living() -> list[Keeper]:
    """All of this machine, as far as its processes can be seen from here."""
    return sorted(_living(), key=lambda keeper: (str(keeper.folder), keeper.pid))


def elsewhere() -> list[Keeper]:
    """Return the living ones of other state folders, and those whose world's folder was removed under them."""
    ours = {world.folder for world in client.living()}
    return [one for one in living() if one.folder not in ours]


def _living() -> Iterator[Keeper]:
    me = os.geteuid()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            words = process.cmdline()
            if len(words) != 4 or words[1:3] != ["-m", _MODULE] or not Path(words[3]).is_absolute():
                continue
            owner = process.uids().real
            user = _name(process, owner)
            yield Keeper(process.pid, Path(words[3]), user, me in (0, owner))


def _name(process: psutil.Process, owner: int) -> str:
    try:
        return process.username()
    except (psutil.Error, KeyError):
        return f"user {owner}"


def host() -> str:
    """Return what this machine, or this container, is called."""
    return socket.gethostname()
