"""`python -m simulator.field CONFIG`: run the field that a `FieldConfig` (JSON) describes, until SIGTERM."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import uvloop

from simulator import sockets
from simulator.field.config import FieldConfig
from simulator.field.control import app
from simulator.field.field import Field
from simulator.serving import Server
from simulator.workloads.base import WorkloadKind


async def run(config: FieldConfig, workloads: Mapping[str, WorkloadKind]) -> None:
    """Serve until SIGTERM or SIGINT. Raises `OSError` where an address is taken."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    field = Field(config, workloads)
    listener = sockets.listener(config.control.host, config.control.port)
    server = Server(app(field))
    try:
        await field.start()
        serving = asyncio.create_task(server.serve([listener]))
        await over.wait()
        await field.stop()
        server.should_exit = True
        await serving
    finally:
        await field.stop()
        listener.close()


def main(workloads: Mapping[str, WorkloadKind] | None = None) -> None:
    """Run the process; `workloads` left out: with every kind that is installed."""
    if workloads is None:
        from simulator.workloads import WORKLOADS

        workloads = WORKLOADS
    sockets.want_files()
    config = FieldConfig.model_validate_json(Path(sys.argv[1]).read_bytes())
    uvloop.run(run(config, workloads))


if __name__ == "__main__":
    main()
