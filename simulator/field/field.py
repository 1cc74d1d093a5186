"""The trusted process inside a world: its links, its clock, and one lap at a time."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from scenarios.plain import printable
from simulator import sockets
from simulator.clock import Clock
from simulator.drawing import drawn
from simulator.evidence.recorder import Recorder
from simulator.field import dns, doorways
from simulator.field.clock_endpoint import ClockEndpoint
from simulator.field.config import FieldConfig, Link
from simulator.field.events import ABORTED, Events
from simulator.field.lap import Lap
from simulator.field.links import LinkServer
from simulator.field.process_faults import Skews
from simulator.field.site import Site
from simulator.field.tally import Tally
from simulator.field.toll import Toll
from simulator.field.toxiproxy.proxies import Proxies
from simulator.protocol.control import FieldState
from simulator.protocol.events import LapFailed, ToxicsChanged
from simulator.protocol.live import FieldLive
from simulator.workloads.base import WorkloadKind

_PROBE_TIMEOUT_S = 1.0
MAX_LOOKUPS = 10_000
"""Names asked for that are kept a lap: whoever asks for more has said enough, and fills no disk."""

log = logging.getLogger(__name__)


class LapRuns(Exception):
    """A lap is running already."""


class Field:
    """Runs one lap after the other on its links; call `start` before use and `stop` in the end."""

    def __init__(self, config: FieldConfig, workloads: Mapping[str, WorkloadKind]) -> None:
        self.config = config
        self.events = Events()
        room = sockets.room(len(config.links))
        self.toll = Toll()
        """The account of the work for the deployment's bytes, on whatever link or port."""
        self.links = {link.name: LinkServer(link, room, self.toll) for link in config.links}
        self._workloads = workloads
        self._http: aiohttp.ClientSession | None = None
        self._site: Site | None = None
        self._dns: dns.Sink | None = None
        self._clocks: list[asyncio.Server] = []
        self._doorways: list[asyncio.Server] = []
        self._skews = Skews()
        self._lap: Lap | None = None
        self._last: Tally | None = None
        """The state at the end of the lap before."""
        self._running: asyncio.Task[None] | None = None
        self._lookups = 0
        """How many names were asked for in this lap."""
        self.proxies = Proxies(self.links, _Now(self), _Now(self), lambda: self._seed, self._tampered)
        self._seed = 0

    async def start(self) -> None:
        """Listen on every address but control's. Raises `OSError` where one is taken."""
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True), cookie_jar=aiohttp.DummyCookieJar()
        )
        self._site = Site(self.config)
        for link in self.links.values():
            await link.start()
        for part, listen in self.config.doorways.items():
            self._doorways.append(await doorways.serve(listen, self.links[part]))
        readers: Counter[str] = Counter()
        for service, listen in (("", self.config.clock), *self.config.clocks.items()):
            ahead = partial(self._skews.read, service)
            face = partial(ClockEndpoint, self._lap_clock, readers, ahead, self.toll)
            self._clocks.append(await sockets.serve(face, listen.host, listen.port))
        self._dns = await dns.serve(self.config.dns.host, self.config.dns.port, self._looked_up, self.toll)

    async def stop(self) -> None:
        """Abort the lap, if one runs, and free everything."""
        await self.abort()
        self.events.close()
        await self.proxies.stop()
        for doorway in self._doorways:
            doorway.close()
        for link in self.links.values():
            await link.stop()
        for clock in self._clocks:
            clock.close()
        if self._dns is not None:
            self._dns.close()
        if self._http is not None:
            await self._http.close()
        if self._site is not None:
            await self._site.close()

    async def waiting(self) -> list[str]:
        """Return the names of site hosts and services that are not ready yet; each is asked once."""
        assert self._site is not None
        services = [link for link in self.config.links if link.ready is not None]
        hosts, ready = await asyncio.gather(
            self._site.waiting(), asyncio.gather(*(self._is_up(link) for link in services))
        )
        return [*hosts, *(link.name for link, up in zip(services, ready, strict=True) if not up)]

    def begin(self, number: int, seed: int, first: str | None = None, customer: int | None = None) -> None:
        """Start a lap, with phase `first` when one is named; `customer` as `drawn` takes it. Raises `LapRuns`."""
        if self._running is not None:
            raise LapRuns(f"lap {self._lap.number if self._lap else '?'} still runs")
        assert self._site is not None
        self._lookups = 0
        self._seed = seed
        if self._lap is not None:
            self._last = self._lap.tally
        self._lap = Lap(
            drawn(self.config.scenario, seed, customer),
            self.links,
            self._workloads,
            self._site,
            self.events,
            self._skews,
            self.toll,
            transcript=self.config.transcript,
        )
        self._running = asyncio.get_running_loop().create_task(self._run(self._lap, number, seed, first))

    async def abort(self) -> None:
        """End the lap at once, if one runs; its last event says so."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def renew(self) -> None:
        """Clear the site of the last lap, for the next deployment. Raises `LapRuns` or `SiteFailed`."""
        if self._running is not None:
            raise LapRuns("a lap runs, and its deployment with it")
        assert self._site is not None
        await self._site.renew()

    def state(self) -> FieldState:
        """Return where the lap is and what became of its requests so far; between two laps, of the last one."""
        return FieldState(**self._state())

    def _state(self) -> dict[str, Any]:
        lap, clock = self._lap, self._lap_clock()
        if lap is None:
            return {}
        counts = lap.counts
        at = clock.at() if clock else None
        return {
            "lap": lap.number if self._running is not None else None,
            "at": at,
            "phase": clock.timeline.span(at).name if clock is not None and at is not None else None,
            "sim": clock.now() if clock else None,
            "rate": clock.rate() if clock else None,
            "intended": counts.intended,
            "answered": counts.answered,
            "ok": counts.ok,
            "wrong": counts.wrong,
            "failed": counts.failed,
        }

    def live(self, lap: int = 0, after: int = -1) -> FieldLive:
        """Return all that a person who watches may want to see: `state`, the links, money, and closed seconds.

        Only seconds after second `after` of lap `lap`, so that who asks again gets what is new.
        """
        this = self._lap.tally if self._lap is not None else None
        tallies = [tally for tally in (self._last, this) if tally is not None]
        return FieldLive(
            **self._state(),
            links=tuple(link.shown() for link in self.links.values()),
            money=tuple(tally.money() for tally in tallies),
            seconds=tuple(s for tally in tallies for s in tally.seconds if (s.lap, s.at) > (lap, after)),
        )

    async def _run(self, lap: Lap, number: int, seed: int, first: str | None) -> None:
        if self.proxies.active:
            self.events.add(ToxicsChanged(lap=number, at=0.0, active=self.proxies.active))
        try:
            await lap.run(Path(self.config.evidence) / str(number), number, seed, first)
        except asyncio.CancelledError:
            self.events.add(LapFailed(lap=number, at=lap.ended_at, reason=ABORTED))
        except Exception as error:
            log.exception("lap %d failed", number)
            self.events.add(LapFailed(lap=number, at=lap.ended_at, reason=_reason(error)))
        finally:
            self._running = None

    async def _is_up(self, link: Link) -> bool:
        assert self._http is not None
        url = f"http://{link.target.host}:{link.target.port}{link.ready}"
        try:
            async with asyncio.timeout(_PROBE_TIMEOUT_S), self._http.get(url, allow_redirects=False) as answer:
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, OSError):
            return False

    @property
    def lap(self) -> Lap | None:
        """The lap that runs, or the last one."""
        return self._lap

    def _lap_clock(self) -> Clock | None:
        return self._lap.clock if self._lap is not None else None

    def _recorder(self) -> Recorder | None:
        return self._lap.recorder if self._lap is not None else None

    def _tampered(self) -> None:
        """Record that a link was changed by hand: what passes is not what the scenario says."""
        clock = self._lap_clock()
        if self._lap is not None and clock is not None:
            self.events.add(ToxicsChanged(lap=self._lap.number, at=clock.at(), active=self.proxies.active))

    def _looked_up(self, name: str) -> None:
        clock, recorder = self._lap_clock(), self._recorder()
        if clock is None or recorder is None:
            return
        self._lookups += 1
        if self._lookups > MAX_LOOKUPS:
            recorder.cut("lookups", clock.at())
        else:
            recorder.write("lookups", {"at": clock.at(), "name": name})


def _reason(error: BaseException) -> str:
    """Return the first cause, in one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    said = printable(" ".join(str(error).split())) or type(error).__name__
    return said if type(error).__module__.startswith("simulator.") else f"{type(error).__name__}: {said}"


class _Now:
    """The clock and the recorder of whatever lap runs, for what outlasts laps."""

    def __init__(self, field: Field) -> None:
        self._field = field

    def at(self) -> float:
        """Return the seconds of the machine's monotonic clock."""
        return time.monotonic()

    def write(self, table: str, row: dict[str, Any]) -> None:
        """Append a row to the running lap's evidence, and to none between laps."""
        lap = self._field.lap
        if lap is not None and lap.clock is not None and lap.recorder is not None:
            lap.recorder.write(table, row | {"at": row["at"] - lap.clock.start})
