"""An engine that can die for one user while it lives on for all others."""

import asyncio
import contextlib
from pathlib import Path
from typing import Self

SOCKET = "/var/run/docker.sock"


class Wire:
    """A way to the engine that can be cut: for who uses it, the engine dies then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: set[asyncio.StreamWriter] = set()
        self._cut = False

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._serve, self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()

    async def cut(self) -> None:
        self._cut = True
        self._server.close()
        self.path.unlink(missing_ok=True)
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0.1)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError):
            there, engine = await asyncio.open_unix_connection(SOCKET)
            self._open.add(engine)
            with contextlib.suppress(OSError):
                if not self._cut:  # it may have been cut before we got here, or while we dialled
                    await asyncio.gather(self._copy(reader, engine), self._copy(there, writer))
            self._close(engine)
        self._close(writer)

    def _close(self, end: asyncio.StreamWriter) -> None:
        end.close()
        self._open.discard(end)

    @staticmethod
    async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()
