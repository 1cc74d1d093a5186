"""Run the parts of one site process: `python -m simulator.parts.host CONFIG` (a `HostConfig` as JSON).

All parts share one event loop. The field steers them through a small control API.
"""

import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvloop
from pydantic import BaseModel

from scenarios.model import DatasetSpec
from scenarios.vocabulary import FILES
from simulator import seeds, sockets
from simulator.clock import Clock, Timeline
from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import CORE
from simulator.parts import PARTS
from simulator.parts.base import Dates, Lap, Part, Prepares, Renews
from simulator.parts.config import HostConfig
from simulator.parts.control import Control, NoLap, NoPart

if TYPE_CHECKING:
    from simulator.dirt import Dataset

FLUSH = 0.25
"""Seconds between two flushes of the evidence."""


class Host:
    """The parts of one process, and their current lap."""

    def __init__(self, config: HostConfig) -> None:
        self._config = config
        self._kinds = {hosted.name: PARTS[hosted.part] for hosted in config.parts}
        self._base = {p.name: self._valid(p.name, p.params) for p in config.parts}
        self._parts: dict[str, Part] = {n: kind.make(n, self._base[n]) for n, kind in self._kinds.items()}
        self._recorder: Recorder | None = None
        self._datasets: Mapping[str, DatasetSpec] = config.datasets
        self._data: tuple[int | None, Mapping[str, Dataset]] = (None, {})
        self.waiting = list(self._parts)
        """Parts that have not started yet."""

    async def start(self) -> None:
        """Start all parts at once; raise what one of them raises."""

        async def start(name: str, host: str, port: int) -> None:
            part = self._parts[name]
            if isinstance(part, Dates):
                part.date(self._config.starts)
            await part.start(host, port)
            self.waiting.remove(name)

        async with asyncio.TaskGroup() as group:
            for hosted in self._config.parts:
                group.create_task(start(hosted.name, hosted.listen.host, hosted.listen.port))

    async def prepare(self, seed: int, datasets: Mapping[str, DatasetSpec]) -> None:
        """Generate the data of a lap that begins soon, so that its beginning does not wait for it."""
        if datasets != self._datasets:
            self._datasets, self._data = datasets, (None, {})
        data = self._lap_data(seed)
        await asyncio.to_thread(lambda: [dataset.ledger for dataset in data.values()])
        for part in self._parts.values():
            if isinstance(part, Prepares):
                await part.prepare(data)

    async def begin(self, number: int, seed: int, start: float, timeline: Timeline) -> None:
        """Begin a new lap, with the scenario's initial settings; a lap under way ends."""
        self._close()
        tables = (*CORE, *(table for kind in self._kinds.values() for table in kind.tables))
        self._recorder = Recorder(Path(self._config.evidence) / str(number), self._config.name, tables=tables)
        clock = Clock(timeline, start)
        data = self._lap_data(seed)
        for name, part in self._parts.items():
            await part.configure(self._base[name])
            await part.begin(Lap(seeds.child(seed, "site", name), clock, self._recorder, data))

    async def configure(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Apply new settings by part, all or none. Raises `NoPart`, and pydantic's `ValidationError`."""
        if unknown := settings.keys() - self._parts.keys():
            raise NoPart(f"no part {', '.join(sorted(unknown))} in process {self._config.name}")
        valid = {name: self._valid(name, params) for name, params in settings.items()}
        for name, params in valid.items():
            await self._parts[name].configure(params)

    async def settle(self) -> dict[str, Mapping[str, Any]]:
        """End the lap and return the final state of each part. Raises `NoLap`."""
        if self._recorder is None:
            raise NoLap("no lap is under way")
        try:
            return {name: await part.settle() for name, part in self._parts.items()}
        finally:
            self._close()

    async def renew(self) -> None:
        """Make fresh what the next deployment finds before its lap begins; there is no deployment now."""
        for part in self._parts.values():
            if isinstance(part, Renews):
                await part.renew()

    async def flush(self) -> None:
        """Keep the evidence readable while a lap is under way; run until cancelled."""
        while True:
            await asyncio.sleep(FLUSH)
            if self._recorder is not None:
                self._recorder.flush()

    async def stop(self) -> None:
        """Stop all parts and close the evidence."""
        for part in self._parts.values():
            await part.stop()
        self._close()

    def _lap_data(self, seed: int) -> Mapping[str, "Dataset"]:
        """Return the data prepared for that seed; otherwise it is generated when parts first use it."""
        if self._datasets and self._data[0] != seed:
            # Late, because NumPy takes its time and most sites have no data.
            from simulator.dirt import Datasets

            self._data = seed, Datasets(self._datasets, seed, self._config.starts)
        return self._data[1]

    def _valid(self, name: str, params: Mapping[str, Any]) -> BaseModel:
        return self._kinds[name].params.model_validate(params, context={FILES: self._config.files})

    def _close(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
        self._recorder = None


async def run(config: HostConfig) -> None:
    """Serve until SIGTERM or SIGINT."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    host = Host(config)
    control = Control(host, config.token)
    await control.start(config.control.host, config.control.port)
    flusher = asyncio.create_task(host.flush())
    try:
        await host.start()
        await over.wait()
    finally:
        flusher.cancel()
        await control.stop()
        await host.stop()


def main() -> None:
    """Entry point of the process."""
    sockets.want_files()
    uvloop.run(run(HostConfig.model_validate_json(Path(sys.argv[1]).read_bytes())))


if __name__ == "__main__":
    main()
