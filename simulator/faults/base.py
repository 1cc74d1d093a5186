"""What a fault is: something that a network does to a request or a connection.

A fault is data made by a pure function: it says what one struck request or connection suffers (a `FaultEffect`). The
links of the field know how to carry it out, so that a fault never touches a socket.
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
"""What a link knows of the bytes that pass: requests and their answers, or connections."""


class RequestHead(Protocol):
    """What a fault may know of a request when it strikes: its first line and its headers."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str:
        """Without the query."""

    @property
    def target(self) -> str:
        """The path with the query, as it stands in the request."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Values by lower-case name."""


Reach = Literal["traffic", "connection", "opening", "link"]
"""What a fault is dealt to.

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
    """What a fault keeps of the exchanges on its link, for as long as it is switched on."""

    def answer(self, head: RequestHead, now: float) -> Reply | None:
        """What stands in for the target's answer; None: the request is left alone, and no card is dealt for it."""

    def wants(self, head: RequestHead, picked: bool) -> bool:
        """Whether to be told of the answer to a request that passes unstruck; `picked`: `where` picks it."""

    def learn(self, head: RequestHead, answer: Message | None, now: float) -> None:
        """The target has answered; None: with more than a link keeps. `now` is in wall seconds of the lap."""


@dataclass(frozen=True)
class FaultKind:
    """A registered kind of fault."""

    name: str
    params: type[FaultParams]
    protocols: frozenset[Wire]
    """Links that it can strike."""
    effect: Callable[[Any, Random], FaultEffect]
    """Called with the parameters from the scenario and a generator for this injection alone."""
    reach: Reach = "traffic"
    memory: Callable[[Any], Memory] | None = None
    """Made from the parameters when the fault is switched on; it says whether, and with what, the fault answers."""
    media: frozenset[str] = frozenset()
    """What bodies it can strike (`json`, `xml`); empty: any."""
    denies: bool = False
    """Whom it strikes gets no answer that counts as one: on what comes in, no deployment can help that."""


def problem(use: FaultUse, protocol: str, faults: Registry[FaultKind], speaks: str | None = None) -> str | None:
    """Why `use` cannot strike a link of that protocol, or None; parameters are the lint's business.

    `speaks` is what the bodies on the link are written in, where that is known.
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
    """Why no request can be like its `where`, or None."""
    path, method = use.where.get("path"), use.where.get("method")
    if path is not None and path[:1] not in ("/", "*", "?", "["):
        return f"`where` picks no request: a path begins with `/`, {path!r} does not"
    if path is not None and "?" in path and "=" in path.partition("?")[2]:
        return f"`where` picks no request: the path is looked at without its query, {path!r} holds one"
    if method is not None and not _METHOD.fullmatch(method.upper()):
        return f"`where` picks no request: {method!r} is no method"
    wrong = next((name for name in use.where if not _TOKEN.fullmatch(name)), None)
    return f"`where` picks no request: {wrong!r} is no header's name" if wrong is not None else None
