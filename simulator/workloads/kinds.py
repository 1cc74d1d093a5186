"""The kinds of workload that a scenario may use: those that are installed, and the businesses of its own."""

from collections import ChainMap
from collections.abc import Mapping

from scenarios.model import Scenario
from simulator.workloads.base import WorkloadKind


def kinds(scenario: Scenario, installed: Mapping[str, WorkloadKind]) -> Mapping[str, WorkloadKind]:
    """Return every kind of workload by name; a kind that is installed is loaded when it is asked for."""
    if not scenario.business:
        return installed
    # Late: most scenarios have no business of their own.
    from simulator.workloads.cases.kind import kind_of

    own = {name: kind_of(business) for name, business in scenario.business.items()}
    return ChainMap(own, installed)  # type: ignore[arg-type]  # nobody writes to it
