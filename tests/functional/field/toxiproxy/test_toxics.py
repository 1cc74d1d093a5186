"""What toxics do, on TCP."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest

from tests.functional.field.toxiproxy.wires import dial, echo, ping, upstream


@pytest.fixture
def proxy(api: httpx.Client) -> Iterator[tuple[Callable[..., None], Callable[[], socket.socket]]]:
    """(put a toxic on a proxy before an echo, connect to that proxy)."""
    with upstream(echo) as there:
        made = api.post("/proxies", json={"name": "echo", "upstream": there}).json()

        def toxic(kind: str, stream: str = "downstream", toxicity: float = 1.0, **attributes: int) -> None:
            body = {"type": kind, "stream": stream, "toxicity": toxicity, "attributes": attributes}
            assert api.post("/proxies/echo/toxics", json=body).status_code == 200

        yield toxic, lambda: dial(made["listen"])


@contextmanager
def later(act: Callable[[], object]) -> Iterator[None]:
    """`act` in 0.2 s, before which what goes on meanwhile must not be over."""
    began = time.monotonic()
    timer = threading.Timer(0.2, act)
    timer.start()
    yield
    assert time.monotonic() - began >= 0.2
    timer.join()


def test_latency_and_its_removal(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    with connect() as connection:
        toxic("latency", latency=100, jitter=50)
        took = [ping(connection) for _ in range(15)]
        assert min(took) >= 0.05
        assert max(took) > 0.1
        api.patch("/proxies/echo/toxics/latency_downstream", json={"attributes": {"latency": 60_000, "jitter": 0}})
        with later(lambda: api.delete("/proxies/echo/toxics/latency_downstream")):
            ping(connection)  # what was held up goes on


def test_bandwidth_of_nothing_stalls_until_it_is_edited(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    with connect() as connection:
        toxic("bandwidth", rate=0)
        faster = {"attributes": {"rate": 100}}
        with later(lambda: api.patch("/proxies/echo/toxics/bandwidth_downstream", json=faster)):
            ping(connection)
        assert ping(connection, b"x" * 20_000) >= 0.19


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_timeout_closes_an_idle_connection_and_one_that_goes_on_talking(proxy: Any, stream: str) -> None:
    toxic, connect = proxy
    with connect() as idle, connect() as talker:
        ping(idle), ping(talker)
        began = time.monotonic()
        toxic("timeout", stream, timeout=300)
        stopped = threading.Event()

        def talk() -> None:
            try:
                while not stopped.wait(0.02):
                    talker.sendall(b"x")
            except OSError:
                pass

        threading.Thread(target=talk, daemon=True).start()
        for connection in (idle, talker):
            with suppress(ConnectionResetError):  # it had sent what nobody read
                assert connection.recv(100) == b""
            assert time.monotonic() - began >= 0.29
        stopped.set()


def test_timeout_of_nothing_drops_data_until_it_is_removed(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    with connect() as connection:
        ping(connection)
        toxic("timeout", timeout=0)
        connection.sendall(b"lost")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(100)
        connection.settimeout(30)
        api.delete("/proxies/echo/toxics/timeout_downstream")
        assert connection.recv(100) == b""  # it has lost bytes, so it ends
    with connect() as connection:
        ping(connection)


def test_reset_peer_resets_connections_that_were_open_before_and_no_others(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    with connect() as before:
        ping(before)
        began = time.monotonic()
        toxic("reset_peer", timeout=100)
        with pytest.raises(ConnectionResetError):
            ping(before)
        assert time.monotonic() - began >= 0.09
    api.patch("/proxies/echo/toxics/reset_peer_downstream", json={"toxicity": 0.0})
    for _ in range(3):
        with connect() as spared:
            ping(spared)
            spared.shutdown(socket.SHUT_WR)
            assert spared.recv(100) == b""  # and no reset


def test_limit_data_slicer_and_slow_close(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    toxic("limit_data", bytes=1000)
    with connect() as connection:
        connection.sendall(b"x" * 2000)
        got = b""
        while part := connection.recv(65_536):
            got += part
        assert len(got) == 1000
    api.post("/reset")
    toxic("slicer", average_size=100, size_variation=20, delay=20_000)
    with connect() as connection:
        connection.sendall(b"x" * 1000)
        began, got = time.monotonic(), b""
        while len(got) < 1000:
            got += connection.recv(65_536)  # on a busy machine two pieces may be read as one
            assert len(got) <= 120 * (1 + (time.monotonic() - began + 0.005) / 0.02)
    api.post("/reset")
    toxic("slow_close", delay=300)
    with connect() as connection:
        ping(connection)
        began = time.monotonic()
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
        assert time.monotonic() - began >= 0.29


def test_toxicity_is_exact_and_kept_through_edits_and_neighbours(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    toxic("latency", toxicity=0.25, latency=100)
    with ExitStack() as closing:
        connections = [closing.enter_context(connect()) for _ in range(8)]

        def slow() -> list[bool]:
            """By the fastest of three: what the machine adds is not in each of them."""
            return [min(ping(connection) for _ in range(3)) >= 0.09 for connection in connections]

        first = slow()
        assert sum(first) == 2
        api.patch("/proxies/echo/toxics/latency_downstream", json={"attributes": {"latency": 150}})
        assert slow() == first
        toxic("slicer", "upstream", average_size=10)
        assert slow() == first
        api.delete("/proxies/echo/toxics/slicer_upstream")
        assert slow() == first


def test_a_dead_upstream_keeps_nobody_from_connecting(api: httpx.Client) -> None:
    with socket.socket() as hole, socket.socket() as filler, socket.socket() as more:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)  # takes one connection; whoever dials after it gets no answer
        for one in (filler, more):
            one.setblocking(False)
            one.connect_ex(hole.getsockname())
        there = f"127.0.0.1:{hole.getsockname()[1]}"
        made = api.post("/proxies", json={"name": "hole", "upstream": there}).json()
        connections = [dial(made["listen"]) for _ in range(20)]
        with upstream(echo) as alive:
            other = api.post("/proxies", json={"name": "alive", "upstream": alive}).json()
            with dial(other["listen"]) as connection:
                ping(connection)
        for connection in connections:
            connection.close()
