"""Measure how much of the money that the reference deployment would save was saved."""

from collections.abc import Sequence

from pydantic import Field

from grader.context import EvidenceView, Unobservable
from grader.measures.base import Measure, Observation
from grader.measures.ledger import of_accounts, total
from scenarios.vocabulary import Params
from simulator.evidence.run import Calibration


class RecoveredParams(Params):
    """Parameters of `recovered`, which always looks at a whole lap, as its calibration does."""

    accounts: list[str] = Field(default=[])
    """Accounts to compare; left out: all."""


def recovered(amount: float, untouched: float, reference: float) -> float | None:
    """Return the share recovered: 0 equals the untouched deployment, 1 the reference; None when the two are equal."""
    return (amount - untouched) / (reference - untouched) if reference != untouched else None


def ends(view: EvidenceView, calibration: Calibration, accounts: Sequence[str] = ()) -> tuple[float, float]:
    """Return this lap's result with the untouched and with the reference deployment, in money, losses negative."""
    both = (calibration.untouched, calibration.reference)
    if not any(end.phases for end in both):
        return both[0].total(accounts), both[1].total(accounts)
    asked = view.evidence.ask(view.sql("select phase, count(*) from requests group by phase"))
    requests = {str(phase): int(count) for phase, count in asked}
    return both[0].total(accounts, requests), both[1].total(accounts, requests)


def take(view: EvidenceView, params: RecoveredParams) -> Observation:
    """Return the share recovered over the whole lap.

    Raises `Unobservable` when the scenario was not calibrated, or when the untouched and the reference deployment cost
    the same.
    """
    calibration = view.calibration
    if calibration is None:
        raise Unobservable("the engagement has no calibration.json; `fdelab scenario verify` makes it")
    amount = view.number(total(params.accounts)) or 0.0
    untouched, reference = ends(view, calibration, params.accounts)
    value = recovered(amount, untouched, reference)
    if value is None:
        raise Unobservable("the untouched and the reference deployment cost the same in calibration.json")
    sql = f"select (({total(params.accounts)})::double - {untouched!r}) / ({reference!r} - {untouched!r})"
    losses = f"select * from ledger where {of_accounts(params.accounts)} order by amount"
    note = f"{amount:,.0f} in this lap; {untouched:,.0f} untouched, {reference:,.0f} with the reference"
    return Observation(value, "share", sql, note, low=losses, high=f"{losses} desc")


RECOVERED = Measure(
    name="recovered",
    about="share of the money that the reference saves over the untouched deployment",
    params=RecoveredParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"ledger"}),
    books=True,
    bounded=False,
)
