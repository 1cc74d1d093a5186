"""Takes files from the drop, one after the other; what breaks is begun again from what the WMS knows."""

import asyncio
import logging

import asyncssh
import psycopg
from app.log import fields
from app.scans import drop
from app.scans.dialects import Dialect
from app.scans.parser import Goods, Key, sort, whole
from app.scans.shelf import Shelf
from app.scans.store import Store
from app.settings import Settings

log = logging.getLogger("slotter.loader")


class Intake:
    """Writes the WMS first and the shelf after it, so that the shelf never knows more than the books."""

    def __init__(self, settings: Settings, store: Store, shelf: Shelf) -> None:
        self._settings = settings
        self._store = store
        self._shelf = shelf
        self._files: set[str] = set()
        self._known: set[Key] = set()
        self._goods = Goods({}, frozenset())
        self._sites: dict[str, Dialect] = {}

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self._recall()
                async with drop.connected(self._settings.drop_url, self._settings.drop_host_key) as sftp:
                    while True:
                        await self._round(sftp)
                        await asyncio.sleep(self._settings.poll_seconds)
            except (OSError, asyncssh.Error, psycopg.Error) as error:
                log.warning(fields("interrupted", why=repr(error)[:90]))
            await asyncio.sleep(self._settings.poll_seconds)

    async def _recall(self) -> None:
        """Forget everything, and learn it from the WMS."""
        self._goods, self._sites = await self._store.goods(), await self._store.dialects()
        self._files, self._known = await self._store.done()
        self._shelf.faces = await self._store.faces()
        for movement in await self._store.movements():
            self._shelf.put(*movement)

    async def _round(self, sftp: asyncssh.SFTPClient) -> None:
        for name in await drop.names(sftp, self._settings.folder, self._is_open):
            try:
                data = await drop.read(sftp, self._settings.folder, name)
            except (asyncssh.SFTPFailure, asyncssh.SFTPPermissionDenied) as error:
                log.info(fields("held by somebody", file=name, why=error.reason))
                continue
            await self.take(name, data)

    def _is_open(self, name: str) -> bool:
        return name not in self._files and name[:1] in self._sites

    async def take(self, name: str, data: bytes) -> None:
        """One file, if all of it is there. Raises `psycopg.Error`, and then nothing of it is booked."""
        lines = whole(data)
        if lines is None:
            return
        site = name[:1]
        found = sort(site, lines, self._sites[site], self._goods, self._known)
        await self._store.write(name, site, found)
        self._files.add(name)
        self._known.update(scan.key for scan in found.new)
        self._known.update(key for key, *_ in found.bad)
        for scan in found.new:
            self._shelf.put(site, scan.sku, scan.movement, scan.qty, scan.at)
        log.info(fields("taken", file=name, received=found.received, new=len(found.new), bad=len(found.bad),
                        known=found.known))  # fmt: skip
