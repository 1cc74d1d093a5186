"""`fdelab logs`."""

import json
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from labs.base.errors import UsageProblem
from labs.cli import completing
from labs.cli.output import for_programs, json_option, printable
from labs.cli.tips import did
from labs.engagement.engagement import Engagement, required
from labs.world.client import World

POLL = 0.2


@click.command("logs")
@click.argument("service", required=False, shell_complete=completing.services)
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come, across laps.")
@click.option("--lap", type=click.IntRange(1), metavar="N", help="Of an earlier lap; the last three are kept.")
@click.option("--incident", is_flag=True, help="Of the incident; no world needs to run.")
@click.option("--grep", metavar="REGEX", help="Only lines in which this is found.")
@json_option
def logs(
    service: str | None, follow: bool, lap: int | None, incident: bool, grep: str | None, as_json: bool
) -> None:  # fmt: skip
    """What the deployment prints in the current lap, each line with the second of the lap that it came in.

    With --json a line each, as the evidence has them.
    """
    engagement = required()
    services = engagement.entry().scenario.deployment.services
    if service is not None and service not in services:
        raise UsageProblem(f"there is no service {service!r}", f"there are: {', '.join(services)}")
    try:
        wanted = re.compile(grep or "")
    except re.error as error:
        raise UsageProblem(f"--grep {grep!r} is no regular expression: {error}", "escape ( [ * and the like") from None
    did(engagement, "logs-read")
    for row in _asked(engagement, follow, lap, incident):
        if service in (None, row["service"]) and wanted.search(row["line"]):
            if as_json:
                for_programs(f"{json.dumps(row, ensure_ascii=False)}\n")
            else:
                click.echo(_line(row, len(services) > 1))


def _asked(engagement: Engagement, follow: bool, lap: int | None, incident: bool) -> Iterator[dict[str, Any]]:
    """The rows that the options mean. Raises `UsageProblem` on what is not there."""
    if follow + incident + (lap is not None) > 1:
        raise UsageProblem("--follow, --lap and --incident exclude each other", "give one of them")
    if incident:
        if not engagement.incident.is_dir():
            raise UsageProblem("this engagement came without an incident", "fdelab logs shows the running world's")
        return _of(engagement.incident)
    world = engagement.live()
    if lap is None:
        return _rows(world, follow)
    if not world.files.lap(lap).is_dir():
        there = sorted(int(f.name) for f in world.files.laps.iterdir() if f.name.isdigit())
        raise UsageProblem(f"lap {lap} is not there", f"there are: {', '.join(map(str, there))}")
    return _of(world.files.lap(lap))


def _line(row: dict[str, Any], many: bool) -> str:
    text = printable(row["line"])
    name = click.style(f"{row['service']}  ", fg="cyan") if many else ""
    at = click.style(f"{row['at']:7.2f}", dim=True)
    return f"{at}  {name}{text}"


def _rows(world: World, follow: bool) -> Iterator[dict[str, Any]]:
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
            time.sleep(POLL)
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
        time.sleep(POLL)


def _over(world: World, lap: int, follow: bool) -> bool:
    return not follow or not world.alive() or _newest(world.files.laps) > lap


def _newest(laps: Path) -> int:
    return max((int(f.name) for f in laps.iterdir() if f.name.isdigit()), default=0) if laps.is_dir() else 0
