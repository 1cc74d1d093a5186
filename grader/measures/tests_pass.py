"""Measure whether the workspace's own tests pass.

An engineer hands over a deployment with its tests. They are the submission's own, so this says that whoever comes next
can change the code safely, and nothing of the deployment itself.
"""

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import Measure, Observation
from scenarios.vocabulary import Params


class TestsPassParams(Params):
    """Parameters of `tests-pass`."""

    __test__ = False
    """It is no test of ours."""

    least: int = Field(default=1, gt=0)
    """As many tests are to be there, such as the workspace has at first: those that are missing count as failed."""


_COUNTED = "outcome <> 'skipped'"


def take(view: EvidenceView, params: TestsPassParams) -> Observation:
    """Return passed tests ÷ tests that ran or should have, of those that were not skipped."""
    good = int(view.number("select count(*) from tests where outcome = 'passed'") or 0)
    ran = int(view.number(f"select count(*) from tests where {_COUNTED}") or 0)
    whole = int(view.number("select count(*) from tests") or 0)
    sql = (
        "select count(*) filter (where outcome = 'passed') "
        f"/ greatest(count(*) filter (where {_COUNTED}), {params.least}) from tests"
    )
    if not whole:
        return Observation(None, "share", sql, "nobody ran the workspace's tests")
    missing = params.least - ran
    note = f"{good} of {ran} tests pass"
    note += f"; {missing} are gone, of {params.least} that are to be there" if missing > 0 else ""
    low = "select name, outcome, detail from tests where outcome in ('failed', 'error') order by name"
    return Observation(view.number(sql), "share", sql, note, low=low)


TESTS_PASS = Measure(
    name="tests-pass",
    about="share of the workspace's own tests that pass; a deleted one does not",
    params=TestsPassParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"tests"}),
)
