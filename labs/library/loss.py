"""What a scenario costs its customer while nobody repairs it, as measured when it was verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean

from labs.library.catalogue import Entry
from scenarios.model import Scenario
from scenarios.phases import paces
from simulator.drawing import drawn

HOUR = 3600.0


@dataclass(frozen=True)
class Loss:
    """Money that the untouched deployment loses and the reference does not, per simulated hour; positive."""

    currency: str
    hourly: float
    accounts: Mapping[str, float]
    """The same by account of the ledger, the largest first."""


def simulated_hours(scenario: Scenario) -> float:
    """Of the customer's time, in one lap; what a clock skips with `from` does not pass."""
    seconds = [phase.lasts * pace for phase, pace in zip(scenario.phases, paces(scenario.phases), strict=True)]
    return sum(seconds) / HOUR


def loss(entry: Entry) -> Loss | None:
    """Return what is being lost; None while the scenario was not measured, or nothing is lost."""
    calibration = entry.calibration() or {}
    ledgers = [(calibration.get(use) or {}).get("ledger") or {} for use in ("untouched", "reference")]
    seeds: list[int] = calibration.get("seeds") or []
    # The means are of these laps, which are drawn: so are their lengths.
    laps = [drawn(entry.scenario, seed) for seed in seeds] or [entry.scenario]
    hours = mean(map(simulated_hours, laps))
    lost = {
        account: (ledgers[1].get(account, 0.0) - ledgers[0].get(account, 0.0)) / hours
        for account in {**ledgers[0], **ledgers[1]}
    }
    total = sum(lost.values())
    if total <= 0:
        return None
    return Loss(entry.scenario.customer.currency, total, dict(sorted(lost.items(), key=lambda item: -item[1])))
