"""Toxiproxy's published Python client drives the links of a world, and proxies of its own."""

import time

import httpx
import pytest
import toxiproxy
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists

from tests.functional.field.test_process import World
from tests.functional.field.toxiproxy.wires import dial, echo, ping, upstream


def ask(world: World) -> tuple[float, int]:
    """Seconds and status of one request to the service, over its ingress link."""
    began = time.monotonic()
    status = httpx.post(f"http://127.0.0.1:{world.config.links[0].listen.port}/echo/1", content=b"{}").status_code
    return time.monotonic() - began, status


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
    assert min(ask(world)[0] for _ in range(3)) < 0.25


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
