"""The proxies that the API knows: the world's links, and those that a client has made."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.field.config import Link
from simulator.field.fault_injection import Rows, Ticks
from simulator.field.links import LinkServer
from simulator.field.toxiproxy import errors, fields
from simulator.field.toxiproxy.errors import ApiError
from simulator.field.toxiproxy.toxic import SIDES, TYPES, Disabled, Toxic
from simulator.plan import Listen


class Proxy:
    """One link under Toxiproxy's name for it."""

    def __init__(self, link: LinkServer, ours: bool) -> None:
        self.link = link
        self.ours = ours
        """Whether it belongs to the world."""
        self.toxics: dict[str, Toxic] = {}
        self.disabled: Disabled | None = None

    @property
    def name(self) -> str:
        """The link's name."""
        return self.link.config.name

    @property
    def listen(self) -> str:
        """Where its callers dial."""
        return _spelt(Listen(host=self.link.address[0], port=self.link.address[1]))

    @property
    def upstream(self) -> str:
        """What is behind it."""
        return _spelt(self.link.config.target)

    def apply(self) -> None:
        """Make the link do what the toxics say. Raises `OSError` where it cannot listen again."""
        self.link.poison([*self.toxics.values(), *([self.disabled] if self.disabled else [])])

    def toxic(self, name: str) -> Toxic:
        """Return the toxic of that name. Raises `ApiError` where there is none."""
        if name not in self.toxics:
            raise ApiError(*errors.TOXIC_NOT_FOUND)
        return self.toxics[name]

    def shown(self) -> dict[str, Any]:
        """Return what the API shows of it."""
        return {
            "name": self.name,
            "listen": self.listen,
            "upstream": self.upstream,
            "enabled": self.disabled is None,
            "toxics": [toxic.shown() for toxic in self.toxics.values()],
        }


def _spelt(there: Listen) -> str:
    return f"[{there.host}]:{there.port}" if ":" in there.host else f"{there.host}:{there.port}"


