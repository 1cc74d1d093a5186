"""The customer's money in one lap, beside what the untouched and the reference deployment make of it."""

from grader.context import GradingContext
from grader.measures.ledger import total
from grader.measures.recovered import ends, recovered
from grader.report import Money


def money(case: GradingContext) -> Money | None:
    """The ledger of the whole lap that counts; None while there is none."""
    lap = case.windows.whole_lap
    if lap is None:
        return None
    grounds = case.narrow(frozenset({"ledger"}), None)
    by_account = "select account, sum(amount::decimal(38, 6)) from ledger group by account order by account"
    amount = grounds.number(total(())) or 0.0
    untouched, reference = ends(case.calibration) if case.calibration else (None, None)
    return Money(
        case.scenario.customer.currency,
        lap,
        amount,
        {str(account): float(value or 0) for account, value in case.evidence.ask(grounds.sql(by_account))},
        untouched,
        reference,
        recovered(amount, case.calibration) if case.calibration else None,
    )
