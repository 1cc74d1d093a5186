"""The keeper's side of the field's control API."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from simulator import sockets
from simulator.keeper.errors import FieldLost

SILENCE = 20.0
"""Seconds without even a heartbeat after which the field counts as lost (it beats every 5)."""


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
            state = await self._call("GET", "/ready")
        except FieldLost:
            return ["field"]
        return [] if state["ready"] else list(state["waiting"])

    async def begin(self, lap: int, seed: int, first: str | None = None) -> None:
        """Start a lap, with phase `first` when one is named."""
        await self._call("POST", "/laps", {"number": lap, "seed": seed, "first": first})

    async def abort(self) -> None:
        """End the running lap, if there is one."""
        await self._call("DELETE", "/laps/current", tolerate=(404, 409))

    async def renew(self) -> None:
        """There is no deployment: have the site made fresh for the next one."""
        await self._call("POST", "/renew", within=40)

    async def state(self) -> dict[str, Any]:
        """What the field is doing."""
        return await self._call("GET", "/state")

    async def live(self, lap: int, after: int) -> dict[str, Any]:
        """What somebody who watches wants to see, with the seconds since second `after` of lap `lap`."""
        return await self._call("GET", f"/live?lap={lap}&after={after}")

    async def events(self, after: int = 0) -> AsyncIterator[dict[str, Any]]:
        """Events from sequence number `after` on, as they come; raises `FieldLost` when they stop coming."""
        limits = aiohttp.ClientTimeout(total=None, sock_read=SILENCE)
        try:
            async with self._session.get(f"{self.url}/events", params={"after": after}, timeout=limits) as answer:
                answer.raise_for_status()
                async for line in answer.content:
                    if line.strip():
                        yield json.loads(line)
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise FieldLost(f"the field stopped answering ({type(error).__name__})") from error
        raise FieldLost("the field closed its stream of events")

    async def _call(
        self, method: str, path: str, body: object = None, tolerate: tuple[int, ...] = (), within: float = 10
    ) -> dict[str, Any]:
        limits = aiohttp.ClientTimeout(total=within)
        try:
            async with self._session.request(method, self.url + path, json=body, timeout=limits) as answer:
                if answer.status >= 400 and answer.status not in tolerate:
                    raise FieldLost(f"the field answered {answer.status} to {method} {path}: {await answer.text()}")
                text = await answer.text()
                return json.loads(text) if text else {}
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FieldLost(f"the field does not answer {method} {path} ({type(error).__name__})") from error
