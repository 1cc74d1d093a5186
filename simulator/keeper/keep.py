"""Keeping a world on this machine, and answering its clients meanwhile."""

import asyncio
import secrets
import signal
import socket

import psutil

from simulator.files import write_json
from simulator.keeper.events import EventLog
from simulator.keeper.keeper import Keeper
from simulator.keeper.spec import WorldSpec
from simulator.keeper.world_files import WorldFiles
from simulator.protocol.control import KeeperAddress
from simulator.protocol.events import Failed, Stopped
from simulator.runtime.base import RuntimeUnavailable

SOON = 1.0
"""Seconds after which the keeper answers, whether its processes were started by then (images take long) or not."""


async def keep(files: WorldFiles, spec: WorldSpec) -> None:
    """Keep the world until its laps are done or somebody stops it; what happens is in its events."""
    try:
        keeper = Keeper(files, spec)
    except RuntimeUnavailable as error:
        log = EventLog(files.events)
        log.emit(Failed(reason=str(error), unavailable=True))
        log.emit(Stopped())
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, keeper.stop)
    running = asyncio.ensure_future(keeper.run())
    begun = asyncio.ensure_future(keeper.started.wait())
    await asyncio.wait({running, begun}, timeout=SOON, return_when=asyncio.FIRST_COMPLETED)
    await _serve(files, keeper, running)


async def _serve(files: WorldFiles, keeper: Keeper, running: "asyncio.Future[None]") -> None:
    """Answer clients until the world has ended."""
    # Not sooner: what this imports takes a while, and while it does so the world's processes start.
    from simulator.keeper.api import api
    from simulator.serving import Server

    token = secrets.token_urlsafe(24)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(api(keeper, token))
        serving = asyncio.ensure_future(server.serve(sockets=[listening]))
        me = psutil.Process()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        who = KeeperAddress(pid=me.pid, created=me.create_time(), url=url, token=token)
        write_json(files.keeper, who.model_dump(), mode=0o600)
        try:
            await running
        finally:
            files.keeper.unlink(missing_ok=True)
            server.should_exit = True
            await serving
