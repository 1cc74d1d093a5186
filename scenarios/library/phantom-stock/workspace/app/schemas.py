"""What the handhelds ask, and what they are told."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class Line(BaseModel):
    """An order line that a picker is about to walk for."""

    line_id: str
    site: str
    sku: str
    quantity: int
    asked_at: datetime


class Advice(BaseModel):
    """`pick`: go, it is there. `replenish`: have the face filled up first."""

    line_id: str
    action: Literal["pick", "replenish"]
    on_hand: float
    forecast: float
