"""What a probability means for an applicant."""

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

PILOT = 3
"""One in so many, of those whom we would have approved, while we do not know what our probability is worth."""


def decide(
    probability: float, application: Mapping[str, Any], cut_off: float, *, doubtful: bool
) -> Literal["approve", "decline"]:
    """A loan earns 150 and a default costs 600, so it pays below one in five."""
    if probability >= cut_off:
        return "decline"
    if doubtful and (application["payment_holiday"] or not in_pilot(application["application_id"])):
        return "decline"
    return "approve"


def in_pilot(application_id: str) -> bool:
    """By lot, and the same whenever it is asked: whom we learn from is not picked by the model that we doubt."""
    return hashlib.blake2b(application_id.encode(), digest_size=2).digest()[0] % PILOT == 0
