"""The words for verdicts and results, and the exit codes of commands."""

from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """The verdict on one check."""

    PASS = "pass"  # noqa: S105  # a verdict, no password
    FAIL = "fail"
    ERROR = "error"
    """The check, or one that it needs, could not be observed; never the learner's fault."""
    SKIPPED = "skipped"
    """A check that it needs failed, so it says nothing and earns nothing."""
    WAITING = "waiting"
    """Live only: a phase that the check looks at has not ended yet."""


class Result(StrEnum):
    """The result of a whole report."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    """It could not be judged; never the learner's fault."""
    WAITING = "waiting"
    """Live only: a check still waits."""


class ExitCode(IntEnum):
    """The exit code of every fdelab command."""

    PASSED = 0
    NOT_PASSED = 1
    USAGE = 2
    """The command, the scenario or the submission is invalid."""
    NOT_JUDGED = 3
    """The world or the machine failed, so that nothing could be judged."""
    INTERRUPTED = 130

    @classmethod
    def of(cls, result: Result) -> "ExitCode":
        """Return the exit code of a command that has this result."""
        codes = {Result.PASSED: cls.PASSED, Result.ERROR: cls.NOT_JUDGED}
        return codes.get(result, cls.NOT_PASSED)
