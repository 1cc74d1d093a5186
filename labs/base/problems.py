"""A scenario's problems as a person reads them."""

from labs.base.errors import ScenarioProblems
from scenarios import problems


def rendered(invalid: problems.ScenarioInvalid) -> ScenarioProblems:
    """Problems as a person reads them: place, source line, caret, suggestion."""
    return ScenarioProblems(
        f"scenario.yaml cannot be used\n\n{problems.render(invalid.problems).rstrip()}",
        "repair the file; `fdelab scenario lint` shows this again",
    )
