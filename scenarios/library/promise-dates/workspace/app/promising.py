"""When can we deliver?

What is in stock leaves on the next working day. For everything else we buy the full quantity from the supplier,
one purchase order an order, and the goods leave when the article's lead time is over.
"""

import logging

from app.erp.adapter import ErpAdapter
from app.log import fields
from app.schemas import Order, Promise
from app.workdays import working_day

log = logging.getLogger("promise.orders")


class Promiser:
    """Turns orders into promises."""

    def __init__(self, erp: ErpAdapter) -> None:
        self._erp = erp

    async def promise(self, order: Order) -> Promise:
        """Raises `ErpError` when the ERP cannot tell, or cannot take the purchase order."""
        level = await self._erp.stock(order.article, order.order_id)
        if level.quantity >= order.quantity:
            days, purchase = 1, None
        else:
            days = level.lead_days
            purchase = await self._erp.purchase(order.order_id, order.article, order.quantity)
        promised = working_day(order.ordered_at.date(), days)
        log.info(
            fields(
                "promised",
                order=order.order_id,
                article=order.article,
                quantity=order.quantity,
                stock=level.quantity,
                purchase=purchase,
                date=promised,
            )  # fmt: skip
        )
        return Promise(order_id=order.order_id, promise_date=promised)
