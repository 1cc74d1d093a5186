"""Measure how much of the money that the reference deployment would save was saved."""

from collections.abc import Mapping, Sequence

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


def recovered(amount: float, calibration: Calibration, accounts: Sequence[str] = ()) -> float | None:
    """Return the share recovered: 0 equals the untouched deployment, 1 the reference; None when the two are equal."""
    untouched, reference = ends(calibration, accounts)
    return (amount - untouched) / (reference - untouched) if reference != untouched else None


def ends(calibration: Calibration, accounts: Sequence[str] = ()) -> tuple[float, float]:
    """Return a lap's result with the untouched and with the reference deployment, in money, losses negative."""
    return _sum(calibration.untouched.ledger, accounts), _sum(calibration.reference.ledger, accounts)


def take(view: EvidenceView, params: RecoveredParams) -> Observation:
    """Return the share recovered over the whole lap.

    Raises `Unobservable` when the scenario was not calibrated, or when the untouched and the reference deployment cost
    the same.
    """
    calibration = view.calibration
    if calibration is None:
        raise Unobservable("the engagement has no calibration.json; `fdelab scenario verify` makes it")
    amount = view.number(total(params.accounts)) or 0.0
    value = recovered(amount, calibration, params.accounts)
    if value is None:
        raise Unobservable("the untouched and the reference deployment cost the same in calibration.json")
    untouched, reference = ends(calibration, params.accounts)
    sql = f"select (({total(params.accounts)})::double - {untouched!r}) / ({reference!r} - {untouched!r})"
    losses = f"select * from ledger where {of_accounts(params.accounts)} order by amount"
    note = f"{amount:,.0f} in this lap; {untouched:,.0f} untouched, {reference:,.0f} with the reference"
    return Observation(value, "share", sql, note, low=losses, high=f"{losses} desc")


def _sum(ledger: Mapping[str, float], accounts: Sequence[str]) -> float:
    return sum(amount for account, amount in sorted(ledger.items()) if not accounts or account in accounts)


RECOVERED = Measure(
    name="recovered",
    about="share of the money that the reference saves over the untouched deployment",
    params=RecoveredParams,
    unit="share",
    take=take,
    reads=lambda _evidence, _params: frozenset({"ledger"}),
    bounded=False,
)
