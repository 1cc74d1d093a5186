"""What the shop sends and what it gets back."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class Order(BaseModel):
    """A customer's order, one article."""

    order_id: str
    article: str
    quantity: int = Field(gt=0)
    ordered_at: datetime


class Promise(BaseModel):
    """The date on which the goods leave the warehouse."""

    order_id: str
    promise_date: date
    stale: bool = False
