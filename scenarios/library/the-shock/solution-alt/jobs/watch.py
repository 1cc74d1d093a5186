"""Are more first instalments late than our probabilities said?

The last so many that were due are compared with what was expected of them. Half a dozen looks a month for years: the
limit is one that chance does not reach in that many.
"""

import math
from collections.abc import Sequence
from datetime import datetime

from jobs.warehouse import Row

LAST = 90
LIMIT = 5.0
"""Standard deviations."""
FEWEST_SINCE = 20
BEYOND = 0.08
"""Late instalments beyond what was expected, as a share, from which on a stretch of loans looks like the new world."""


def late_chance(probability: float) -> float:
    """How likely a first instalment is late, of somebody who defaults with this probability."""
    return 0.036 + 0.81 * probability


def instalments(loans: Sequence[Row]) -> list[Row]:
    """The loans whose first instalment was due and not deferred."""
    return [row for row in loans if row["first_instalment"] in ("paid", "late")]


def late(rows: Sequence[Row]) -> int:
    """How many of them were late."""
    return sum(row["first_instalment"] == "late" for row in rows)


def excess(loans: Sequence[Row]) -> float:
    """How far the last of them are off, in standard deviations; 0 while there are too few."""
    last = instalments(loans)[-LAST:]
    if len(last) < LAST:
        return 0.0
    expected = [late_chance(row["probability"]) for row in last]
    return (late(last) - sum(expected)) / math.sqrt(sum(p * (1 - p) for p in expected))


def since(loans: Sequence[Row]) -> datetime:
    """When the loans begin that look least like what was before: the most likely day of the change."""
    rows = instalments(loans)[-3 * LAST :]
    best, day, sums = 0.0, rows[0]["applied_at"], 0.0
    for count, row in enumerate(reversed(rows), start=1):
        sums += (row["first_instalment"] == "late") - late_chance(row["probability"]) - BEYOND
        if count >= FEWEST_SINCE and sums > best:
            best, day = sums, row["applied_at"]
    return day
