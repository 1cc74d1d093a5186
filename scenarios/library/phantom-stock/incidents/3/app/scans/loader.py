"""Looks for new files, and books what is in them."""

import asyncio
import logging
from typing import Any

import asyncssh
import psycopg

from app.log import fields
from app.scans import drop
from app.scans.parser import Scan, parse
from app.settings import Settings
from app.wms import Wms

log = logging.getLogger("slotter.loader")


class Loader:
    """Goes through each site's files in the order of their names, and remembers how far it is."""

    def __init__(self, settings: Settings, wms: Wms) -> None:
        self._settings = settings
        self._wms = wms
        self._last: dict[str, str] = {}
        """By site the last file that is done. Names sort by time, so what is not behind it is old."""
        self._skus: set[str] = set()
        self._bins: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Poll for ever."""
        while True:
            try:
                await self._poll()
            except (OSError, asyncssh.Error, psycopg.Error) as error:
                log.warning(fields("poll failed", error=type(error).__name__, why=str(error)[:80]))
            await asyncio.sleep(self._settings.poll_seconds)

    async def _poll(self) -> None:
        if not self._skus:
            self._skus = {sku for (sku,) in await self._wms.rows("SELECT sku FROM wms.skus")}
            self._bins = {(site, bin) for site, bin in await self._wms.rows("SELECT site, bin FROM wms.bins")}
        async with drop.connected(self._settings.drop_url, self._settings.drop_host_key) as sftp:
            for name in await drop.names(sftp, self._settings.folder, self._is_new):
                self._last[site_of(name)] = name
                try:
                    data = await drop.read(sftp, self._settings.folder, name)
                except asyncssh.SFTPError as error:
                    log.warning(fields("file not read", file=name, why=error.reason))
                    continue
                await self.load(name, data)

    def _is_new(self, name: str) -> bool:
        return name > self._last.get(site_of(name), "")

    async def load(self, name: str, data: bytes) -> None:
        """Book one file."""
        site = site_of(name)
        scans, skipped = parse(data)
        known = [scan for scan in scans if scan.sku in self._skus and (site, scan.bin) in self._bins]
        skipped += len(scans) - len(known)
        await self._wms.book(name, site, len(known), [movement(name, site, scan) for scan in known])
        newest = max((scan.scanned_at for scan in known), default=None)
        log.info(fields("file loaded", file=name, rows=len(known), skipped=skipped, newest=newest))


def site_of(name: str) -> str:
    """A_20260308_0210.csv is of site A."""
    return name.partition("_")[0]


def movement(file: str, site: str, scan: Scan) -> dict[str, Any]:
    """A scan as the WMS wants it. Whenever it comes again, device and number are the same, so it has the same reference."""
    ref = f"{site}/{scan.scanned_at:%Y%m%d}/{scan.device}/{scan.seq}"
    return {
        "ref": ref, "site": site, "device": scan.device, "seq": scan.seq, "sku": scan.sku, "bin": scan.bin,
        "movement": scan.movement, "qty": scan.qty, "scanned_at": scan.scanned_at, "file": file,
    }  # fmt: skip
