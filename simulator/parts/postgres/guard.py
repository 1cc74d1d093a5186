"""Limit the disk and memory that a database's guests use in total.

A server that ran out of either would be lost, and the world with it, as if that were our failure.
"""

import asyncio
import contextlib
import re
from pathlib import Path

from simulator.parts.postgres.database import Database, Owner

DISK, MEMORY = 64 * 2**20, 160 * 2**20
"""Most bytes that guests may add to the database, and most bytes of memory of their sessions."""
_LOOK = 0.1
"""Seconds between two looks; in that time a guest takes some 30 MB at most."""
_HELD = re.compile(r"^RssAnon:\s+(\d+) kB$", re.MULTILINE)

_SIZE = "SELECT pg_database_size(current_database()) + coalesce((SELECT sum(size) FROM pg_ls_tmpdir()), 0)::bigint"


class Guard:
    """Ends all sessions of the role when they take too much; a role that filled the disk gets no more in this lap."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._task: asyncio.Task[None] | None = None
        self._owner: Owner | None = None

    async def start(self) -> None:
        """Watch the database from its current size on: what is in it now is the customer's."""
        owner = self._owner = await self._database.owner()
        self._task = asyncio.create_task(self._watch(owner, await _size(owner)))

    async def stop(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._owner is not None:
            # Not in the task: one that is cancelled before it begins ends without a word.
            await self._owner.close()
        self._task = self._owner = None

    async def _watch(self, owner: Owner, customers: int) -> None:
        while True:
            if await _size(owner) > customers + DISK:
                await self._database.end_guests(owner)
                if await _size(owner) > customers + DISK:
                    await self._database.shut_out(owner)
                    return
            elif sum(map(_held, await self._database.guests(owner))) > MEMORY:
                await self._database.end_guests(owner)
            await asyncio.sleep(_LOOK)


async def _size(owner: Owner) -> int:
    row = await (await owner.execute(_SIZE)).fetchone()
    return int(row[0]) if row else 0


def _held(pid: int) -> int:
    """Return the bytes of memory of a session; 0 when it has ended, or when the system does not tell."""
    with contextlib.suppress(OSError):
        found = _HELD.search(Path(f"/proc/{pid}/status").read_text("utf-8"))
        return int(found[1]) * 1024 if found else 0
    return 0
