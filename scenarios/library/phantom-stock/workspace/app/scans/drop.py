"""The SFTP server that the scanners' gateways send files to."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import unquote, urlsplit

import asyncssh


@asynccontextmanager
async def connected(url: str, host_key: str) -> AsyncIterator[asyncssh.SFTPClient]:
    """A session. Raises `OSError` or `asyncssh.Error`."""
    where = urlsplit(url)
    known = asyncssh.import_known_hosts(f"* {host_key}\n")
    async with (
        asyncssh.connect(
            where.hostname or "", where.port or 22, username=unquote(where.username or ""),
            password=unquote(where.password or ""), known_hosts=known, config=None, client_keys=None,
        ) as connection,
        connection.start_sftp_client() as sftp,
    ):  # fmt: skip
        yield sftp


async def names(sftp: asyncssh.SFTPClient, folder: str, wanted: Callable[[str], bool]) -> list[str]:
    """The files that are wanted, the oldest first: their names have the date in them."""
    found = [str(name) for name in await sftp.listdir(folder)]
    return sorted(name for name in found if name.endswith(".csv") and wanted(name))


async def read(sftp: asyncssh.SFTPClient, folder: str, name: str) -> bytes:
    """All that is in a file."""
    async with sftp.open(f"{folder}/{name}", "rb") as file:
        data = await file.read()
        return data if isinstance(data, bytes) else data.encode()
