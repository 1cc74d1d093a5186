"""Engagements whose world is up on this machine, and the words for how one ends it."""

import contextlib
import shlex
from collections.abc import Sequence

from labs.base.errors import LabError
from labs.engagement.engagement import Engagement
from labs.progress.store import Store


def running() -> list[Engagement]:
    """Engagements of this learner whose world runs now, the one that was opened last first."""
    found = []
    with contextlib.suppress(LabError):
        for begun in Store().engagements():
            with contextlib.suppress(LabError):
                engagement = Engagement.load(begun.folder)
                if engagement.world() is not None:
                    found.append(engagement)
    return found


def ends(engagements: Sequence[Engagement]) -> str:
    """Return the command that ends their worlds."""
    if len(engagements) == 1:
        return f"cd {shlex.quote(str(engagements[0].folder))} && fdelab stop"
    return "fdelab stop --all"


def runs_on(engagements: Sequence[Engagement]) -> str:
    """One line for whoever has left the app; empty where nothing runs."""
    if not engagements:
        return ""
    names = ", ".join(one.folder.name for one in engagements)
    what = f"the world of {names} runs on" if len(engagements) == 1 else f"worlds run on: {names}"
    return f"{what}; to end {'it' if len(engagements) == 1 else 'them'}: {ends(engagements)}"
