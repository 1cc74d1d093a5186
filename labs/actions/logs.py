"""What the deployment prints."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labs.actions.incident import IncidentRequest, incident
from labs.actions.memory import reach
from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.world.client import World

POLL_INTERVAL_S = 0.2


@dataclass(frozen=True)
class LogsRequest:
    """Which lines."""

    engagement: "Engagement"
    service: str | None = None
    """Of one service; left out: of all."""
    follow: bool = False
    """Whether to go on as lines come, across laps."""
    lap: int | None = None
    """Of an earlier lap; left out: the current one."""
    incident: bool = False
    """Of the incident; no world needs to run."""
    grep: str = ""
    """Regular expression that must be found in a line."""


@dataclass(frozen=True)
class LogLine:
    """One line."""

    row: dict[str, Any]
    """As the evidence has it."""

    @property
    def at(self) -> float:
        """Second of the lap that it came in."""
        return float(self.row["at"])

    @property
    def service(self) -> str:
        """Who printed it."""
        return str(self.row["service"])

    @property
    def text(self) -> str:
        """What was printed."""
        return str(self.row["line"])


def logs(request: LogsRequest) -> Iterator[LogLine]:
    """Return the lines, as they are there or come.

    Raises `UsageProblem` where there is no such service or lap, the regular expression is none, or no world runs.
    """
    services = request.engagement.entry().scenario.deployment.services
    if request.service is not None and request.service not in services:
        raise UsageProblem(f"there is no service {request.service!r}", f"there are: {', '.join(services)}")
    try:
        wanted = re.compile(request.grep)
    except re.error as error:
        what = f"--grep {request.grep!r} is no regular expression: {error}"
        raise UsageProblem(what, "escape ( [ * and the like") from None
    rows = _asked(request)
    reach(request.engagement.folder, "logs-read")
    lines = map(LogLine, rows)
    return (one for one in lines if request.service in (None, one.service) and wanted.search(one.text))


def _asked(request: LogsRequest) -> Iterator[dict[str, Any]]:
    """Return the rows that the options mean. Raises `UsageProblem` on what is not there."""
    if request.follow + request.incident + (request.lap is not None) > 1:
        raise UsageProblem("--follow, --lap and --incident exclude each other", "give one of them")
    if request.incident:
        return _of(incident(IncidentRequest(request.engagement)))
    world = request.engagement.live()
    if request.lap is None:
        return _rows(world, request.follow)
    if not world.files.lap(request.lap).is_dir():
        there = sorted(int(f.name) for f in world.files.laps.iterdir() if f.name.isdigit())
        raise UsageProblem(f"lap {request.lap} is not there", f"there are: {', '.join(map(str, there))}")
    return _of(world.files.lap(request.lap))


def _rows(world: "World", follow: bool) -> Iterator[dict[str, Any]]:
    """Rows of the newest lap; with `follow` on and on, from lap to lap, until the world stops."""
    lap = _newest(world.files.laps)
    while True:
        if lap:
            yield from _of(world.files.lap(lap), partial(_over, world, lap, follow))
        if not follow:
            return
        newest = lap
        while newest <= lap:
            if not world.alive():
                return
            time.sleep(POLL_INTERVAL_S)
            newest = _newest(world.files.laps)
        lap = newest


def _of(folder: Path, over: Callable[[], bool] = lambda: True) -> Iterator[dict[str, Any]]:
    """Rows of one evidence folder, and of those that come until it is `over`."""
    file = folder / "logs.keeper.jsonl"
    read, torn = 0, b""
    while True:
        last = over()
        data = b""
        if file.is_file():
            with file.open("rb") as opened:
                opened.seek(read)
                data = opened.read()
        read += len(data)
        *lines, torn = (torn + data).split(b"\n")
        yield from map(json.loads, lines)
        if last:
            return
        time.sleep(POLL_INTERVAL_S)


def _over(world: "World", lap: int, follow: bool) -> bool:
    return not follow or not world.alive() or _newest(world.files.laps) > lap


def _newest(laps: Path) -> int:
    return max((int(f.name) for f in laps.iterdir() if f.name.isdigit()), default=0) if laps.is_dir() else 0
