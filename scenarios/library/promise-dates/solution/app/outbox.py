"""Purchase orders on their way to the ERP.

A promise does not wait for its purchase order. The order's number is the reference under which the ERP knows it, so
sending it again, whichever way, never buys twice. Waiting orders live in memory: there is no disk that outlives us, so
what the ERP has not confirmed when we are told to end is left in the drop box, which takes files at any time.
"""

import asyncio
import logging
import uuid
from dataclasses import dataclass
from datetime import date

from app.clock import Clock
from app.erp.adapter import ErpAdapter
from app.erp.errors import Closed, ErpError, Fault
from app.erp.orderfile import Line, render
from app.log import fields
from app.settings import OutboxSettings

log = logging.getLogger("promise.outbox")

PAUSE = 0.1


@dataclass(frozen=True)
class Purchase:
    """What an order needs from the supplier."""

    order: str
    article: str
    quantity: int
    day: date

    @property
    def reference(self) -> str:
        """The same for every attempt."""
        return self.order


class Outbox:
    """Takes purchase orders at once and gets each into the ERP exactly once."""

    def __init__(self, erp: ErpAdapter, clock: Clock, settings: OutboxSettings) -> None:
        self._erp = erp
        self._clock = clock
        self._settings = settings
        self._seen: set[str] = set()
        self._open: dict[str, Purchase] = {}
        """What the ERP has not confirmed yet, by order."""
        self._waiting: asyncio.Queue[Purchase] = asyncio.Queue()
        self._for_file: list[Purchase] = []
        self._by_file = False

    def add(self, purchase: Purchase) -> None:
        """Take it; the same order again is nothing new."""
        if purchase.order not in self._seen:
            self._seen.add(purchase.order)
            self._open[purchase.order] = purchase
            self._waiting.put_nowait(purchase)

    async def run(self) -> None:
        """Send what comes in, for ever."""
        await self._clock.started()
        workers = [self._send_all() for _ in range(self._settings.workers)]
        await asyncio.gather(*workers, self._deliver_all())

    async def close(self) -> None:
        """Leave nothing behind; `run` has ended."""
        if self._open:
            await self._deliver(list(self._open.values()))

    async def _send_all(self) -> None:
        while True:
            await self._send(await self._waiting.get())

    async def _send(self, purchase: Purchase) -> None:
        if self._by_file:
            self._for_file.append(purchase)
            return
        try:
            number = await self._erp.purchase(purchase.order, purchase.article, purchase.quantity, purchase.reference)
        except Fault as fault:
            if fault.code == "NUR_DATEI":
                self._by_file = True
                log.warning("the ERP takes orders by file only")
                self._for_file.append(purchase)
            else:
                log.error(fields("refused for good", order=purchase.order, why=fault))
                del self._open[purchase.order]
        except ErpError as error:
            # It may have been done or not. Under the same reference it is safe to send again.
            if not isinstance(error, Closed):
                log.warning(fields("to be sent again", order=purchase.order, why=error))
            self._waiting.put_nowait(purchase)
            await asyncio.sleep(PAUSE)
        else:
            del self._open[purchase.order]
            log.info(fields("bought", order=purchase.order, number=number))

    async def _deliver_all(self) -> None:
        """Every batch is a file of its own, so nothing that was delivered is ever touched again."""
        while True:
            await asyncio.sleep(self._settings.file_seconds)
            if self._for_file:
                batch, self._for_file = self._for_file, []
                await self._deliver(batch)

    async def _deliver(self, batch: list[Purchase]) -> None:
        today = self._clock.now().date()
        lines = [Line(p.reference, p.order, p.article, p.quantity, p.day) for p in batch]
        name = f"bestellungen-{today:%Y%m%d}-{uuid.uuid4().hex[:12]}"
        try:
            protocol = await self._erp.deliver(name, render(lines, today))
        except ErpError as error:
            log.warning(fields("file to be sent again", orders=len(batch), why=error))
            self._for_file = batch + self._for_file
            return
        for purchase in batch:
            del self._open[purchase.order]
        say = log.error if protocol.startswith("REJECTED") else log.info
        say(fields("file delivered", name=name, orders=len(batch), protocol=protocol))
