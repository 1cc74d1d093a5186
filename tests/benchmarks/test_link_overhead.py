"""What a link adds to a request, against what a bare relay on the same loop adds, in the same run.

Each relay is a process of its own between one kept-alive client and one server. The ways are taken in turns, in many
short rounds, and of each way its calmest round counts: what else the machine does slows some rounds, never all.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
import uvloop

from simulator.field.config import Link
from simulator.field.links import LinkServer
from simulator.plan import Listen
from tests.conftest import Figure

REQUEST = (
    b"POST /orders HTTP/1.1\r\nHost: promise-api\r\nUser-Agent: fdelab\r\nAccept: */*\r\n"
    b"Content-Type: application/json\r\nContent-Length: 96\r\n\r\n" + b'"' + b"x" * 94 + b'"'
)
RESPONSE = (
    b"HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 08:00:00 GMT\r\nServer: uvicorn\r\n"
    b"Content-Type: application/json\r\nContent-Length: 64\r\n\r\n" + b'"' + b"y" * 62 + b'"'
)
ROUNDS, EACH = 60, 80
BUDGET = 1.3
TRIES = 4
"""Runs of which the calmest counts, where one was disturbed from its begin to its end."""

ROOT = Path(__file__).parents[2]


class Server(asyncio.Protocol):
    """Answers every request that came in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.transport.write(RESPONSE)


class Bare(asyncio.Protocol):
    """The least that a relay can do."""

    def __init__(self, port: int, other: "Bare | None" = None) -> None:
        self.port = port
        self.other = other
        self.waiting: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        if self.other is None:
            loop = asyncio.get_running_loop()
            self.dialling = loop.create_task(loop.create_connection(lambda: Bare(0, self), "127.0.0.1", self.port))
        else:
            self.other.other = self
            for data in self.other.waiting:
                self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self.waiting.append(data)
        else:
            self.other.transport.write(data)


async def _serve(what: str, port: int) -> None:
    """Listen as `what`, print the port, stay."""
    loop = asyncio.get_running_loop()
    if what in ("http", "tcp"):
        here = Listen(host="127.0.0.1", port=0)
        link = LinkServer(Link(name="erp", protocol=what, listen=here, target=Listen(host="127.0.0.1", port=port)))
        await link.start()
        listening = link.address[1]
    else:
        server = await loop.create_server(Server if what == "server" else lambda: Bare(port), "127.0.0.1", 0)
        listening = server.sockets[0].getsockname()[1]
    print(listening, flush=True)
    await asyncio.Event().wait()


class Client(asyncio.Protocol):
    """One request after the other on one connection; `took` is in seconds."""

    def __init__(self, took: list[float]) -> None:
        self.took = took

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def begin(self, count: int) -> asyncio.Future[None]:
        self.left = count
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._send()
        return self.over

    def _send(self) -> None:
        self.sent = time.perf_counter()
        self.transport.write(REQUEST)

    def data_received(self, data: bytes) -> None:
        self.took.append(time.perf_counter() - self.sent)
        self.left -= 1
        if self.left:
            self._send()
        else:
            self.over.set_result(None)


async def _measure(ports: dict[str, int]) -> dict[str, float]:
    """Median seconds of a request each way, in the calmest round."""
    loop = asyncio.get_running_loop()
    p50: dict[str, list[float]] = {way: [] for way in ports}
    clients: dict[str, Client] = {}
    for way, port in ports.items():
        _, clients[way] = await loop.create_connection(lambda: Client([]), "127.0.0.1", port)
        await clients[way].begin(EACH)
    for _ in range(ROUNDS):
        for way, client in clients.items():
            client.took = []
            await client.begin(EACH)
            p50[way].append(statistics.median(client.took))
    for client in clients.values():
        client.transport.close()
    return {way: min(medians) for way, medians in p50.items()}


CORES = os.sched_getaffinity(0)


def _settle(pid: int) -> None:
    """All on one core, where a request takes what its handling costs: not which core a process got, nor its waking."""
    os.sched_setaffinity(pid, {max(CORES)})


@contextmanager
def relays() -> Iterator[dict[str, int]]:
    """Where the server answers: directly, and through each relay."""
    processes = []

    def start(what: str, port: int = 0) -> int:
        argv = [sys.executable, "-m", "tests.benchmarks.test_link_overhead", what, str(port)]
        processes.append(subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT))
        _settle(processes[-1].pid)
        assert processes[-1].stdout is not None
        return int(processes[-1].stdout.readline())

    try:
        server = start("server")
        yield {"direct": server} | {what: start(what, server) for what in ("bare", "tcp", "http")}
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.communicate()


def added() -> dict[str, float]:
    """Seconds that each relay adds to the median request, and what the request takes without one."""
    with relays() as ports:
        _settle(0)
        try:
            p50 = uvloop.run(_measure(ports))
        finally:
            os.sched_setaffinity(0, CORES)
    return {way: took if way == "direct" else took - p50["direct"] for way, took in p50.items()}


@pytest.mark.benchmark
def test_a_link_adds_little_more_than_a_bare_relay(figure: Figure) -> None:
    best = added()
    for _ in range(TRIES - 1):
        if max(best["tcp"], best["http"]) <= BUDGET * best["bare"]:
            break
        best = {way: min(took, best[way]) for way, took in added().items()}
    figure("request straight to the server, p50", best["direct"] * 1e6, "µs")
    figure("bare uvloop relay, added p50", best["bare"] * 1e6, "µs")
    for way in ("tcp", "http"):
        ratio = best[way] / best["bare"]
        figure(f"{way} link, added p50", best[way] * 1e6, "µs", ratio=round(ratio, 2), budget=f"≤ {BUDGET} × bare")
    assert best["http"] <= BUDGET * best["bare"]
    assert best["tcp"] <= BUDGET * best["bare"]


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], int(sys.argv[2])))
