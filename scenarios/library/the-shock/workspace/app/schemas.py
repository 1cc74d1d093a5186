"""What comes in and what goes out."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class Application(BaseModel):
    """As the web shop and the brokers send it."""

    application_id: str
    applied_at: datetime
    income: float
    """Net, EUR a month."""
    utilisation: float
    """Share of all credit lines that is used."""
    tenure: int
    """Months with the present employer."""
    enquiries: int
    """At the credit bureau, in the last half year."""
    amount: float
    term_years: int
    sector: str
    """Where the applicant works."""
    arrears: int
    """At other banks, as the credit bureau has them."""
    payment_holiday: bool
    """Whether payments elsewhere are put off by law."""


class Decision(BaseModel):
    """The answer."""

    application_id: str
    decision: Literal["approve", "decline"]
    probability: float
    """Of default within 90 days."""
    model: str
    reasons: list[str] = Field(default_factory=list)
