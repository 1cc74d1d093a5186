"""What the learner's exams came to, and what to take next."""

import contextlib
from typing import TYPE_CHECKING, Any

from labs.base.errors import LabError

if TYPE_CHECKING:
    from labs.overview.record import Record
    from labs.progress.store import Attempt


def attempts() -> "list[Attempt]":
    """Every exam of the learner's own, the latest first. Raises `LabError` where progress cannot be read."""
    from labs.progress.store import Store

    return Store().attempts()


def export_progress() -> dict[str, Any]:
    """All that progress has, as plain data. Raises `LabError` where it cannot be read."""
    from labs.progress.store import Store

    return Store().export()


def learner_record() -> "Record":
    """Return the exams, what they come to by skill and level, and what to take next. Raises `LabError` as above."""
    from labs.overview.items import library_overview
    from labs.overview.record import record
    from labs.overview.upnext import order
    from labs.progress.store import Store

    return record(library_overview(), Store().attempts(), order())


def next_command() -> str:
    """Return the command that takes what is next, and why that.

    Empty where all is passed, or where it cannot be said.
    """
    from labs.overview.upnext import said

    with contextlib.suppress(LabError):
        return said()
    return ""
