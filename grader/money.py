"""Compare the customer's money in one lap with that of the untouched and the reference deployment."""

from grader.context import GradingContext
from grader.measures.ledger import total
from grader.measures.recovered import ends, recovered
from grader.report import Money


def money(context: GradingContext) -> Money | None:
    """Return the ledger of the whole lap that counts; None while there is none."""
    lap = context.windows.whole_lap
    if lap is None:
        return None
    whole = context.calibration is None or context.calibration.watched
    view = context.narrow(frozenset({"ledger"}), None, watched=whole)
    by_account = "select account, sum(amount::decimal(38, 6)) from ledger group by account order by account"
    amount = view.number(total(())) or 0.0
    untouched, reference = ends(view, context.calibration) if context.calibration else (None, None)
    share = None if untouched is None or reference is None else recovered(amount, untouched, reference)
    return Money(
        context.scenario.customer.currency,
        lap,
        amount,
        {str(account): float(value or 0) for account, value in context.evidence.ask(view.sql(by_account))},
        untouched,
        reference,
        share,
    )
