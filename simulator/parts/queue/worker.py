"""A program of the customer's that works on a queue, and dies while holding a message."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

from simulator import seeds
from simulator.parts.base import Lap
from simulator.parts.postgres.database import Database, Owner
from simulator.parts.queue.params import Worker
from simulator.parts.schedule import Schedule
from simulator.sampling import ShuffledSampler

_SHORTEST = 0.02
"""Least wall seconds between two looks into an empty queue."""


class Died(Exception):
    """The program has died; the message says of what."""


class Hand:
    """One worker during one lap, until its task is cancelled."""

    def __init__(self, name: str, rules: Worker, lap: Lap, database: Database) -> None:
        self._name = name
        self._rules = rules
        self._lap = lap
        self._database = database
        self._deaths = ShuffledSampler(seeds.child(lap.seed, "worker", name), rules.dies)
        self._handled = 0
        timeline = lap.clock.timeline
        times = Schedule(at=rules.dies_at).times(timeline) if rules.dies_at else []
        self._ends: Iterator[float] = iter(sorted(timeline.when(time) for time in times))
        self._end = next(self._ends, None)
        self._receipt: UUID | None = None
        """The receipt of the message that it holds."""

    async def run(self) -> None:
        """Work, die, and come back, repeatedly."""
        while True:
            async with await self._database.owner() as owner:
                try:
                    while True:
                        if not await self._handle_one(owner):
                            await self._pass(self._rules.every)
                except Died as death:
                    last = (self._rules.queue, self._receipt, self._name, str(death))
                    await owner.execute("SELECT queue.mourn(%s, %s, %s, %s)", last)
                    self._receipt = None
            await asyncio.sleep(self._rules.back / self._lap.clock.rate())

    async def _handle_one(self, owner: Owner) -> bool:
        """Handle a message, and return whether there was one. Raises `Died`."""
        cursor = await owner.execute("SELECT receipt, kind FROM queue.take(%s, 1, %s)", (self._rules.queue, self._name))
        row = await cursor.fetchone()
        if row is None:
            return False
        self._receipt, kind = row
        index, self._handled = self._handled, self._handled + 1
        await self._pass(self._rules.takes)
        if kind == "poison":
            await self._give_up(owner)
        else:
            if self._rules.sends is not None:
                passed = (self._rules.sends, self._receipt, self._name)
                await owner.execute("SELECT queue.hand_on(%s, %s, %s)", passed)
            if self._deaths.struck(index):
                raise Died("before it acknowledged")
            await self._finish(owner, "acked")
        self._receipt = None
        return True

    async def _finish(self, owner: Owner, how: str) -> None:
        await owner.execute("SELECT queue.finish(%s, %s, %s)", (self._receipt, how, self._name))

    async def _give_up(self, owner: Owner) -> None:
        """Deal with a message that it cannot read. Raises `Died` if it dies of it."""
        if self._rules.poison == "dies":
            raise Died("of what the message says")
        await self._finish(owner, "nacked" if self._rules.poison == "nack" else "dead")

    async def _pass(self, simulated: float) -> None:
        """Let simulated time pass. Raises `Died` when a death is due by then."""
        clock = self._lap.clock
        until = clock.at() + max(simulated / clock.rate(), _SHORTEST)
        end = self._end
        if end is not None and end <= until:
            await asyncio.sleep(max(end - clock.at(), 0))
            self._end = next(self._ends, None)
            raise Died("at its hour")
        await asyncio.sleep(until - clock.at())
