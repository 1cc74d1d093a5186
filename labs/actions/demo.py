"""A broken and a repaired deployment, examined side by side on the same day."""

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted

if TYPE_CHECKING:
    from grader.report import Report
    from labs.exam.run import ExamRequest, ExamRun
    from labs.library.catalogue import Entry
    from simulator.protocol.events import Event

DEMO = "promise-dates"
USES = ("untouched", "reference")
SEED = 1
TellOfUse = Callable[[str, "Event"], None]
"""Takes the deployment's name, and an event of its world."""


@dataclass(frozen=True)
class DemoRequest:
    """How to show it."""

    entry: "Entry"
    runtime: str | None = None
    """Left out: `auto`."""


@dataclass(frozen=True)
class DemoSide:
    """One of the two exams."""

    use: str
    report: "Report"
    evidence: Path


def demo_entry() -> "Entry":
    """Return the scenario that is shown. Raises `UsageProblem` where it is gone or broken."""
    from labs.library.catalogue import find

    return find(DEMO, lint=True)


def demo(request: DemoRequest, tell: TellOfUse, cancel: CancelToken | None = None) -> tuple[DemoSide, DemoSide]:
    """Hold both exams with the same seed, judge them, and write their reports beside their evidence.

    Raises `CouldNotJudge` where one leaves no evidence, `LabError` where a report cannot be written, and `Interrupted`
    once `cancel` is gone.
    """
    from labs.exam.judging import judge
    from labs.exam.reports import write
    from labs.exam.run import ExamRequest

    runtime = request.runtime or "auto"
    orders = {use: ExamRequest(request.entry, use, runtime=runtime, seed=SEED) for use in USES}
    held = _side_by_side(orders, tell, cancel or CancelToken())
    sides = [DemoSide(use, judge(one.evidence), one.evidence) for use, one in held.items()]
    for side in sides:
        write(side.report, ("text",), side.evidence)
    return sides[0], sides[1]


def _side_by_side(orders: "dict[str, ExamRequest]", tell: TellOfUse, cancel: CancelToken) -> "dict[str, ExamRun]":
    from labs.exam.run import run_exam

    with ThreadPoolExecutor(len(orders)) as pool:

        def one(use: str) -> "ExamRun":
            return run_exam(orders[use], lambda event: tell(use, event), cancel)

        futures = {use: pool.submit(one, use) for use in orders}
        try:
            wait(futures.values(), return_when=FIRST_EXCEPTION)
        finally:
            if not all(future.done() for future in futures.values()):
                cancel.cancel()
        failures = [error for future in futures.values() if (error := future.exception())]
        # The other one was only interrupted because of the one that failed.
        for error in sorted(failures, key=lambda error: isinstance(error, Interrupted)):
            raise error
        return {use: future.result() for use, future in futures.items()}
