"""The keeper's side of the field's control API."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

import aiohttp

from simulator import sockets
from simulator.keeper.errors import FieldLost
from simulator.protocol import events as protocol
from simulator.protocol.base import Model
from simulator.protocol.control import FieldState, LapRequest, Readiness
from simulator.protocol.live import FieldLive

SILENCE = 20.0
"""Seconds without even a heartbeat after which the field counts as lost (it beats every 5)."""


M = TypeVar("M", bound=Model)


class FieldClient:
    """Calls the control API at `url`; every failure to reach it is a `FieldLost`."""

    def __init__(self, url: str, token: str) -> None:
        self.token = token
        self._session, self.url = sockets.client(url, headers={"Authorization": f"Bearer {token}"})

    async def close(self) -> None:
        """Free the connections."""
        await self._session.close()

    async def waiting(self) -> list[str]:
        """Names of what is not ready yet; the field itself, while it does not answer."""
        try:
            state = await self._ask(Readiness, "/ready")
        except FieldLost:
            return ["field"]
        return list(state.waiting)

    async def begin(self, lap: int, seed: int, first: str | None = None, customer: int | None = None) -> None:
        """Start a lap, with phase `first` when one is named; `customer` is the world's seed, where that is another."""
        await self._call("POST", "/laps", LapRequest(number=lap, seed=seed, first=first, customer=customer))

    async def abort(self) -> None:
        """End the running lap, if there is one."""
        await self._call("DELETE", "/laps/current", tolerate=(404, 409))

    async def renew(self) -> None:
        """There is no deployment: have the site made fresh for the next one."""
        await self._call("POST", "/renew", within=40)

    async def state(self) -> FieldState:
        """Return what the field is doing."""
        return await self._ask(FieldState, "/state")

    async def live(self, lap: int, after: int) -> FieldLive:
        """Return what somebody who watches wants to see, with the seconds since second `after` of lap `lap`."""
        return await self._ask(FieldLive, f"/live?lap={lap}&after={after}")

    async def events(self, after: int = 0) -> AsyncIterator[protocol.FieldEvent]:
        """Events from sequence number `after` on, as they come; raises `FieldLost` when they stop coming."""
        limits = aiohttp.ClientTimeout(total=None, sock_read=SILENCE)
        try:
            async with self._session.get(f"{self.url}/events", params={"after": after}, timeout=limits) as answer:
                answer.raise_for_status()
                async for line in answer.content:
                    if line.strip():
                        yield protocol.read_lap(line)
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise FieldLost(f"the field stopped answering ({type(error).__name__})") from error
        raise FieldLost("the field closed its stream of events")

    async def _ask(self, model: type[M], path: str) -> M:
        return model.model_validate_json(await self._call("GET", path))

    async def _call(
        self, method: str, path: str, body: Model | None = None, tolerate: tuple[int, ...] = (), within: float = 10
    ) -> str:
        """Return the text of the answer."""
        sent = None if body is None else body.model_dump(mode="json")
        limits = aiohttp.ClientTimeout(total=within)
        try:
            async with self._session.request(method, self.url + path, json=sent, timeout=limits) as answer:
                if answer.status >= 400 and answer.status not in tolerate:
                    raise FieldLost(f"the field answered {answer.status} to {method} {path}: {await answer.text()}")
                return await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FieldLost(f"the field does not answer {method} {path} ({type(error).__name__})") from error
