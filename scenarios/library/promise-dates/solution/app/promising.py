"""When can we deliver?

What is in stock leaves on the next working day. For everything else we buy the full quantity from the supplier,
one purchase order an order, and the goods leave when the article's lead time is over.
"""

import logging

from app.log import fields
from app.outbox import Outbox, Purchase
from app.schemas import Order, Promise
from app.stock import Stock
from app.workdays import working_day

log = logging.getLogger("promise.orders")


class Promiser:
    """Turns orders into promises."""

    def __init__(self, stock: Stock, outbox: Outbox) -> None:
        self._stock = stock
        self._outbox = outbox

    async def promise(self, order: Order) -> Promise:
        """Raises `NothingKnown` when there is no stock level to promise from."""
        level, stale = await self._stock.level(order.article, order.ordered_at)
        day = order.ordered_at.date()
        days = 1
        if level.quantity < order.quantity:
            days = level.lead_days
            self._outbox.add(Purchase(order.order_id, order.article, order.quantity, day))
        promised = working_day(day, days)
        log.info(fields("promised", order=order.order_id, stock=level.quantity, date=promised, stale=stale))
        return Promise(order_id=order.order_id, promise_date=promised, stale=stale)
