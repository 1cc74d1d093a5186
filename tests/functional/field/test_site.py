"""Each part's settings go to the host that runs it; a host that refuses is named with what it said."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from simulator.field.config import FieldConfig
from simulator.field.site import Site, SiteFailed
from simulator.plan import Listen
from tests.functional.field.test_process import scenario


class Host:
    """A site host that notes what it is told."""

    def __init__(self, status: int = 200) -> None:
        self.told: list[dict[str, Any]] = []
        self.status = status
        app = web.Application()
        app.router.add_post("/settings", self._settings)
        app.router.add_post("/settle", self._settle)
        self.runner = web.AppRunner(app)

    async def _settings(self, request: web.Request) -> web.Response:
        self.told.append(await request.json())
        return web.json_response({"error": "no such setting"}, status=self.status)

    async def _settle(self, _request: web.Request) -> web.Response:
        return web.json_response({f"part-{id(self)}": {"calls": len(self.told)}})

    async def start(self) -> str:
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"


@pytest.fixture
async def hosts() -> AsyncIterator[dict[str, Host]]:
    made = {"site": Host(), "site-db": Host(), "grumpy": Host(422)}
    yield made
    for host in made.values():
        await host.runner.cleanup()


@pytest.fixture
async def site(hosts: dict[str, Host]) -> AsyncIterator[Site]:
    here = Listen(host="127.0.0.1", port=0)
    config = FieldConfig(
        scenario=scenario(),
        links=[],
        control=here,
        clock=here,
        dns=here,
        site={name: await host.start() for name, host in hosts.items()},
        hosts={"erp": "site", "crm": "site", "db": "site-db", "edi": "grumpy"},
        token="secret",
        evidence="",
    )
    found = Site(config)
    yield found
    await found.close()


async def test_each_host_is_told_of_its_own_parts(site: Site, hosts: dict[str, Host]) -> None:
    await site.configure({"erp": {"a": 1}, "db": {"b": 2}, "crm": {"c": 3}})
    assert hosts["site"].told == [{"erp": {"a": 1}, "crm": {"c": 3}}]
    assert hosts["site-db"].told == [{"db": {"b": 2}}]
    assert hosts["grumpy"].told == []


async def test_the_final_states_of_all_hosts_come_together(site: Site, hosts: dict[str, Host]) -> None:
    assert await site.settle() == {f"part-{id(host)}": {"calls": 0} for host in hosts.values()}


async def test_a_refusal_says_who_and_why(site: Site) -> None:
    with pytest.raises(SiteFailed, match=r"site host grumpy answered POST /settings with 422: .*no such setting"):
        await site.configure({"edi": {}})
