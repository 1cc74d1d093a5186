"""The purchase orders of a lap: at most one for each reference, however they come in."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Channel = Literal["soap", "file"]


@dataclass(frozen=True)
class PurchaseOrder:
    """One order to a supplier, as the ERP keeps it."""

    number: str
    """The ERP's own number: `4500000001`."""
    order: str
    """The shop's order that it was placed for."""
    reference: str | None
    """What the caller sent to make the write safe to repeat."""
    article: str
    quantity: Decimal
    at: float
    """Wall seconds since the lap's start."""
    channel: Channel

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for the lap's final state."""
        return vars(self) | {"quantity": float(self.quantity)}


class OrderBook:
    """All purchase orders of one lap."""

    def __init__(self) -> None:
        self.orders: list[PurchaseOrder] = []
        self._by_reference: dict[str, PurchaseOrder] = {}

    def find(self, reference: str) -> PurchaseOrder | None:
        """Return the order with this reference; None when there is none."""
        return self._by_reference.get(reference)

    def place(
        self, order: str, reference: str | None, article: str, quantity: Decimal, at: float, channel: Channel
    ) -> tuple[PurchaseOrder, bool]:
        """Return the order with this reference, created unless it exists, and whether it is new.

        Without a reference, every call creates one.
        """
        known = self.find(reference) if reference else None
        if known is not None:
            return known, False
        number = str(4_500_000_001 + len(self.orders))
        placed = PurchaseOrder(number, order, reference, article, quantity, at, channel)
        self.orders.append(placed)
        if reference:
            self._by_reference[reference] = placed
        return placed, True
