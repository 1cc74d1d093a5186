"""The performance alarm: first instalments that are late, held against how many should be.

A cumulative sum (Page, 1954) of late minus expected. What is expected of a probability of default follows from the
loans of the last years: default is rare among those who pay the first instalment, and the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jobs.warehouse import Row

LATE_IF_BAD = 0.85
LATE_IF_GOOD = 0.036
SLACK = 0.06
"""A share of late instalments that is no more than this above what was expected is chance, or a bad month."""
LIMIT = 9.0
"""At which it is not: with these two, chance alone takes some decades."""


@dataclass(frozen=True)
class Cusum:
    """How far first instalments are off by now, and since when they have been."""

    sum: float
    since: datetime | None
    """When the loan was granted with which the sum last left zero: about when the change began."""

    @property
    def alarms(self) -> bool:
        """Whether that is too much."""
        return self.sum > LIMIT


def instalments(rows: Sequence[Row]) -> list[Row]:
    """Those loans whose first instalment says something: one that is put off says nothing."""
    return [row for row in rows if row["first_instalment"] in ("paid", "late")]


def cusum(rows: Sequence[Row]) -> Cusum:
    """Of these loans, in the order in which first instalments were due."""
    total, since = 0.0, None
    for row in instalments(rows):
        expected = LATE_IF_GOOD + (LATE_IF_BAD - LATE_IF_GOOD) * row["probability"]
        if total == 0:
            since = row["applied_at"]
        total = max(0.0, total + (row["first_instalment"] == "late") - expected - SLACK)
    return Cusum(total, since)
