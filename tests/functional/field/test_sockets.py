"""A Unix socket serves wherever a port does: parts, links, the field's control, and the traffic's own connections."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from aiohttp import web

from simulator import sockets
from simulator.field.config import Link
from simulator.field.links import LinkServer, end
from simulator.parts import PARTS
from simulator.plan import Address, Listen


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder for sockets, whose paths have 107 characters at most."""
    with tempfile.TemporaryDirectory(prefix="fdelab-sockets-") as folder:
        yield Path(folder)


async def hello(request: web.Request) -> web.Response:
    return web.Response(text=f"hello {await request.text()}")


async def app(path: Path) -> web.AppRunner:
    made = web.Application()
    made.router.add_post("/", hello)
    runner = web.AppRunner(made, access_log=None)
    await runner.setup()
    await sockets.serve_http(runner, str(path), 0)
    return runner


async def test_a_link_from_socket_to_socket_knows_who_calls(short: Path) -> None:
    runner = await app(short / "part")
    listen, target = Listen(host=str(short / "link"), port=0), Listen(host=str(short / "part"), port=0)
    link = LinkServer(Link(name="api", protocol="http", listen=listen, target=target))
    await link.start()
    assert link.address == (str(short / "link"), 0)
    connector = sockets.Connector({"api": str(short / "link")}, limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        answers = await asyncio.gather(*(http.post("http://api/", data=str(n)) for n in range(20)))
        assert [await answer.text() for answer in answers] == [f"hello {n}" for n in range(20)]
        callers = [end(c.client.transport.get_extra_info("peername")) for c in link.connections]
        assert len(set(callers)) == len(callers) == 20
    await link.stop()
    await runner.cleanup()


async def test_nobody_there_is_an_error_that_a_client_knows(short: Path) -> None:
    async with aiohttp.ClientSession(connector=sockets.Connector({"api": str(short / "none")})) as http:
        with pytest.raises(aiohttp.ClientOSError):
            await http.get("http://api/")


async def test_a_client_takes_the_url_of_either(short: Path) -> None:
    runner = await app(short / "part")
    await sockets.serve_http(runner, "127.0.0.1", 0)
    port = runner.addresses[1][1]
    for host, number in ((str(short / "part"), 0), ("127.0.0.1", port)):
        http, base = sockets.client(Address(host, host, number, number).url())
        async with http, http.post(f"{base}/", data="you") as answer:
            assert await answer.text() == "hello you"
    await runner.cleanup()


async def test_dialling_waits_while_a_socket_is_full(short: Path) -> None:
    with sockets.listener(str(short / "full"), 0, backlog=0) as full:
        full.setblocking(False)
        dialled = [asyncio.create_task(sockets.dial(asyncio.Protocol, str(short / "full"), 0)) for _ in range(5)]
        await asyncio.sleep(0.1)
        assert not all(task.done() for task in dialled)
        loop = asyncio.get_running_loop()
        for _ in dialled:
            (await loop.sock_accept(full))[0].close()
        await asyncio.gather(*dialled)


LEAST: dict[str, dict[str, Any]] = {
    "event-store": {"streams": {"decisions": {}}},
    "queue": {"queues": {"work": {}}},
    "rest-api": {"resources": {"customers": {}}},
}
"""What a part has to be told before it can start, by kind; most need nothing."""


@pytest.mark.parametrize("kind", sorted(PARTS))
async def test_every_part_listens_where_it_is_told(kind: str, short: Path) -> None:
    part = PARTS[kind].make(kind, PARTS[kind].params.model_validate(LEAST.get(kind, {})))
    await part.start(str(short / "part"), 0)
    try:
        await asyncio.wait_for(sockets.dial(asyncio.Protocol, str(short / "part"), 0), 5)
    finally:
        await part.stop()


async def test_postgres_is_reached_through_the_path_alone(short: Path) -> None:
    part = PARTS["postgres"].make("db", PARTS["postgres"].params())
    await part.start(str(short / "db"), 0)
    try:
        (short / ".s.PGSQL.5432").symlink_to(short / "db")
        who = f"host={short} user=app password=app dbname=customer"
        async with await psycopg.AsyncConnection.connect(who) as connection:
            found = await (await connection.execute("show listen_addresses")).fetchone()
        assert found == ("",)
    finally:
        await part.stop()
