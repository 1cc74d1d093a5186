"""What a lap was worth to the customer, in money."""

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
    """The SQL condition for rows of these accounts; of none: all."""
    return f"account in ({', '.join(map(text, accounts))})" if accounts else "true"


def total(accounts: Sequence[str]) -> str:
    """The question for the sum; exact, because the order in which fractions are added changes their sum."""
    return f"select coalesce(sum(amount::decimal(38, 6)), 0) from ledger where {of_accounts(accounts)}"


def take(grounds: EvidenceView, params: LedgerParams) -> Observation:
    """The sum of a whole lap, losses negative. A lap with no entries cost nothing."""
    sql = total(params.accounts)
    where = of_accounts(params.accounts)
    entries = int(grounds.number(f"select count(*) from ledger where {where}") or 0)
    by_amount = f"select * from ledger where {where} order by amount"
    return Observation(grounds.number(sql), "money", sql, f"{entries} entries", low=by_amount, high=f"{by_amount} desc")


LEDGER = Measure(
    name="ledger",
    about="sum of money booked, losses negative",
    params=LedgerParams,
    unit="money",
    take=take,
    reads=lambda _evidence, _params: frozenset({"ledger"}),
)
