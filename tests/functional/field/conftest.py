"""Links run on uvloop, as in the field; a bench holds one link between test and target."""

import asyncio
import json
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvloop

from scenarios.model import FaultUse
from simulator.clock import Clock, Span, Timeline
from simulator.evidence.recorder import Recorder
from simulator.field.config import Link
from simulator.field.fault_injection import ActiveFault
from simulator.field.links import LinkServer
from simulator.plan import Listen

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session", autouse=True)
def _files() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))


class Bench:
    """One link and its target; every handler's end is waited for."""

    def __init__(self, folder: Path) -> None:
        span = Span("all", 0.0, 1e9, datetime(2026, 3, 2), 1.0, graded=True, shift=False)
        self.clock = Clock(Timeline((span,)), time.monotonic())
        self.folder = folder
        self.recorder = Recorder(folder, "field")
        self.link: LinkServer
        self.server: asyncio.Server | None = None
        self.armed: list[ActiveFault] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.targets: list[asyncio.StreamWriter] = []

    async def open(self, protocol: str, handler: Handler | None, key: str | None = None) -> LinkServer:
        """A link to a target that does `handler` on each connection; None: nobody listens there."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert handler is not None
            self.targets.append(writer)
            try:
                await handler(reader, writer)
            except (OSError, EOFError):
                pass
            finally:
                writer.close()

        self.server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        if handler is None:
            self.server.close()
        return await self.link_to(protocol, port, key)

    async def link_to(self, protocol: str, port: int, key: str | None = None) -> LinkServer:
        here, there = Listen(host="127.0.0.1", port=0), Listen(host="127.0.0.1", port=port)
        self.link = LinkServer(Link(name="erp", protocol=protocol, listen=here, target=there, key=key))
        await self.link.start()
        return self.link

    async def dial(self) -> Streams:
        reader, writer = await asyncio.open_connection(*self.link.address)
        self.writers.append(writer)
        return reader, writer

    def arm(self, *uses: dict[str, Any], seed: int = 1) -> None:
        """Switch on exactly these faults."""
        protocol = self.link.config.protocol
        armed = [
            ActiveFault(FaultUse.model_validate({"link": "erp"} | use), protocol, seed, self.clock, self.recorder)
            for use in uses
        ]
        self.armed += armed
        self.link.arm(armed)

    def strikes(self) -> list[dict[str, Any]]:
        """Rows of all strikes; the lap is over with it."""
        self._over()
        file = self.folder / "faults.field.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def _over(self) -> None:
        for armed in self.armed:
            armed.close()
        self.recorder.close()

    async def close(self) -> None:
        self._over()
        for writer in self.writers + self.targets:
            writer.close()
        await self.link.stop()
        if self.server is not None:
            self.server.close()
        await asyncio.sleep(0.05)


async def settled() -> None:
    """Let what was sent arrive: after one long wait a busy loop may not have looked at its sockets yet."""
    for _ in range(5):
        await asyncio.sleep(0.01)


async def eventually(done: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `done()`; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.01)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def http(bench: Bench) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    """Makes clients of the bench's link."""
    clients: list[httpx.AsyncClient] = []

    def client() -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url="http://{}:{}".format(*bench.link.address), timeout=30.0)
        clients.append(made)
        return made

    yield client
    for made in clients:
        await made.aclose()


class Web:
    """A small HTTP/1.1 target that notes what it saw, and answers with the path and the body."""

    def __init__(self, delay: float = 0.0) -> None:
        self.seen: list[tuple[float, str, bytes]] = []
        self.delay = delay
        self.gone = 0
        """Connections that their callers ended."""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            method, path, _ = line.decode().split()
            length = 0
            while (header := await reader.readline()).strip():
                name, _, value = header.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
                if name.lower() == "expect":
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = await reader.readexactly(length)
            self.seen.append((time.monotonic(), f"{method} {path}", body))
            await asyncio.sleep(self.delay)
            answer = path.encode() + body
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer))
            writer.write(b"" if method == "HEAD" else answer)
        self.gone += 1


def request(path: str, body: bytes = b"", method: str = "POST", headers: str = "") -> bytes:
    """The bytes of one request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: erp\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def response(reader: asyncio.StreamReader, bodiless: bool = False) -> tuple[int, bytes]:
    """Status and body of one response with a known length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length:")[2].split()[0])
    return int(head.split()[1]), b"" if bodiless else await reader.readexactly(length)
