"""A target of HTTP that answers what it is told to."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

ORDER = b'{"id": 7, "town": "K\xc3\xb6ln", "lines": [{"price": 1.5}]}'


class Site:
    """A target that answers what it is told to; the last request's bytes are in `heads` and `bodies`."""

    def __init__(self, body: bytes = ORDER, media: str = "application/json", framing: str = "length") -> None:
        self.body, self.media, self.framing = body, media, framing
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.at: list[float] = []
        self.status = 200
        self.number = False
        """Every answer holds how many there were."""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.lower().partition("content-length:")[2].split()[0]) if "ength:" in head else 0
            if "expect:" in head.lower():
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await reader.readexactly(length)
            self.at.append(time.monotonic())
            self.heads.append(head)
            self.bodies.append(body)
            self._answer(writer, b"%d" % len(self.heads) if self.number else self.body, head.startswith("HEAD "))
            if self.framing == "end":
                return

    def _answer(self, writer: asyncio.StreamWriter, body: bytes, bodiless: bool) -> None:
        framing = {"length": b"Content-Length: %d\r\n" % len(body), "chunked": b"Transfer-Encoding: chunked\r\n"}
        head = b"HTTP/1.1 %d OK\r\nContent-Type: %b\r\n" % (self.status, self.media.encode())
        writer.write(head + framing.get(self.framing, b"") + b"ETag: 1\r\n\r\n")
        if self.framing == "chunked":
            writer.writelines(b"1\r\n%c\r\n" % byte for byte in body)
            body = b"0\r\nSum: 1\r\n\r\n"
        writer.write(b"" if bodiless else body)


Client = Callable[[], httpx.AsyncClient]
FRAMINGS = pytest.mark.parametrize("framing", ["length", "chunked", "end"])
