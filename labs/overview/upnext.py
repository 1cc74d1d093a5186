"""What a learner is to take next, wherever it is asked: begun, then by the curriculum, then by level.

Every place that names a next engagement asks here, so that no two of them name different ones.
"""

import shlex
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from labs.base.errors import LabError

if TYPE_CHECKING:
    from labs.overview.record import Suggestion


def order() -> Sequence[str]:
    """Names of engagements in the order in which the curriculum has them; none, where its files cannot be used."""
    from labs.library.curriculum.load import curriculum

    try:
        syllabus = curriculum().syllabus
    except LabError:
        return ()
    modules = chain.from_iterable(track.modules for track in syllabus.tracks.values())
    there = [syllabus.modules[name] for name in modules if name in syllabus.modules]
    return tuple(dict.fromkeys(chain.from_iterable(module.scenarios for module in there)))


def said() -> str:
    """Return the command that takes what is next, and why that; empty where all is passed. Raises as `up_next` does."""
    following = up_next()
    if following is None:
        return ""
    name, folder = following.listed.name, following.listed.folder
    way = f"fdelab start {name} ~/{name}" if folder is None else f"cd {shlex.quote(str(folder))} && fdelab start"
    return f"{way}  ({following.why})"


def up_next() -> "Suggestion | None":
    """Return what to take next, and why; None where all is passed. Raises `LabError` where progress cannot be read."""
    from labs.overview.items import library_overview
    from labs.overview.record import suggestions

    return next(iter(suggestions(library_overview(), order())), None)
