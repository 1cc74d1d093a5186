"""Toxiproxy's clients drive the links of a world, under real traffic: the published Python one, and by hand."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest
import toxiproxy
from fastapi import FastAPI
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists

from simulator.clock import Clock, Timeline
from simulator.field import toxiproxy as ours
from simulator.field.toxiproxy.api import app
from simulator.field.toxiproxy.proxies import Proxies
from tests.functional.field import toys
from tests.functional.field.test_process import World, _wait, scenario


class Nowhere:
    """A recorder that nothing should be written to."""

    def write(self, table: str, row: dict[str, Any]) -> None:
        raise AssertionError(table)


LONG = [{"name": "all", "lasts": "60s", "simulates": "60m"}]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("toxiproxy"), scenario(rate="5/s", phases=LONG), practice=True)
    made.ready()
    made.field.post("/laps", json={"number": 1, "seed": 5})
    _wait(lambda: made.clock().status_code == 200)
    yield made
    made.close()


@pytest.fixture
def api(world: World) -> Iterator[httpx.Client]:
    base = f"{world.field.base_url}{ours.path(toys.TOKEN)}"
    with httpx.Client(base_url=base) as client:
        yield client
        client.post("/reset")
        for name in client.get("/proxies").json():
            client.delete(f"/proxies/{name}")


@pytest.fixture
def client(world: World, api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> toxiproxy.Toxiproxy:
    """It takes a host and a port; the path goes behind the port."""
    server = toxiproxy.Toxiproxy()
    server.update_api_consumer("127.0.0.1", f"{world.config.control.port}{ours.path(toys.TOKEN)}")
    return server


@contextmanager
def upstream(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A target that does `serve` with every connection; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_guarded, args=(serve, connection), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _guarded(serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection, suppress(OSError):
        serve(connection)


def echo(connection: socket.socket) -> None:
    while data := connection.recv(65_536):
        connection.sendall(data)


def dial(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    made = socket.create_connection((host, int(port)), timeout=5)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def ping(connection: socket.socket, data: bytes = b"ping") -> float:
    """Seconds until it came back."""
    began = time.monotonic()
    connection.sendall(data)
    got = b""
    while len(got) < len(data):
        part = connection.recv(65_536)
        if not part:
            raise EOFError
        got += part
    assert got == data
    return time.monotonic() - began


def ask(world: World) -> tuple[float, int]:
    """Seconds and status of one request to the service, over its ingress link."""
    began = time.monotonic()
    status = httpx.post(f"http://127.0.0.1:{world.config.links[0].listen.port}/echo/1", content=b"{}").status_code
    return time.monotonic() - began, status


# The published client


def test_the_client_finds_the_links_of_the_world(world: World, client: toxiproxy.Toxiproxy) -> None:
    proxies = client.proxies()
    assert set(proxies) == {"api", "erp"}
    listen = world.config.links[0].listen
    assert proxies["api"].listen == f"127.0.0.1:{listen.port}"
    assert proxies["api"].enabled
    assert client.get_proxy("none") is None


def test_the_client_slows_a_link_of_the_world_and_sets_it_free(world: World, client: toxiproxy.Toxiproxy) -> None:
    proxy = client.get_proxy("api")
    proxy.add_toxic(type="latency", attributes={"latency": 250, "jitter": 0})
    assert set(proxy.toxics()) == {"latency_downstream"}
    assert proxy.get_toxic("latency_downstream").attributes == {"latency": 250, "jitter": 0}
    took, status = ask(world)
    assert (took >= 0.25, status) == (True, 200)
    with pytest.raises(ProxyExists):
        proxy.add_toxic(type="latency")
    with pytest.raises(InvalidToxic):
        proxy.add_toxic(type="fire")
    with pytest.raises(NotFound):
        proxy.destroy_toxic("none")
    assert proxy.destroy_toxic("latency_downstream")
    assert proxy.toxics() == {}
    assert ask(world)[0] < 0.25


def test_the_client_takes_a_link_down_and_up(world: World, client: toxiproxy.Toxiproxy) -> None:
    proxy = client.get_proxy("api")
    with proxy.down():
        assert client.get_proxy("api").enabled is False
        with pytest.raises(httpx.ConnectError):
            ask(world)
    assert ask(world)[1] == 200
    proxy.disable()
    assert client.reset()
    assert ask(world)[1] == 200


def test_the_client_makes_moves_and_destroys_proxies_of_its_own(client: toxiproxy.Toxiproxy) -> None:
    with upstream(echo) as there:
        proxy = client.create(there, "cache")
        assert not proxy.listen.endswith(":0")
        with dial(proxy.listen) as connection:
            ping(connection)
        with pytest.raises(ProxyExists):
            client.create(there, "cache")
        wanted = [{"name": "cache", "upstream": there, "listen": proxy.listen},
                  {"name": "queue", "upstream": there, "listen": "127.0.0.1:0"}]  # fmt: skip
        assert [made.name for made in client.populate(wanted)] == ["queue"]  # the other one was there
        assert client.get_proxy("cache").listen == proxy.listen
        client.destroy_all()
        assert set(client.proxies()) == {"api", "erp"}
        with pytest.raises(ConnectionRefusedError):
            dial(proxy.listen)


# The REST contract


def test_what_the_api_answers(api: httpx.Client) -> None:
    assert api.get("/version").json()["version"].startswith("2.12.0")
    made = api.post("/proxies", json={"name": "x", "upstream": "127.0.0.1:1", "listen": "127.0.0.1:0"})
    assert made.status_code == 201
    assert made.json() == {
        "name": "x", "listen": made.json()["listen"], "upstream": "127.0.0.1:1", "enabled": True, "toxics": []
    }  # fmt: skip
    toxic = api.post("/proxies/x/toxics", json={"type": "bandwidth", "stream": "upstream", "attributes": {"rate": 5}})
    assert toxic.status_code == 200
    shown = {"attributes": {"rate": 5}, "name": "bandwidth_upstream", "type": "bandwidth", "stream": "upstream"}
    assert toxic.json() == shown | {"toxicity": 1.0}
    assert api.get("/proxies/x/toxics").json() == [toxic.json()]
    assert api.get("/proxies/x").json()["toxics"] == [toxic.json()]
    assert api.get("/proxies/x/toxics/bandwidth_upstream").json() == toxic.json()
    for method in ("POST", "PATCH"):
        edit = api.request(method, "/proxies/x/toxics/bandwidth_upstream", json={"toxicity": 0.5, "strange": 1})
        assert (edit.status_code, edit.json()) == (200, shown | {"toxicity": 0.5})
        update = api.request(method, "/proxies/x", json={"enabled": method == "PATCH"})
        assert (update.status_code, update.json()["enabled"]) == (200, method == "PATCH")
    assert api.delete("/proxies/x/toxics/bandwidth_upstream").status_code == 204
    assert api.post("/reset").status_code == 204
    assert api.delete("/proxies/x").status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "/proxies", "{", 400, "bad request body: "),
        ("POST", "/proxies", [], 400, "bad request body: "),
        ("POST", "/proxies", {"upstream": "127.0.0.1:1"}, 400, "missing required field: name"),
        ("POST", "/proxies", {"name": "x"}, 400, "missing required field: upstream"),
        ("POST", "/proxies", {"name": "x", "upstream": "nowhere"}, 400, "upstream 'nowhere' is not host:port"),
        ("POST", "/proxies", {"name": "x", "upstream": "h:1", "listen": "0.0.0.0:0"}, 400, "listen '0.0.0.0:0' is not"),
        ("POST", "/proxies", {"name": "api", "upstream": "h:1", "listen": "127.0.0.1:1"}, 409, "proxy already exists"),
        ("GET", "/proxies/none", None, 404, "proxy not found"),
        ("PATCH", "/proxies/none", {}, 404, "proxy not found"),
        ("DELETE", "/proxies/none", None, 404, "proxy not found"),
        ("PATCH", "/proxies/api", {"enabled": "yes"}, 400, "bad request body: enabled"),
        ("PATCH", "/proxies/api", {"upstream": "127.0.0.1:1"}, 403, "api is a link of this world"),
        ("DELETE", "/proxies/api", None, 403, "api is a link of this world"),
        ("GET", "/proxies/none/toxics", None, 404, "proxy not found"),
        ("POST", "/proxies/api/toxics", {"type": "fire"}, 400, "invalid toxic type"),
        ("POST", "/proxies/api/toxics", {}, 400, "invalid toxic type"),
        ("POST", "/proxies/api/toxics", {"type": "latency", "stream": "up"}, 400, "stream was invalid, can be either"),
        ("POST", "/proxies/api/toxics", {"type": "latency", "toxicity": 2}, 400, "bad request body: toxicity"),
        ("POST", "/proxies/api/toxics", {"type": "latency", "attributes": {"latency": "1s"}}, 400, "bad request body"),
        ("GET", "/proxies/api/toxics/none", None, 404, "toxic not found"),
        ("PATCH", "/proxies/api/toxics/none", {}, 404, "toxic not found"),
        ("DELETE", "/proxies/api/toxics/none", None, 404, "toxic not found"),
        ("POST", "/populate", {}, 400, "bad request body: "),
        ("POST", "/populate", [{"name": "x"}], 400, "missing required field: upstream at proxy 1"),
        ("POST", "/populate", [{"name": "x", "upstream": "h:1"}] * 2, 500, 'duplicate proxy name "x"'),
    ],
)
def test_what_the_api_refuses(api: httpx.Client, method: str, path: str, body: Any, status: int, error: str) -> None:
    content = body if isinstance(body, str) else None if body is None else json.dumps(body)
    answer = api.request(method, path, content=content)
    said = answer.json()
    assert (answer.status_code, said["status"]) == (status, status)
    assert said["error"].startswith(error)
    assert set(api.get("/proxies").json()) == {"api", "erp"}


def test_who_may_not(world: World, api: httpx.Client) -> None:
    browser = api.get("/proxies", headers={"User-Agent": "Mozilla/5.0"})
    assert (browser.status_code, browser.text) == (403, "User agent not allowed\n")
    for key in ("wrong", toys.TOKEN):
        assert httpx.get(f"{world.field.base_url}/toxiproxy/{key}/proxies").status_code == 401


def test_populate_makes_all_or_looks_at_all_first(api: httpx.Client) -> None:
    wanted = [{"name": name, "upstream": "127.0.0.1:1", "listen": "127.0.0.1:0"} for name in ("x", "y")]
    made = api.post("/populate", json=wanted)
    assert made.status_code == 201
    again = [{**one, "listen": shown["listen"]} for one, shown in zip(wanted, made.json()["proxies"], strict=True)]
    api.post("/proxies/x/toxics", json={"type": "latency"})
    kept = api.post("/populate", json=again).json()["proxies"]
    assert [len(proxy["toxics"]) for proxy in kept] == [1, 0]  # the same place: left as it is
    moved = api.post("/populate", json=[{**again[0], "upstream": "127.0.0.1:2"}]).json()["proxies"]
    assert (moved[0]["upstream"], moved[0]["toxics"]) == ("127.0.0.1:2", [])
    taken = api.post("/proxies", json={"name": "z", "upstream": "127.0.0.1:1", "listen": again[1]["listen"]})
    assert (taken.status_code, taken.json()["status"]) == (500, 500)
    assert "z" not in api.get("/proxies").json()


# What toxics do, on TCP


@pytest.fixture
def proxy(api: httpx.Client) -> Iterator[tuple[Callable[..., None], Callable[[], socket.socket]]]:
    """(put a toxic on a proxy before an echo, connect to that proxy)."""
    with upstream(echo) as there:
        made = api.post("/proxies", json={"name": "echo", "upstream": there}).json()

        def toxic(kind: str, stream: str = "downstream", toxicity: float = 1.0, **attributes: int) -> None:
            body = {"type": kind, "stream": stream, "toxicity": toxicity, "attributes": attributes}
            assert api.post("/proxies/echo/toxics", json=body).status_code == 200

        yield toxic, lambda: dial(made["listen"])


def test_latency_and_its_removal(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    with connect() as connection:
        toxic("latency", latency=100, jitter=50)
        took = [ping(connection) for _ in range(15)]
        assert min(took) >= 0.05
        assert max(took) > 0.1
        api.patch("/proxies/echo/toxics/latency_downstream", json={"attributes": {"latency": 60_000, "jitter": 0}})
        threading.Timer(0.2, lambda: api.delete("/proxies/echo/toxics/latency_downstream")).start()
        assert 0.18 <= ping(connection) < 5  # what was held up goes on


def test_bandwidth_of_nothing_stalls_until_it_is_edited(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    with connect() as connection:
        toxic("bandwidth", rate=0)
        threading.Timer(0.2, lambda: api.patch(
            "/proxies/echo/toxics/bandwidth_downstream", json={"attributes": {"rate": 100}})).start()  # fmt: skip
        assert 0.18 <= ping(connection) < 5
        assert ping(connection, b"x" * 20_000) == pytest.approx(0.2 + 0.05, abs=0.06)


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
def test_timeout_closes_an_idle_connection_and_one_that_goes_on_talking(proxy: Any, stream: str) -> None:
    toxic, connect = proxy
    with connect() as idle, connect() as talker:
        ping(idle), ping(talker)
        toxic("timeout", stream, timeout=300)
        began = time.monotonic()
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
            assert time.monotonic() - began == pytest.approx(0.35, abs=0.15)
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
        connection.settimeout(5)
        api.delete("/proxies/echo/toxics/timeout_downstream")
        assert connection.recv(100) == b""  # it has lost bytes, so it ends
    with connect() as connection:
        ping(connection)


def test_reset_peer_resets_connections_that_were_open_before_and_no_others(api: httpx.Client, proxy: Any) -> None:
    toxic, connect = proxy
    with connect() as before:
        ping(before)
        toxic("reset_peer", timeout=100)
        began = time.monotonic()
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
        pieces = [len(connection.recv(65_536)) for _ in range(7)]
        assert sum(80 <= size <= 120 for size in pieces) >= 5
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
    toxic("latency", toxicity=0.25, latency=300)
    with ExitStack() as closing:
        connections = [closing.enter_context(connect()) for _ in range(8)]

        def slow() -> list[bool]:
            return [ping(connection) >= 0.25 for connection in connections]

        first = slow()
        assert sum(first) == 2
        api.patch("/proxies/echo/toxics/latency_downstream", json={"attributes": {"latency": 350}})
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
        began = time.monotonic()
        connections = [dial(made["listen"]) for _ in range(20)]
        assert time.monotonic() - began < 1
        assert api.get("/proxies").status_code == 200
        for connection in connections:
            connection.close()


# What is left


def test_strikes_of_toxics_are_evidence_joined_to_requests(world: World, api: httpx.Client) -> None:
    body = {"type": "latency", "name": "mine", "attributes": {"latency": 100}}
    assert api.post("/proxies/api/toxics", json=body).status_code == 200
    time.sleep(1.2)
    api.delete("/proxies/api/toxics/mine")
    _wait(lambda: any(row["detail"] == "toxic mine" for row in world.rows("faults")))
    rows = [row for row in world.rows("faults") if row["detail"] == "toxic mine"]
    assert {(row["link"], row["kind"]) for row in rows} == {("api", "latency")}
    assert any(row["request"] for row in rows)
    assert all(row["at"] > 0 for row in rows)


def test_a_hand_on_the_links_is_told_to_the_keeper(world: World, api: httpx.Client) -> None:
    api.post("/proxies", json={"name": "x", "upstream": "127.0.0.1:1"})
    api.post("/proxies/x/toxics", json={"type": "latency"})  # on a link that is none of the world's
    api.post("/proxies/erp/toxics", json={"type": "latency"})
    api.post("/proxies/erp", json={"enabled": False})
    api.post("/reset")
    with world.field.stream("GET", "/events", timeout=5) as lines:
        seen: list[int] = []
        for line in lines.iter_lines():
            event: dict[str, Any] = json.loads(line) if line else {"kind": "heartbeat"}
            if event["kind"] == "toxics":
                seen.append(event["active"])
            if line and seen[-3:] == [1, 2, 0]:
                break
            assert line, f"no 1, 2, 0 in {seen}"


async def test_an_exam_is_left_alone() -> None:
    proxies = Proxies({}, Clock(Timeline(()), 0.0), Nowhere(), lambda: 0, lambda: None)
    control = FastAPI()
    control.mount("/toxiproxy/{key}", app(proxies, "key", practice=False))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(control), base_url="http://field/toxiproxy/key") as api:
        for method, path in (("GET", "/proxies"), ("POST", "/reset"), ("GET", "/version"), ("POST", "/populate")):
            answer = await api.request(method, path)
            assert (answer.status_code, answer.json()["status"]) == (403, 403)
