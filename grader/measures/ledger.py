"""Measure what a lap gained or cost the customer, in money."""

from collections.abc import Sequence

from pydantic import Field

from grader.context import EvidenceView
from grader.measures.base import Measure, MeasureParams, Observation
from simulator.evidence.sql import text


class LedgerParams(MeasureParams):
    """Parameters of `ledger`."""

    accounts: list[str] = Field(default=[])
    """Accounts to add up; left out: all."""


def of_accounts(accounts: Sequence[str]) -> str:
    """Return the SQL condition for rows of these accounts; for all rows when there are none."""
    return f"account in ({', '.join(map(text, accounts))})" if accounts else "true"


def total(accounts: Sequence[str]) -> str:
    """Return the query for the sum.

    It adds exact decimals, because a sum of fractions depends on the order in which they are added.
    """
    return f"select coalesce(sum(amount::decimal(38, 6)), 0) from ledger where {of_accounts(accounts)}"


def take(view: EvidenceView, params: LedgerParams) -> Observation:
    """Return the sum over a whole lap, losses negative; 0 for a lap without entries."""
    sql = total(params.accounts)
    where = of_accounts(params.accounts)
    entries = int(view.number(f"select count(*) from ledger where {where}") or 0)
    by_amount = f"select * from ledger where {where} order by amount"
    return Observation(view.number(sql), "money", sql, f"{entries} entries", low=by_amount, high=f"{by_amount} desc")


LEDGER = Measure(
    name="ledger",
    about="sum of money booked, losses negative",
    params=LedgerParams,
    unit="money",
    take=take,
    reads=lambda _evidence, _params: frozenset({"ledger"}),
    books=True,
)
