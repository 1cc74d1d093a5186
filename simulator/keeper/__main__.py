"""`python -m simulator.keeper WORLD_DIR`: keep one world until its laps are done or somebody stops it."""

import asyncio
import os
import secrets
import signal
import socket
import sys
import traceback
from pathlib import Path

import psutil

from simulator.files import write_json
from simulator.keeper.ending import leave
from simulator.keeper.events import EventLog
from simulator.keeper.keeper import Keeper
from simulator.keeper.spec import WorldFiles
from simulator.runtime import orphans
from simulator.runtime.base import RuntimeUnavailable

SOON = 1.0
"""Seconds after which the keeper answers, whether its processes were started by then (images take long) or not."""


async def _keep(files: WorldFiles) -> None:
    spec = files.load()
    if spec.runtime == "box":
        from simulator.box.keep import keep

        await keep(files, spec)
        return
    try:
        keeper = Keeper(files, spec)
    except RuntimeUnavailable as error:
        log = EventLog(files.events)
        log.emit("failed", reason=str(error), unavailable=True)
        log.emit("stopped")
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
        who = {"pid": me.pid, "created": me.create_time(), "url": url, "token": token}
        write_json(files.keeper, who, mode=0o600)
        try:
            await running
        finally:
            files.keeper.unlink(missing_ok=True)
            server.should_exit = True
            await serving


def main() -> None:
    """Run the keeper of the world in the folder that is the only argument."""
    files = WorldFiles(Path(sys.argv[1]).resolve())
    os.chdir(files.folder)
    orphans.adopt()
    asyncio.run(_to_the_end(files))


async def _to_the_end(files: WorldFiles) -> None:
    """Keep the world, and end this process: nothing of the world is left then, and a thread that hangs keeps nobody."""
    code = 0
    try:
        await _keep(files)
    except Exception:  # noqa: BLE001 - an interpreter would say no more of it
        traceback.print_exc()
        code = 1
    leave(code)


if __name__ == "__main__":
    main()
