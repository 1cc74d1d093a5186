"""When can we deliver?

What is in stock leaves on the next working day. For everything else we buy the full quantity from the supplier,
one purchase order an order, and the goods leave when the article's lead time is over. All of it from the clerk's
snapshot: nobody waits for the ERP, unless there is nothing yet to promise from.
"""

import logging
from datetime import timedelta

from app.clerk import Clerk
from app.erp.orderfile import Line
from app.journal import Journal
from app.log import fields
from app.schemas import Order, Promise
from app.settings import PromiseSettings
from app.workdays import working_day

log = logging.getLogger("promise.orders")


PATIENCE = 0.8
"""Seconds that a customer may wait for a date."""


class NothingKnown(Exception):
    """No level of this article that is young enough to promise anything."""


class Promiser:
    """Turns orders into promises."""

    def __init__(self, clerk: Clerk, journal: Journal, settings: PromiseSettings) -> None:
        self._clerk = clerk
        self._journal = journal
        self._settings = settings

    async def promise(self, order: Order) -> Promise:
        """Raises `NothingKnown`."""
        if self._age(order) > self._settings.limit:
            await self._clerk.next_round(within=PATIENCE)
        age = self._age(order)
        if age > self._settings.limit:
            raise NothingKnown(order.article)
        level = self._clerk.snapshot[order.article]
        day = order.ordered_at.date()
        days = 1
        if level.quantity < order.quantity:
            days = level.lead_days
            self._journal.enter(Line(order.order_id, order.order_id, order.article, order.quantity, day))
        promised = working_day(day, days)
        stale = age > self._settings.fresh
        log.info(fields("promised", order=order.order_id, stock=level.quantity, date=promised, stale=stale))
        return Promise(order_id=order.order_id, promise_date=promised, stale=stale)

    def _age(self, order: Order) -> timedelta:
        """Order and level carry times of the same clock, Halden's."""
        level = self._clerk.snapshot.get(order.article)
        return order.ordered_at - level.as_of if level else timedelta.max