class Proxies:
    """All of them; every method that is given a body raises `ApiError` where it asks for what cannot be."""

    def __init__(
        self,
        links: Mapping[str, LinkServer],
        clock: Ticks,
        recorder: Rows,
        seed: Callable[[], int],
        changed: Callable[[], None],
    ) -> None:
        """`seed` is the running lap's; `changed` is called after anything that changes what passes."""
        self._proxies = {name: Proxy(link, ours=True) for name, link in links.items()}
        self._clock = clock
        self._recorder = recorder
        self._seed = seed
        self._changed = changed

    @property
    def active(self) -> int:
        """Return how many toxics are on the world's links, and how many of the links are disabled."""
        ours = [proxy for proxy in self._proxies.values() if proxy.ours]
        return sum(len(proxy.toxics) + (proxy.disabled is not None) for proxy in ours)

    def all(self) -> dict[str, Proxy]:
        """Return every proxy by name."""
        return dict(self._proxies)

    def get(self, name: str) -> Proxy:
        """Return the proxy of that name. Raises `ApiError` where there is none."""
        if name not in self._proxies:
            raise ApiError(*errors.PROXY_NOT_FOUND)
        return self._proxies[name]

    async def create(self, data: Mapping[str, Any]) -> Proxy:
        """Make a proxy. Raises `ApiError` on bad data or a name that is taken, `OSError` where it cannot listen."""
        link, enabled = self._wanted(data, "")
        if link.name in self._proxies:
            raise ApiError(*errors.PROXY_EXISTS)
        return await self._add(link, enabled)

    def _wanted(self, data: Mapping[str, Any], where: str) -> tuple[Link, bool]:
        name, upstream = fields.text(data, "name"), fields.text(data, "upstream")
        if not name:
            raise errors.missing(f"name{where}")
        if not upstream:
            raise errors.missing(f"upstream{where}")
        listen, target = fields.text(data, "listen"), fields.address(upstream, "upstream")
        there = fields.address(listen, "listen") if self._is_ours(name) else fields.loopback(listen)
        return Link(name=name, protocol="tcp", listen=there, target=target), fields.flag(data, "enabled", True)

    def _is_ours(self, name: str) -> bool:
        return name in self._proxies and self._proxies[name].ours

    async def _add(self, config: Link, enabled: bool, toxics: Mapping[str, Toxic] | None = None) -> Proxy:
        proxy = Proxy(LinkServer(config), ours=False)
        proxy.toxics = dict(toxics or {})
        if not enabled:
            proxy.disabled = Disabled(config.name, self._clock, self._recorder)
        proxy.apply()
        if enabled:
            await proxy.link.start()
        self._proxies[proxy.name] = proxy
        return proxy

    async def populate(self, items: Sequence[Any]) -> list[Proxy]:
        """Make or replace many; all are looked at before the first is made.

        Raises `ApiError`, `OSError` as `create`.
        """
        wanted: dict[str, tuple[Link, bool]] = {}
        for number, item in enumerate(items, start=1):
            if not isinstance(item, dict | None):
                raise errors.bad_body(f"proxy {number} is not an object")
            link, enabled = self._wanted(fields.named(item or {}), f" at proxy {number}")
            if link.name in wanted:
                raise ApiError(f'duplicate proxy name "{link.name}"', 500)
            if self._is_ours(link.name) and not self._same(link):
                raise errors.not_ours(link.name)
            wanted[link.name] = link, enabled
        return [await self._put(link, enabled) for link, enabled in wanted.values()]

    def _same(self, link: Link) -> bool:
        proxy = self._proxies[link.name]
        return (proxy.listen, proxy.upstream) == (_spelt(link.listen), _spelt(link.target))

    async def _put(self, link: Link, enabled: bool) -> Proxy:
        if link.name in self._proxies:
            if self._same(link):
                return self._proxies[link.name]
            await self._proxies.pop(link.name).link.stop()
        return await self._add(link, enabled)

    async def update(self, name: str, data: Mapping[str, Any]) -> Proxy:
        """Move it, disable it, enable it. Raises `OSError` where it cannot listen; then it stays disabled."""
        proxy = self.get(name)
        enabled = fields.flag(data, "enabled", proxy.disabled is None)
        listen, upstream = fields.text(data, "listen", proxy.listen), fields.text(data, "upstream", proxy.upstream)
        if (listen, upstream) != (proxy.listen, proxy.upstream):
            link, _ = self._wanted({"name": name, "listen": listen, "upstream": upstream}, "")
            if not self._same(link):
                if proxy.ours:
                    raise errors.not_ours(name)
                await proxy.link.stop()
                return await self._add(link, enabled, proxy.toxics)
        self._enable(proxy, enabled)
        return proxy

    def _enable(self, proxy: Proxy, enabled: bool) -> None:
        if enabled is (proxy.disabled is None):
            return
        before = proxy.disabled
        proxy.disabled = None if enabled else Disabled(proxy.name, self._clock, self._recorder)
        try:
            proxy.apply()
        except OSError:
            proxy.disabled = before
            proxy.apply()
            raise
        self._changed()

    async def delete(self, name: str) -> None:
        """Remove a proxy that a client has made. Raises `ApiError` for a link of the world."""
        proxy = self.get(name)
        if proxy.ours:
            raise errors.not_ours(name)
        del self._proxies[name]
        await proxy.link.stop()

    def reset(self) -> None:
        """Enable all, and remove all toxics. Raises `OSError` as `update` does."""
        for proxy in self._proxies.values():
            proxy.toxics.clear()
            self._enable(proxy, True)
            proxy.apply()
        self._changed()

    async def stop(self) -> None:
        """Close those that clients have made."""
        for proxy in self._proxies.values():
            if not proxy.ours:
                await proxy.link.stop()

    def add_toxic(self, proxy: Proxy, data: Mapping[str, Any]) -> Toxic:
        """Put a toxic on a proxy. Raises `ApiError` where there is one of that name, or none of that type or stream."""
        kind, stream = fields.text(data, "type"), fields.text(data, "stream", "downstream")
        share = fields.toxicity(data, 1.0)
        if stream.lower() not in SIDES:
            raise ApiError(*errors.INVALID_STREAM)
        if kind not in TYPES:
            raise ApiError(*errors.INVALID_TYPE)
        name = fields.text(data, "name") or f"{kind}_{stream}"
        if name in proxy.toxics:
            raise ApiError(*errors.TOXIC_EXISTS)
        toxic = self._made(proxy, name, kind, stream.lower(), share)
        toxic.attributes = fields.attributes(data, TYPES[kind].attributes, {})
        proxy.toxics[name] = toxic
        self._apply(proxy)
        return toxic

    def _made(self, proxy: Proxy, name: str, kind: str, stream: str, share: float) -> Toxic:
        return Toxic(proxy.name, name, kind, stream, share, self._seed(), self._clock, self._recorder)

    def update_toxic(self, proxy: Proxy, name: str, data: Mapping[str, Any]) -> Toxic:
        """Change its attributes, for all who have it; or its toxicity, and with it who has it."""
        toxic = proxy.toxic(name)
        given = fields.attributes(data, toxic.type.attributes, toxic.attributes)
        share = fields.toxicity(data, toxic.toxicity)
        if share != toxic.toxicity:
            toxic = self._made(proxy, name, toxic.type_name, toxic.stream, share)
        toxic.attributes = given
        proxy.toxics[name] = toxic
        self._apply(proxy)
        return toxic

    def remove_toxic(self, proxy: Proxy, name: str) -> None:
        """Take a toxic off."""
        proxy.toxic(name)
        del proxy.toxics[name]
        self._apply(proxy)

    def _apply(self, proxy: Proxy) -> None:
        proxy.apply()
        self._changed()
