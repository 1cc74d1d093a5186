"""Toxiproxy's API of a world on a port of its own: what most of its clients can be told is a host and a port."""

import asyncio
from collections.abc import Callable

import aiohttp
from aiohttp import web

from labs.base.errors import UsageProblem

_HOPS = {"content-length", "transfer-encoding", "connection", "host"}
"""Headers that are about one connection (RFC 9110 §7.6.1), or that whoever sends on writes anew."""


def forward(url: str, port: int, ready: Callable[[str], None]) -> None:
    """Send on to `url` what comes in on that port of loopback (0: a free one), until interrupted.

    `ready` is told where it is. Raises `UsageProblem` where the port is taken.
    """
    asyncio.run(_forward(url, port, ready))


async def _forward(url: str, port: int, ready: Callable[[str], None]) -> None:
    async with aiohttp.ClientSession(auto_decompress=False) as http:

        async def on(request: web.Request) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOPS}
            body = await request.read()
            try:
                async with http.request(request.method, url + request.path_qs, headers=headers, data=body) as answer:
                    back = {name: value for name, value in answer.headers.items() if name.lower() not in _HOPS}
                    return web.Response(status=answer.status, headers=back, body=await answer.read())
            except aiohttp.ClientError:
                return web.json_response({"error": "the world is gone", "status": 502}, status=502)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, "127.0.0.1", port).start()
            except OSError as error:
                raise UsageProblem(
                    f"port {port} cannot be used: {error.strerror}", "choose another with --port"
                ) from None
            ready("http://{}:{}".format(*runner.addresses[0][:2]))
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
