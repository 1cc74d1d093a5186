"""The words of a judgement, and the exit codes that they end in."""

from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """Of one check."""

    PASS = "pass"  # noqa: S105  # a verdict, no password
    FAIL = "fail"
    ERROR = "error"
    """It, or what it needs, could not be observed: ours, never the learner's."""
    SKIPPED = "skipped"
    """A check that it needs failed, so it says nothing; it earns nothing."""
    WAITING = "waiting"
    """Live only: a phase that it looks at is not over yet."""


class Result(StrEnum):
    """Of a whole report."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    """It could not be judged: ours, never the learner's."""
    WAITING = "waiting"
    """Live only: a check still waits."""


class ExitCode(IntEnum):
    """How every command of fdelab ends."""

    PASSED = 0
    NOT_PASSED = 1
    USAGE = 2
    """The command, the scenario or the submission is invalid."""
    NOT_JUDGED = 3
    """Something of ours, or of the machine, kept us from judging."""
    INTERRUPTED = 130

    @classmethod
    def of(cls, result: Result) -> "ExitCode":
        """What a command that ends in this result exits with."""
        codes = {Result.PASSED: cls.PASSED, Result.ERROR: cls.NOT_JUDGED}
        return codes.get(result, cls.NOT_PASSED)
