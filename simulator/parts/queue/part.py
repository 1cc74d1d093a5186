"""The part: a PostgreSQL with queues in it, what the customer publishes, and the customer's workers."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import psycopg

from simulator.parts.base import Lap
from simulator.parts.postgres.copying import fill
from simulator.parts.postgres.database import Owner, packaged
from simulator.parts.postgres.params import PostgresParams
from simulator.parts.postgres.part import Postgres
from simulator.parts.queue.params import QueueParams, Worker
from simulator.parts.queue.publishing import messages
from simulator.parts.queue.tables import MESSAGES
from simulator.parts.queue.worker import Hand

_LOOK = 0.25
"""Seconds between two looks at what happened in the queues."""

_COLUMNS = ("at", "queue", "message", "key", "kind", "event", "who", "attempt", "detail")
_SHOWN = 200
"""Most characters of a key or reason in the evidence: a deployment decides how long they are."""
_PATIENCE = 10_000
"""Milliseconds that counting the remaining messages may take."""


class Queue(Postgres):
    """Queues by name. The customer's messages are in them from the beginning, invisible until they are due."""

    def __init__(self, name: str, params: QueueParams) -> None:
        super().__init__(name, params, (packaged("simulator.parts.queue", "queue.sql"), _queues(params)))
        self._rules = params
        self._hands: dict[str, tuple[Worker, asyncio.Task[None]]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    async def begin(self, lap: Lap) -> None:
        """Create fresh queues with the customer's messages for this lap."""
        await super().begin(lap)
        published = messages(self._rules.queues, lap.clock.timeline, lap.seed, lap.data)
        async with await self.database.owner() as owner:
            await fill(owner, "queue.messages", {
                "queue": [m.queue for m in published], "key": [m.key for m in published],
                "body": [m.body for m in published], "kind": [m.kind for m in published],
                "published_at": [m.at for m in published], "visible_at": [m.at for m in published],
                "due": [lap.clock.timeline.when(m.at) for m in published],
            })  # fmt: skip
            await owner.execute(_PUBLISHED.encode())
        self._over = asyncio.Event()
        self._watch = asyncio.create_task(self._follow(lap, self._over))
        self._employ(lap)

    async def configure(self, params: PostgresParams) -> None:
        """Apply other workers, and what a database can change."""
        assert isinstance(params, QueueParams)
        await super().configure(params)
        self._rules = params
        if self._lap is not None:
            self._employ(self._lap)

    async def final(self, lap: Lap, owner: Owner) -> dict[str, Any]:
        """Return the final state with `queues`: how many messages each one has left, by state."""
        await self._record(lap, owner)
        left = {name: {"left": 0, "dead": 0} for name in self._rules.queues}
        try:
            await self._count(lap, owner, left)
        except psycopg.Error:
            # So much was left there that it cannot be counted: the deployment's doing, unless the server is lost.
            if owner.closed:
                raise
            lap.recorder.cut(MESSAGES.name, lap.clock.at())
        return {**await super().final(lap, owner), "queues": left}

    async def _count(self, lap: Lap, owner: Owner, left: Mapping[str, dict[str, int]]) -> None:
        """Count the remaining messages, and record them. Raises `psycopg.Error`."""
        await owner.execute(f"SET statement_timeout = {_PATIENCE}".encode())
        # A cursor of the server's: a deployment decides how many there are.
        async with owner.transaction(), owner.cursor("left") as cursor:
            await cursor.execute(_LEFT.encode())
            async for queue, number, key, kind, dead, attempts, holder, reason in cursor:
                left[queue]["dead" if dead else "left"] += 1
                if not dead:
                    row = (lap.clock.at(), queue, number, key, kind, "left", holder, attempts, reason)
                    lap.recorder.write(MESSAGES.name, {"part": self._name, **dict(zip(_COLUMNS, row, strict=True))})

    async def _end(self) -> None:
        hands = [task for _, task in self._hands.values()]
        self._hands.clear()
        for hand in hands:
            hand.cancel()
        # The watch is not cancelled: what it has taken out of the database has to get into the evidence.
        self._over.set()
        await asyncio.gather(*hands, *([self._watch] if self._watch else []), return_exceptions=True)
        self._watch = None
        await super()._end()

    def _employ(self, lap: Lap) -> None:
        """Run exactly these workers; one whose rules did not change goes on."""
        wanted = self._rules.workers
        for name in [name for name, (rules, _) in self._hands.items() if wanted.get(name) != rules]:
            self._hands.pop(name)[1].cancel()
        for name, rules in wanted.items():
            if name not in self._hands:
                hand = Hand(name, rules, lap, self.database)
                self._hands[name] = (rules, asyncio.create_task(hand.run()))

    async def _follow(self, lap: Lap, over: asyncio.Event) -> None:
        async with await self.database.owner() as owner:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), _LOOK)
                await self._record(lap, owner)

    async def _record(self, lap: Lap, owner: Owner) -> None:
        """Record what has happened since the last look."""
        columns = ", ".join(_COLUMNS)
        cursor = await owner.execute(
            f"WITH new AS (DELETE FROM queue.events WHERE at IS NULL OR at <= clock.at() RETURNING id, {columns})"
            f" SELECT {columns.replace('key', _KEY)} FROM new ORDER BY id".encode()
        )
        async for row in cursor:
            lap.recorder.write(MESSAGES.name, {"part": self._name, **dict(zip(_COLUMNS, row, strict=True))})


_KEY = f"left(key, {_SHOWN})"
_LEFT = f"""
    SELECT queue, id, {_KEY}, kind, dead, attempts, holder, left(reason, {_SHOWN}) FROM queue.messages
    WHERE published_at <= clock.now() ORDER BY id
"""
_PUBLISHED = """
    INSERT INTO queue.events (at, queue, message, key, kind, event, attempt)
    SELECT greatest(due, 0), queue, id, key, kind, 'published', 0 FROM queue.messages WHERE due IS NOT NULL ORDER BY id
"""


def _queues(params: QueueParams) -> str:
    """Return the queues' rules as SQL."""
    rows = []
    for name, spec in params.queues.items():
        may = ", ".join(f"'{right}'" for right in spec.may)
        attempts = "NULL" if spec.attempts is None else str(spec.attempts)
        rows.append(f"('{name}', make_interval(secs => {spec.visibility:.6f}), {attempts}, ARRAY[{may}]::text[])")
    return f"INSERT INTO queue.queues VALUES {', '.join(rows)}"
