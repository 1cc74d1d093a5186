"""The field's client of the site hosts: the processes that run the customer's parts."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from scenarios.model import DatasetSpec
from simulator import sockets
from simulator.field.config import FieldConfig

BEGIN_SECONDS = 30.0
"""How long a site host may take to make fresh data at a lap's begin, or between two."""
SETTINGS_SECONDS = 30.0
"""How long it may take for a change of settings: next to none, but for a database, or on a busy machine."""
SETTLE_SECONDS = 60.0
"""How long it may take for the night's work at a lap's end."""
READY_SECONDS = 1.0
"""How long it may take to say whether it is ready; one that takes longer is asked again."""


class SiteFailed(Exception):
    """A site host did not do what it was asked; the message says which, what and why."""


class Site:
    """Talks to all site hosts of a world."""

    def __init__(self, config: FieldConfig) -> None:
        headers = {"Authorization": f"Bearer {config.token}", "Content-Type": "application/json"}
        self._config = config
        self._hosts = {
            name: sockets.client(url, headers=headers, cookie_jar=aiohttp.DummyCookieJar())
            for name, url in config.site.items()
        }

    async def close(self) -> None:
        """Free the connections."""
        for http, _ in self._hosts.values():
            await http.close()

    async def waiting(self) -> list[str]:
        """Return the names of the hosts that are not ready yet."""
        answers = await asyncio.gather(*(self._ready(name) for name in self._config.site))
        return [name for name, ready in zip(self._config.site, answers, strict=True) if not ready]

    async def prepare(self, seed: int, datasets: Mapping[str, DatasetSpec]) -> None:
        """Have every host make the data of a lap that begins soon. Raises `SiteFailed`."""
        specs = {name: spec.model_dump(mode="json", by_alias=True) for name, spec in datasets.items()}
        lap = {"seed": seed, "datasets": specs}
        await asyncio.gather(*(self._post(name, "/data", lap, BEGIN_SECONDS) for name in self._config.site))

    async def begin(self, number: int, seed: int, start: float, timeline: list[dict[str, Any]]) -> None:
        """Tell every host of a new lap. Raises `SiteFailed`."""
        lap = {"number": number, "seed": seed, "start": start, "timeline": timeline}
        await asyncio.gather(*(self._post(name, "/laps", lap, BEGIN_SECONDS) for name in self._config.site))

    async def configure(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Give parts new settings, each at the host that runs it. Raises `SiteFailed`."""
        by_host: dict[str, dict[str, Mapping[str, Any]]] = {}
        for part, params in settings.items():
            by_host.setdefault(self._config.hosts[part], {})[part] = params
        await asyncio.gather(
            *(self._post(name, "/settings", parts, SETTINGS_SECONDS) for name, parts in by_host.items())
        )

    async def settle(self) -> dict[str, Mapping[str, Any]]:
        """End the lap on every host; return the final state of each part by name. Raises `SiteFailed`."""
        states = await asyncio.gather(*(self._post(name, "/settle", {}, SETTLE_SECONDS) for name in self._config.site))
        return {part: state for parts in states for part, state in parts.items()}

    async def renew(self) -> None:
        """Have every host make fresh what the next deployment finds. Raises `SiteFailed`."""
        await asyncio.gather(*(self._post(name, "/renew", {}, BEGIN_SECONDS) for name in self._config.site))

    async def _ready(self, name: str) -> bool:
        http, url = self._hosts[name]
        try:
            async with asyncio.timeout(READY_SECONDS):
                async with http.get(f"{url}/ready") as answer:
                    return answer.ok and bool(orjson.loads(await answer.read()).get("ready"))
        except (aiohttp.ClientError, OSError, ValueError):
            return False

    async def _post(self, name: str, path: str, body: Mapping[str, Any], within: float) -> dict[str, Any]:
        http, url = self._hosts[name]
        try:
            async with asyncio.timeout(within):
                async with http.post(url + path, data=orjson.dumps(body)) as answer:
                    text = await answer.read()
        except TimeoutError:
            raise SiteFailed(f"site host {name} did not answer POST {path} within {within:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise SiteFailed(f"site host {name} cannot be reached for POST {path}: {error}") from error
        if not answer.ok:
            told = text.decode(errors="replace")[:500]
            raise SiteFailed(f"site host {name} answered POST {path} with {answer.status}: {told}")
        return dict(orjson.loads(text)) if text else {}
