"""The kinds of fault that a network injects into requests and connections, and how each is registered.

A kind is a pure function that returns data: what one request or connection suffers (a `FaultEffect`). The links of the
field know how to carry it out, so that a fault never touches a socket.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, Protocol

from pydantic import model_validator

from scenarios.model import FaultUse
from scenarios.vocabulary import Params, Registry
from simulator.faults.effects import FaultEffect, Reply
from simulator.faults.message import Message

Wire = Literal["http", "tcp"]
"""What a link can tell apart in the bytes that pass: requests and their answers, or connections alone."""


class RequestHead(Protocol):
    """The first line and the headers of a request: all that a fault may know of it when it is injected."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str:
        """Return the path without the query."""

    @property
    def target(self) -> str:
        """Return the path with the query, as it stands in the request."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the values by lower-case name."""


Reach = Literal["traffic", "connection", "opening", "link"]
"""What a fault is injected into.

`traffic`: requests on an `http` link, connections on a `tcp` one. `connection`: connections, on `http` links too.
`opening`: connections as they open, and none that is open already. `link`: the whole of it, for as long as it is on.
"""


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z*?\[\]!-]+")


class FaultParams(Params):
    """Base of the parameters of faults: `reset:` with nothing behind it is `reset: {}`."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_defaults(cls, value: Any) -> Any:
        return {} if value is None else value


class Memory(Protocol):
    """Memory of a fault: it keeps what it needs of the exchanges on its link while the fault is switched on."""

    def answer(self, head: RequestHead, now: float) -> Reply | None:
        """Return what stands in for the target's answer, or None to leave the request alone without drawing for it."""

    def wants(self, head: RequestHead, picked: bool) -> bool:
        """Whether to be told of the answer to a request that passes as it is; `picked`: `where` picks it."""

    def learn(self, head: RequestHead, answer: Message | None, now: float) -> None:
        """Take note of the target's answer at wall second `now` of the lap; None: it was more than a link keeps."""


@dataclass(frozen=True)
class FaultKind:
    """A registered kind of fault."""

    name: str
    params: type[FaultParams]
    protocols: frozenset[Wire]
    """Protocols of the links that it can be injected into."""
    effect: Callable[[Any, Random], FaultEffect]
    """Called with the parameters from the scenario and a generator for this injection alone."""
    reach: Reach = "traffic"
    memory: Callable[[Any], Memory] | None = None
    """Made from the parameters when the fault is switched on; it says whether, and with what, the fault answers."""
    media: frozenset[str] = frozenset()
    """Formats of the bodies that it can be injected into (`json`, `xml`); empty: any."""
    changes: Callable[[Any], Mapping[tuple[str | int, ...], str]] = lambda _params: {}
    """Returns, given the parameters, which fields of answers it changes, as paths by the place that names them."""
    denies: bool = False
    """Whether its callers get no answer that counts as one: on what comes in, no deployment can help that."""


def problem(use: FaultUse, protocol: str, faults: Registry[FaultKind], speaks: str | None = None) -> str | None:
    """Return why `use` cannot be injected into a link of that protocol, or None; lint checks the parameters.

    `speaks` is the format of the bodies on the link, where that is known.
    """
    if len(use.kinds) != 1:
        return f"a fault has one kind, this one has {len(use.kinds)}: {', '.join(use.kinds) or 'none'}"
    kind = faults[next(iter(use.kinds))]
    if protocol not in kind.protocols:
        return f"{kind.name} strikes {' and '.join(sorted(kind.protocols))} links, {use.link} is {protocol}"
    if kind.reach == "link" and (use.where or use.picks):
        words = " and ".join(f"`{word}`" for word in (*use.picks, *(["where"] if use.where else [])))
        return f"{kind.name} strikes the whole of {use.link}; {words} would pick from it"
    if use.where and (protocol != "http" or kind.reach != "traffic"):
        return f"`where` picks requests; {kind.name} on {use.link} strikes connections"
    if speaks is not None and kind.media and speaks not in kind.media:
        return f"{kind.name} strikes {' and '.join(sorted(kind.media))} bodies, {use.link} speaks {speaks}"
    return unpickable(use)


def unpickable(use: FaultUse) -> str | None:
    """Return why no request can match its `where`, or None."""
    path, method = use.where.get("path"), use.where.get("method")
    if path is not None and path[:1] not in ("/", "*", "?", "["):
        return f"`where` picks no request: a path begins with `/`, {path!r} does not"
    if path is not None and "?" in path and "=" in path.partition("?")[2]:
        return f"`where` picks no request: the path is looked at without its query, {path!r} holds one"
    if method is not None and not _METHOD.fullmatch(method.upper()):
        return f"`where` picks no request: {method!r} is no method"
    wrong = next((name for name in use.where if not _TOKEN.fullmatch(name)), None)
    return f"`where` picks no request: {wrong!r} is no header's name" if wrong is not None else None
