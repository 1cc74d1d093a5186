"""Why somebody was declined: what the probability would have been, had they been like anybody else in one respect."""

from collections.abc import Mapping
from typing import Any

from app.models import Model
from app.points import FIELDS

CODES = {
    "income": "R01", "utilisation": "R02", "tenure": "R03", "enquiries": "R04", "amount": "R05", "term_years": "R06",
    "sector": "R07", "arrears": "R08", "payment_holiday": "R09",
}  # fmt: skip
USUAL = {
    "income": 2400, "utilisation": 0.45, "tenure": 48, "enquiries": 1, "amount": 3000, "term_years": 2,
    "sector": "office", "arrears": 0, "payment_holiday": False,
}  # fmt: skip
WORTH_SAYING = 0.03
"""Of probability: what would have changed less is no reason."""


def why(model: Model, application: Mapping[str, Any]) -> list[str]:
    """One to four codes, the one that counts most first."""
    here = model.score(application)
    falls = {field: here - _otherwise(model, application, field) for field in FIELDS}
    order = sorted(FIELDS, key=lambda field: -falls[field])
    return [CODES[field] for field in order if falls[field] >= WORTH_SAYING][:4] or [CODES[order[0]]]


def _otherwise(model: Model, application: Mapping[str, Any], field: str) -> float:
    if hasattr(model, "without"):
        return model.without(application, field)
    return model.score({**application, field: USUAL[field]})
