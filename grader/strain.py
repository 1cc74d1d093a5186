"""What a machine with too little left for the world means for a judgement.

A deployment that had to wait for a core looks slow. How long work takes is told by the field, which does the same in
every exam, and by the deployment's own threads where the runtime sees them: in a box it runs at a lower priority than
all else. Failing on a machine that was too busy says nothing. Passing does.
"""

from grader.context import GradingContext
from simulator.evidence.run import Run

ENDURED = 3.0
"""Times as long as alone that work may take where nobody vouches for more. Correct deployments that failed did so from
4.0 on; up to 3 none of some eighty did. `make prove STEPS=strain` holds them again."""
WARN = 2.0
"""Times as long as alone from which a report says so."""


def told(slowdown: float) -> str:
    """The strain, as a person reads it."""
    return f"work took {slowdown:.1f} times as long as on a machine of its own"


def trouble(run: Run, case: GradingContext) -> str | None:
    """Why a failure may be the machine's, as a sentence; None when it is not."""
    known = case.calibration.bears if case.calibration is not None else None
    endured = max(ENDURED, known or 0.0)
    if run.slowdown is None or run.slowdown <= endured:
        return None
    limit = f"beyond {endured:.1f} failing says nothing of a deployment"
    return f"This machine is too slow, or too busy: {told(run.slowdown)}, and {limit}"
