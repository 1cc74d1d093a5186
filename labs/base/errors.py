"""What can go wrong for a person at a terminal: one line what it is, one line what to do.

    LabError
    ├── UsageProblem            exit 2: asked for what is not there
    │   ├── ScenarioProblems    exit 2: the scenario's files have problems, rendered one by one
    │   └── SubmissionInvalid   exit 2: the learner's folder cannot be taken
    ├── CouldNotJudge           exit 3: ours, never the learner's
    └── Interrupted             exit 130

The codes are the grader's; `labs.cli.main` turns these into words on stderr.
"""

from pathlib import Path

from grader.verdict import ExitCode
from simulator import room

__all__ = [
    "MAKE_ROOM", "CouldNotJudge", "ExitCode", "Interrupted", "LabError", "ScenarioProblems", "SubmissionInvalid",
    "UsageProblem", "disk_full", "no_room",
]  # fmt: skip


class LabError(Exception):
    """Shown as it is, without a traceback: `what` is wrong, and `remedy`, what to do about it."""

    code = ExitCode.NOT_JUDGED

    def __init__(self, what: str, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class UsageProblem(LabError):
    """Asked for something that does not exist or cannot be."""

    code = ExitCode.USAGE


class ScenarioProblems(UsageProblem):
    """The scenario's files have problems; `what` is all of them, rendered with their places."""


class SubmissionInvalid(UsageProblem):
    """The learner's folder cannot be taken as a submission."""


class CouldNotJudge(LabError):
    """The world or the engine failed: nothing is known of the submission."""


class Interrupted(LabError):
    """Somebody stopped it; everything of it was taken down."""

    code = ExitCode.INTERRUPTED


def disk_full(error: Exception) -> CouldNotJudge | None:
    """Return what to say of an error that comes of a full disk, or of a used-up quota; None where it does not."""
    if not room.caused(error):
        return None
    # Of a copy, the second is where it was to go.
    place = getattr(error, "filename2", None) or getattr(error, "filename", None)
    where = f" ({place})" if place else ""
    return CouldNotJudge(f"the disk is full{where}", MAKE_ROOM)


def no_room(folder: Path) -> CouldNotJudge | None:
    """Return what there is to say of a world that ended without a word, where the disk with its `folder` is full."""
    if not room.short(folder):
        return None
    return CouldNotJudge(f"the disk is full: there is no room for what happens in the world, in {folder}", MAKE_ROOM)


MAKE_ROOM = (
    "make room there, or set FDELAB_STATE to a folder on another disk, and try again: `fdelab gc` removes what dead "
    "worlds left, `fdelab doctor` says what is free"
)
"""What to do about a full disk."""
