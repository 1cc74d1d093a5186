"""`fdelab check --watch` and `fdelab status --watch`: the live feed on a terminal, until Ctrl-C or the world ends."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

import click

from labs.actions.check import CheckRequest, LiveChecks, seen
from labs.actions.watch import WatchRequest, watch
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.cli.output import emit, note, renew
from labs.cli.reports import show
from labs.engagement.engagement import Engagement
from labs.world.live.feed import Message
from labs.world.live.model import Ended, Snapshot
from labs.world.live.phrasing import amount, beats, on_links, share, span

if TYPE_CHECKING:
    from grader.report import Report


def checks(engagement: Engagement, as_json: bool) -> None:
    """Print the report, again whenever it says something new."""
    judge = LiveChecks(CheckRequest(engagement))
    shown: list[Report] = []

    async def look(message: Message) -> None:
        if not judge.heed(message):
            return
        with contextlib.suppress(UsageProblem):  # no lap has begun yet
            report = (await judge.ask()).report
            if [report] != shown:
                shown[:] = [report]
                renew()
                show(report, ["json" if as_json else "text"], brief=True)
                sys.stdout.flush()
                seen(engagement, report)

    _watch(engagement, look)


def status(engagement: Engagement, as_json: bool) -> None:
    """Print what the world is doing, every second; with JSON a snapshot a line."""

    async def look(message: Message) -> None:
        if not isinstance(message, Snapshot):
            return
        if as_json:
            from dataclasses import asdict

            emit(asdict(message))
        else:
            renew()
            for line in lines(message):
                click.echo(line)
        sys.stdout.flush()

    _watch(engagement, look)


def lines(snapshot: Snapshot) -> Iterator[str]:
    """Yield a snapshot as a few lines of text."""
    when, last = snapshot.when, snapshot.seconds[-1] if snapshot.seconds else None
    yield f"world     {snapshot.state}, lap {snapshot.lap}, on {snapshot.runtime}"
    if when is not None:
        yield f"phase     {when.phase}, {when.sim:%a %H:%M} at the customer's, {when.progress:.0%} of the lap"
    if last is not None:
        parts = f"{share(last.failed_share)} failed"
        yield f"traffic   {last.sent}/s, {parts}, p50 {span(last.p50)}, p95 {span(last.p95)}"
    if snapshot.money is not None:
        money = snapshot.money
        expected = "" if money.reference is None else f"; the reference would have {amount(money.reference)}"
        yield f"money     {amount(money.now.total)} {money.currency} in this lap{expected}"
    for service in snapshot.services:
        yield f"service   {service.name}: {service.state}{beats(service.restarts)}"
    for line in on_links(snapshot.links):
        yield f"link      {line}"


def _watch(engagement: Engagement, look: Callable[[Message], Awaitable[None]]) -> None:
    """Follow the world with `look`. Raises `CouldNotJudge` when the world ends by itself."""
    engagement.live()

    async def run() -> Ended:
        async for message in watch(WatchRequest(engagement)):
            if isinstance(message, Ended):
                return message
            await look(message)
        raise AssertionError("a feed ends with its last word")

    ended = asyncio.run(run())
    if not ended.wanted:
        raise CouldNotJudge(ended.reason, ended.advice)
    note(ended.reason)
