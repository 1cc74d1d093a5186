"""The performance alarm: first instalments that are late, held against how many should be.

A cumulative sum (Page, 1954) of late minus expected. What is expected of a probability of default follows from the
loans of the last years: default is rare among those who pay the first instalment, and the other way round.
"""

from dataclasses import dataclass, field

from jobs.warehouse import Row

LATE_IF_BAD = 0.85
LATE_IF_GOOD = 0.036
SLACK = 0.06
"""A share of late instalments that is no more than this above what was expected is chance, or a bad month."""
LIMIT = 10.0
"""At which it is not: with these two, chance alone takes some decades."""


@dataclass
class Cusum:
    """Fed each loan once, in the order in which first instalments are due."""

    sum: float = 0.0
    seen: set[str] = field(default_factory=set)
    started: Row | None = None
    """The loan with which the sum last left zero: about when the change began."""

    def feed(self, rows: list[Row]) -> bool:
        """Whether that is too much, with these."""
        for row in rows:
            if row["application_id"] in self.seen or row["first_instalment"] not in ("paid", "late"):
                continue
            if row["probability"] is None:
                continue
            self.seen.add(row["application_id"])
            self._add(row)
        return self.sum > LIMIT

    def _add(self, row: Row) -> None:
        expected = LATE_IF_GOOD + (LATE_IF_BAD - LATE_IF_GOOD) * row["probability"]
        if self.sum == 0:
            self.started = row
        self.sum = max(0.0, self.sum + (row["first_instalment"] == "late") - expected - SLACK)
