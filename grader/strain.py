"""What a machine with too little left for the world means for a judgement.

A deployment that had to wait for a core looks slow. How long work takes on the machine is told by the field, which runs
beside the deployment and does the same in every exam. A scenario knows on how strained a machine its correct
deployments were still seen to pass; beyond that, failing says nothing. Passing does.
"""

from grader.case import Case
from simulator.evidence.run import Run

ENDURED = 8.0
"""Times as long as alone that work may take where nobody has measured more. Correct deployments of the-shock passed at
4.3 to 6.3 (six of six) and failed at 21.6 to 22.0 (six of six); ten of eighty-five-resolved answered everybody in time
at 5.8 to 8.3."""
WARN = 4.0
"""Times as long as alone from which a report says so."""


def told(slowdown: float) -> str:
    """The strain, as a person reads it."""
    return f"work took {slowdown:.1f} times as long as on a machine of its own"


def trouble(run: Run, case: Case) -> str | None:
    """Why a failure may be the machine's, as a sentence; None when it is not."""
    known = case.calibration.endured if case.calibration is not None else None
    endured = max(ENDURED, known or 0.0)
    if run.slowdown is None or run.slowdown <= endured:
        return None
    seen = f"correct deployments were seen to pass up to {endured:.1f}"
    return f"The machine was too busy: {told(run.slowdown)}, and {seen}"
