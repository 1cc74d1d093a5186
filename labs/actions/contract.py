"""What the services of an engagement must answer."""

from dataclasses import dataclass
from typing import Any

from labs.base.errors import UsageProblem


@dataclass(frozen=True)
class ContractRequest:
    """Whose contract."""

    scenario: str
    """Name or path of the scenario."""
    service: str | None = None
    """One of its services; left out: all that have traffic."""


@dataclass(frozen=True)
class Contract:
    """What is asked, and what must be answered."""

    flows: list[dict[str, Any]]
    """In words, by flow."""
    openapi: dict[str, dict[str, Any]]
    """As OpenAPI, by service."""


def contract(request: ContractRequest) -> Contract:
    """Return the contract. Raises `UsageProblem` where there is no such scenario, or no such service in it."""
    from labs.library import contract as library
    from labs.library.catalogue import find
    from scenarios.problems import did_you_mean

    scenario = find(request.scenario).scenario
    documents = library.openapi(scenario)
    flows = library.contract(scenario)
    if request.service is not None:
        if request.service not in documents:
            hint = did_you_mean(request.service, documents)
            raise UsageProblem(f"{scenario.id} has no service {request.service!r} with traffic", hint)
        documents = {request.service: documents[request.service]}
        flows = [flow for flow in flows if flow["service"] == request.service]
    return Contract(flows, documents)
