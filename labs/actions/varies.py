"""Compare what several seeds make of a scenario."""

from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.verify.varies import Varies


def compared(scenario: str, seeds: int) -> "Varies":
    """Return what the laps of the first `seeds` seeds have in common.

    Raises `UsageProblem` where there is no such scenario, `ScenarioProblems` where it has problems, and `UsageProblem`
    where its data cannot be made.
    """
    from labs.library.catalogue import find
    from labs.verify.varies import varies
    from simulator.dirt import DataFailed

    entry = find(scenario, lint=True)
    try:
        return varies(entry.scenario, range(1, seeds + 1))
    except DataFailed as error:
        raise UsageProblem(str(error), "see `fdelab scenario lint`") from None
