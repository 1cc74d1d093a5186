"""What is known of a loan, and how soon: the first instalment after 30 days, default after 90.

Whoever will default misses the first instalment five times out of six; whoever is good, once in thirty. So it stands in
for default until that is known. A deferred instalment says nothing: such a loan has no outcome before its 90 days.
"""

from collections.abc import Sequence

from jobs.warehouse import Row


def outcome(row: Row) -> bool | None:
    """The best that is known of a loan: True went bad, False well, None unknown."""
    if row["defaulted"] is not None:
        return bool(row["defaulted"])
    return None if row["first_instalment"] == "deferred" else row["first_instalment"] == "late"


def settled(rows: Sequence[Row]) -> list[Row]:
    """Those of which something is known, each with its `outcome`."""
    return [dict(row) | {"outcome": outcome(row)} for row in rows if outcome(row) is not None]
