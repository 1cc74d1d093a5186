"""What a learner may see of a report, which is also all that CI publishes.

Of a check that the scenario hides: its name, family, weight and verdict. Of an exam whose seed is the instructor's: no
seed. The evidence keeps both, so that an instructor can have the whole report of the same folder.
"""

from dataclasses import replace

from grader.report import Report
from scenarios.model import Scenario
from simulator.evidence.run import Run


def view(report: Report, run: Run) -> Report:
    """Return the report on an exam, without what its run keeps from learners."""
    seen = hide(report, run.scenario)
    return replace(seen, seed=None) if run.secret else seen


def hide(report: Report, scenario: Scenario) -> Report:
    """Return the report without the detail of checks that the scenario hides."""
    names = {check.id for check in scenario.checks if check.hidden}
    if not names:
        return report
    # What a trap's words say of a check that is hidden is hidden as well.
    return replace(report, trap=None, checks=tuple(c.redacted() if c.id in names else c for c in report.checks))
