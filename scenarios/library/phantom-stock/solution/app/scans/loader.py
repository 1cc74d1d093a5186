"""Looks for files that are not in the books yet, waits until they are whole, and books them once."""

import asyncio
import logging
from typing import Any

import asyncssh
import psycopg
from app.log import fields
from app.scans import drop
from app.scans.parser import Incomplete, Master, Rejected, Scan, Source, parse
from app.settings import Settings
from app.wms import Wms

log = logging.getLogger("slotter.loader")


class Loader:
    """Every file once, in whatever order they come; a scan is known by site, shift, device and number."""

    def __init__(self, settings: Settings, wms: Wms) -> None:
        self._settings = settings
        self._wms = wms
        self._done: set[str] = set()
        self._master: Master | None = None
        self._sources: dict[str, Source] = {}
        """By site: halls may move and gateways be exchanged, so they are looked up and not written down."""

    async def run(self) -> None:
        """Poll for ever, on one session as long as it lasts."""
        while True:
            try:
                await self._prepare()
                async with drop.connected(self._settings.drop_url, self._settings.drop_host_key) as sftp:
                    while True:
                        await self._poll(sftp)
                        await asyncio.sleep(self._settings.poll_seconds)
            except (OSError, asyncssh.Error, psycopg.Error) as error:
                log.warning(fields("begin again", error=type(error).__name__, why=str(error)[:80]))
                await asyncio.sleep(self._settings.poll_seconds)

    async def _prepare(self) -> None:
        """What was booked before a restart, and the master data."""
        self._done |= {file for (file,) in await self._wms.rows("SELECT file FROM wms.intake")}
        halls = await self._wms.rows("SELECT site, delimiter, encoding, dates, zone FROM wms.halls")
        self._sources = {site: Source(*how) for site, *how in halls}
        if self._master is None:
            skus = await self._wms.rows("SELECT sku, pack, label FROM wms.skus JOIN wms.suppliers ON code = supplier")
            bins = await self._wms.rows("SELECT site, bin FROM wms.bins")
            self._master = Master(
                {sku: pack for sku, pack, _ in skus},
                frozenset(sku for sku, _, label in skus if label == "ITF-14"),
                frozenset((site, bin) for site, bin in bins),
            )

    async def _poll(self, sftp: asyncssh.SFTPClient) -> None:
        new = await drop.names(sftp, self._settings.folder, lambda name: name not in self._done)
        for name, data in zip(new, await asyncio.gather(*(self._read(sftp, name) for name in new)), strict=True):
            if data is None:
                continue
            try:
                await self.load(name, data)
            except Incomplete as error:
                log.debug(fields("not whole yet", file=name, why=error))

    async def _read(self, sftp: asyncssh.SFTPClient, name: str) -> bytes | None:
        """A file's content; None while somebody else holds it. Raises `OSError`, `asyncssh.Error` on a cut line."""
        try:
            return await drop.read(sftp, self._settings.folder, name)
        except (asyncssh.SFTPFailure, asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile) as error:
            log.info(fields("file not read, later again", file=name, why=error.reason))
            return None

    async def load(self, name: str, data: bytes) -> None:
        """Book one file. Raises `Incomplete`."""
        site = site_of(name)
        source = self._sources.get(site)
        if source is None or self._master is None:
            log.warning(fields("nobody told us about this site", file=name))
            self._done.add(name)
            return
        rows = parse(data, site, source, self._master)
        movements = [movement(name, site, row) for row in rows if isinstance(row, Scan)]
        rejected = [{"site": site, "file": name, **vars(row)} for row in rows if isinstance(row, Rejected)]
        loaded, held, known = await self._wms.book(name, site, movements, rejected)
        self._done.add(name)
        log.info(
            fields("file loaded", file=name, received=len(rows), loaded=loaded, quarantined=held, duplicates=known)
        )


def site_of(name: str) -> str:
    """A_20260308_0210.csv is of site A."""
    return name.partition("_")[0]


def movement(file: str, site: str, scan: Scan) -> dict[str, Any]:
    """A scan as the WMS wants it.

    When a gateway sends again, time and file differ; device and number do not. Numbers begin again with every shift, and
    a shift is of one day by WMS time.
    """
    return {
        "ref": f"{site}/{scan.scanned_at:%Y%m%d}/{scan.device}/{scan.seq}", "site": site, "device": scan.device,
        "seq": scan.seq, "sku": scan.sku, "bin": scan.bin, "movement": scan.movement, "qty": scan.qty,
        "scanned_at": scan.scanned_at, "file": file,
    }  # fmt: skip
