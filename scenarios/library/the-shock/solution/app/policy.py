"""What a probability means for an applicant."""

from collections.abc import Mapping
from typing import Any, Literal

from app.settings import Settings


def decide(
    probability: float, application: Mapping[str, Any], settings: Settings, *, interim: bool
) -> Literal["approve", "decline"]:
    """A loan earns 150 and a default costs 600, so it pays below one in five.

    Between an alarm and the first model that has learned of what changed, we lend a little, so as to go on learning,
    and to nobody of whom we would know nothing for 90 days.
    """
    if interim and application["payment_holiday"]:
        return "decline"
    return "approve" if probability < (settings.interim_cut_off if interim else settings.cut_off) else "decline"
