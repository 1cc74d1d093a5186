"""What is known of a loan, and how soon: the first instalment after 30 days, default after 90.

Whoever will default misses the first instalment five times out of six; whoever is good, once in thirty. So it stands in
for default until that is known. A deferred instalment says nothing: such a loan has no outcome before its 90 days.
"""

from collections.abc import Sequence
from datetime import datetime

from jobs.warehouse import Row, Warehouse

QUERY = """
    SELECT a.*, l.model, l.probability, l.first_instalment, l.defaulted
    FROM loans l JOIN applications a USING (application_id)
    WHERE a.applied_at >= %s AND l.first_instalment IS NOT NULL ORDER BY a.applied_at
"""


def known(warehouse: Warehouse, since: datetime) -> list[Row]:
    """Loans granted since then, oldest first, each with its `outcome`: True went bad, False well, None unknown."""
    return [dict(row) | {"outcome": outcome(row)} for row in warehouse.ask(QUERY, since)]


def outcome(row: Row) -> bool | None:
    """The best that is known of a loan."""
    if row["defaulted"] is not None:
        return bool(row["defaulted"])
    return None if row["first_instalment"] == "deferred" else row["first_instalment"] == "late"


def settled(rows: Sequence[Row]) -> list[Row]:
    """Those of which something is known."""
    return [row for row in rows if row["outcome"] is not None]
