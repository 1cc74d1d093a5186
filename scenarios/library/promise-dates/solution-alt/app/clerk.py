"""The only one who talks to the ERP: one session, one call at a time, one round after the other.

A round reads all stock, sends purchase orders while there is time, and files the rest. Whatever the ERP does not
confirm at once is filed too, under the same reference, by which the ERP drops what it has already. So there is
nothing to retry, nothing to look up, and nobody to lock us out.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Sequence
from datetime import datetime

from app.erp.adapter import ErpAdapter, Level
from app.erp.errors import ErpError, Fault
from app.erp.orderfile import render
from app.journal import Journal
from app.log import fields
from app.settings import ClerkSettings

log = logging.getLogger("promise.clerk")


class Clerk:
    """Keeps the snapshot of the warehouse up to date and empties the journal."""

    def __init__(self, erp: ErpAdapter, journal: Journal, articles: Sequence[str], settings: ClerkSettings) -> None:
        self._erp = erp
        self._journal = journal
        self._settings = settings
        size = settings.batch
        self._batches = [articles[start : start + size] for start in range(0, len(articles), size)]
        self._gone: set[str] = set()
        """Articles that the ERP does not carry any more; a list with one of them is refused as a whole."""
        self.snapshot: dict[str, Level] = {}
        self._round_over = asyncio.Event()
        # A file replaces one of the same name, so no two lives of this process may use the same names.
        self._life = uuid.uuid4().hex[:8]
        self._files = 0

    async def run(self) -> None:
        """Work, for ever."""
        while True:
            ends = time.monotonic() + self._settings.round_seconds
            await self.round(ends)
            self._round_over.set()
            self._round_over = asyncio.Event()
            await asyncio.sleep(max(0.0, ends - time.monotonic()))

    async def next_round(self, within: float) -> None:
        """Return once a round is over, or after so many seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._round_over.wait(), within)

    async def round(self, ends: float) -> None:
        """One round; purchase orders are sent until `ends` (`time.monotonic`) at most."""
        if await self._read():
            await self._send(until=ends)
        else:
            self._journal.file_all()
        await self._file()

    async def close(self) -> None:
        """Hand everything over that is not confirmed yet; `run` has ended."""
        self._journal.file_all()
        await self._file()

    async def _read(self) -> bool:
        """Whether the ERP answered at all."""
        answered = False
        for batch in self._batches:
            try:
                answered |= await self._read_batch(batch)
            except Fault as fault:
                log.warning(fields("not read", why=fault))
                return False
        return answered

    async def _read_batch(self, batch: Sequence[str]) -> bool:
        """Whether it was read. Raises `Fault` where the ERP takes no calls."""
        batch = [article for article in batch if article not in self._gone]
        try:
            self.snapshot |= await self._erp.stock(batch)
        except Fault as fault:
            if fault.code != "ARTIKEL_UNBEKANNT":
                raise
            if len(batch) == 1:
                log.warning(fields("not carried any more", article=batch[0]))
                self._gone.update(batch)
                return True
            # It does not say reliably which one it means, and this happens once a day.
            half = len(batch) // 2
            return await self._read_batch(batch[:half]) & await self._read_batch(batch[half:])
        except ErpError as error:
            log.warning(fields("not read", why=error))
            return False
        return True

    async def _send(self, until: float) -> None:
        journal = self._journal
        while journal.to_send and time.monotonic() < until:
            line = journal.to_send[0]
            try:
                number = await self._erp.purchase(line)
            except ErpError as error:
                log.warning(fields("to be filed", order=line.order, why=error))
                journal.to_file.append(line)
            else:
                log.info(fields("bought", order=line.order, number=number))
            # Not before: whatever we are interrupted at stays written down.
            journal.to_send.popleft()

    async def _file(self) -> None:
        lines = list(self._journal.to_file)
        if not lines or not self.snapshot:
            return
        self._files += 1
        name = f"promise-api-{self._life}-{self._files:05d}"
        try:
            protocol = await self._erp.deliver(name, render(lines, self._today().date()))
        except ErpError as error:
            log.warning(fields("file to be sent again", orders=len(lines), why=error))
            return
        self._journal.to_file.clear()
        say = log.error if protocol.startswith("REJECTED") else log.info
        say(fields("file delivered", name=name, orders=len(lines), protocol=protocol))

    def _today(self) -> datetime:
        return max(level.as_of for level in self.snapshot.values())
