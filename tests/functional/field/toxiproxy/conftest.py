"""A world whose links Toxiproxy's clients drive, under real traffic."""

from collections.abc import Iterator

import httpx
import pytest
import toxiproxy

from simulator.field import toxiproxy as ours
from tests.functional.field import toys
from tests.functional.field.test_process import World, _wait, scenario

LONG = [{"name": "all", "lasts": "600s", "simulates": "600m"}]


def pytest_itemcollected(item: pytest.Item) -> None:
    """A module's tests stay with one worker: each other one would start the module's world again."""
    item.add_marker(pytest.mark.xdist_group(f"toxiproxy-{item.path.stem}"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("toxiproxy"), scenario(rate="5/s", phases=LONG), practice=True)
    try:
        made.ready()
        made.field.post("/laps", json={"number": 1, "seed": 5})
        _wait(lambda: made.clock().status_code == 200)
        yield made
    finally:
        made.close()


@pytest.fixture
def api(world: World) -> Iterator[httpx.Client]:
    base = f"{world.field.base_url}{ours.path(toys.TOKEN)}"
    with httpx.Client(base_url=base, timeout=60) as client:
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
