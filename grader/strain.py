"""Decide whether a machine with too few resources for the world affects a judgement.

A deployment that has to wait for a core looks slow. How long work takes is measured in the field, which does the same
in every exam, and on the deployment's own threads where the runtime sees them: in a box they run at a lower priority
than everything else. Failing on a machine that was too busy proves nothing; passing does.
"""

from grader.context import GradingContext
from simulator.evidence.run import Run

ENDURED = 3.0
"""Slowdown that correct deployments withstand when no scenario says more. Correct deployments that failed did so from
4.0 on; up to 3 none of some eighty did. `make prove STEPS=strain` checks this again."""
WARN = 2.0
"""Slowdown from which a report warns."""


def told(slowdown: float) -> str:
    """Return the slowdown in words."""
    return f"work took {slowdown:.1f} times as long as on a machine of its own"


def trouble(run: Run, context: GradingContext) -> str | None:
    """Return why the machine may be to blame for a failure, as a sentence; None when it is not."""
    known = context.calibration.bears if context.calibration is not None else None
    endured = max(ENDURED, known or 0.0)
    if run.slowdown is None or run.slowdown <= endured:
        return None
    limit = f"beyond {endured:.1f} failing says nothing of a deployment"
    return f"This machine is too slow, or too busy: {told(run.slowdown)}, and {limit}"
