"""The part: an SSH server that serves only SFTP, with the contents of its drop in each lap."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import asyncssh

from simulator import sockets
from simulator.clock import Clock
from simulator.evidence.tables import CALLS
from simulator.parts.base import Lap
from simulator.parts.sftp_drop import hostkey
from simulator.parts.sftp_drop.arrivals import Arrival, Source, arrivals
from simulator.parts.sftp_drop.drop import Drop, told
from simulator.parts.sftp_drop.params import SftpDropParams
from simulator.parts.sftp_drop.server import DropServer
from simulator.parts.sftp_drop.tables import ARRIVALS, DELIVERIES, READS
from simulator.waiting import until

if TYPE_CHECKING:
    from simulator.dirt import Dataset

_LOGIN = 10.0
"""Seconds that a client has to log in."""


class SftpDrop:
    """The part. Before a lap begins and after it is settled, its folders are empty."""

    def __init__(self, name: str, params: SftpDropParams) -> None:
        self._name = name
        self._params = params
        self._lap: Lap | None = None
        self._sources: Mapping[str, Source] | None = None
        self._arrived: list[Arrival] = []
        self._arriving: asyncio.Task[None] | None = None
        self._server: asyncssh.SSHAcceptor | None = None
        self._sessions: set[asyncssh.SSHServerConnection] = set()
        self.drop = self._empty()

    async def start(self, host: str, port: int) -> None:
        """Listen on `host:port`."""
        key = asyncssh.import_private_key(hostkey.private(self._params.host_key))
        self._server = await asyncssh.create_server(
            lambda: _Door(self), sock=sockets.listener(host, port, backlog=128), server_host_keys=[key],
            server_version="SFTP-7.3", sftp_factory=lambda chan: DropServer(chan, self), allow_scp=False,
            agent_forwarding=False, login_timeout=_LOGIN, encoding=None,
        )  # fmt: skip

    async def prepare(self, data: "Mapping[str, Dataset]") -> None:
        """Take what the feeds write from the data."""
        self._sources = {
            name: Source.of(data[feed.data], [*feed.split, *([feed.time] if feed.time else [])])
            for name, feed in self._params.feeds.items()
            if feed.data is not None
        }

    async def begin(self, lap: Lap) -> None:
        """Begin a lap: nothing of an earlier one is left, and files that exist from the beginning are there."""
        self._end()
        self._lap = lap
        folders = {f"/{name}": access for name, access in self._params.folders.items()}
        if self._sources is None:
            await self.prepare(lap.data)
        sources, self._sources = self._sources or {}, None
        coming = arrivals(self._params.feeds, lap.clock.timeline, lap.seed, sources)
        self.drop = Drop(folders, coming, self._note, self._params.locked)
        self.drop.advance(-1.0)
        self._arriving = asyncio.create_task(self._arrive(lap.clock))

    async def configure(self, params: SftpDropParams) -> None:
        """Apply another password, number of sessions or lock from now on."""
        self._params = params
        self.drop.locked = params.locked

    async def settle(self) -> Mapping[str, Any]:
        """Disconnect everybody, and return what was delivered and what arrived.

        `{"delivered": [{path, bytes, sha256, rows, content (base64)}]`, `"arrived": [{path, feed, data, kind, at,
        free_at, rows, numbers}]}`: `data` is the dataset and `numbers` its rows in the file, which could be opened from
        `free_at` on.
        """
        at = self.now()
        for handle in list(self.drop.handles):
            self.drop.close(handle, at, finished=False)
        delivered = [
            {"path": entry.path, **told(entry.data), "content": b64encode(entry.data).decode()}
            for entry in self.drop.delivered()
        ]
        arrived = [
            {"path": a.path, "feed": a.feed, "data": self._params.feeds[a.feed].data, "kind": a.kind, "at": a.ends,
             "free_at": max(a.ends, a.locked_until), "rows": a.rows, "numbers": list(a.numbers)}
            for a in self._arrived
        ]  # fmt: skip
        self._end()
        for session in list(self._sessions):
            session.abort()
        return {"delivered": delivered, "arrived": arrived}

    async def stop(self) -> None:
        """Stop listening and disconnect everybody."""
        self._end()
        for session in list(self._sessions):
            session.abort()
        if self._server is not None:
            self._server.close()

    # What sessions ask

    @property
    def clock(self) -> Clock | None:
        """Return the lap's clock; None outside of laps."""
        return self._lap.clock if self._lap is not None else None

    def now(self) -> float:
        """Return the wall second of the lap, after everything due has arrived; 0 before the lap."""
        if self._lap is None:
            return 0.0
        at = self._lap.clock.at()
        self.drop.advance(at)
        return at

    def called(self, route: str, key: str | None, result: str) -> None:
        """Record a call."""
        if self._lap is not None:
            at = self._lap.clock.at()
            self._lap.recorder.write(
                CALLS.name,
                {"at": at, "done_at": at, "part": self._name, "route": route, "result": result, "key": key},
            )

    def welcome(self, session: asyncssh.SSHServerConnection) -> bool:
        """Whether there is room for another session."""
        if len(self._sessions) >= self._params.sessions:
            self.called("connect", None, "FULL")
            return False
        self._sessions.add(session)
        return True

    def gone(self, session: asyncssh.SSHServerConnection) -> None:
        """Record that a session has ended."""
        self._sessions.discard(session)

    def login(self, user: str, password: str) -> bool:
        """Whether user and password are right."""
        right = (user, password) == (self._params.user, self._params.password)
        self.called("login", user[:80], "ok" if right else "REFUSED")
        return right

    def _empty(self) -> Drop:
        return Drop({f"/{name}": access for name, access in self._params.folders.items()}, locked=self._params.locked)

    def _end(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
        self._lap = self._arriving = None
        self._arrived = []
        self.drop = self._empty()

    async def _arrive(self, clock: Clock) -> None:
        while (at := self.drop.next()) is not None:
            await until(clock, at)
            self.now()

    def _note(self, event: str, row: dict[str, Any]) -> None:
        if self._lap is None:
            return
        write = self._lap.recorder.write
        if event == "arrived":
            arrival: Arrival = row["arrival"]
            self._arrived.append(arrival)
            write(ARRIVALS.name, {
                "at": row["at"], "began_at": max(arrival.begins, 0.0), "part": self._name, "feed": arrival.feed,
                "path": arrival.path, "due": arrival.due.isoformat(), "kind": arrival.kind,
                "original": arrival.original, "late": arrival.late, "misnamed": arrival.misnamed, "cut": arrival.cut,
                **told(arrival.content), "rows": arrival.rows, "repeated": arrival.repeated,
            })  # fmt: skip
        elif event == "read":
            write(READS.name, {"part": self._name, **row})
        else:
            write(DELIVERIES.name, {"part": self._name, "event": event, **row})


class _Door(asyncssh.SSHServer):
    """Admits clients that know the password."""

    def __init__(self, part: SftpDrop) -> None:
        self._part = part
        self._session: asyncssh.SSHServerConnection | None = None
        self._welcome = True

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._session = conn
        self._welcome = self._part.welcome(conn)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._session is not None:
            self._part.gone(self._session)

    def begin_auth(self, _username: str) -> bool:
        if not self._welcome:
            raise asyncssh.DisconnectError(asyncssh.DISC_TOO_MANY_CONNECTIONS, "too many connections")
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._part.login(username, password)
