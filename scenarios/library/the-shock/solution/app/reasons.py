"""Why an applicant was declined: what the model that decided holds against them, the heaviest first."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from app.features import NAMES, encode, source
from app.scorecard import Scorecard

CODES = {
    "income": "R01", "utilisation": "R02", "tenure": "R03", "enquiries": "R04", "amount": "R05", "term_years": "R06",
    "sector": "R07", "arrears": "R08", "payment_holiday": "R09",
}  # fmt: skip
USUAL = dict.fromkeys(NAMES, 0.0) | {
    "arrears": 0.45, "sector=hospitality": 0.2, "sector=travel": 0.15, "sector=health": 0.19, "sector=trade": 0.2,
    "payment_holiday": 0.23,
}  # fmt: skip
"""The average applicant's features: the others are about zero by how they are made."""
MOST = 4
LEAST = 0.2
"""Of the log odds: less is no reason."""


def reasons(card: Scorecard, application: Mapping[str, Any]) -> list[str]:
    """One to four codes."""
    weighs: dict[str, float] = defaultdict(float)
    for name, weight, value in zip(NAMES, card.weights, encode(application), strict=True):
        weighs[source(name)] += weight * (value - USUAL[name])
    order = sorted(weighs, key=lambda field: -weighs[field])
    heavy = [field for field in order if weighs[field] >= LEAST][:MOST]
    return [CODES[field] for field in heavy or order[:1]]
