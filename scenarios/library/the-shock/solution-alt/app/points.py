"""A points table: each value of each field adds points, and the points make a probability.

One field at a time is counted, as credit bureaux have done for decades, so that a few hundred loans are enough.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NUMBERS = ("income", "utilisation", "tenure", "enquiries", "amount", "term_years", "arrears")
CLASSES = ("sector", "payment_holiday")
FIELDS = (*NUMBERS, *CLASSES)


@dataclass(frozen=True)
class Points:
    """For each field the edges of its bands (none for a class), the points of each band, and what is usual."""

    name: str
    edges: Mapping[str, list[float]]
    points: Mapping[str, Mapping[str, float]]
    usual: Mapping[str, float]
    """Points of the average loan, field by field."""
    start: float
    scale: float

    def of_field(self, field: str, application: Mapping[str, Any]) -> float:
        """What a field adds."""
        return self.points[field].get(band(field, application, self.edges), self.usual[field])

    def chance(self, points: float) -> float:
        """The probability that so many points mean."""
        return 1.0 / (1.0 + math.exp(-(self.start + self.scale * points)))

    def score(self, application: Mapping[str, Any]) -> float:
        """Probability of default within 90 days."""
        return self.chance(sum(self.of_field(field, application) for field in FIELDS))

    def without(self, application: Mapping[str, Any], field: str) -> float:
        """The same, had the applicant been usual in one respect."""
        others = sum(self.of_field(name, application) for name in FIELDS if name != field)
        return self.chance(others + self.usual[field])

    def params(self) -> dict[str, Any]:
        """As it is kept in table `models`."""
        return {
            "edges": dict(self.edges), "points": {k: dict(v) for k, v in self.points.items()},
            "usual": dict(self.usual), "start": self.start, "scale": self.scale,
        }  # fmt: skip


def band(field: str, application: Mapping[str, Any], edges: Mapping[str, list[float]]) -> str:
    """The name of the band that a value is in."""
    value = application[field]
    if field in CLASSES:
        return str(value)
    return str(bisect_right(edges[field], float(value)))
