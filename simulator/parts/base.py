"""What a part is: one component of the customer's site, run by `simulator.parts.host`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from scenarios.vocabulary import loaded
from simulator.clock import Clock
from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import Table

if TYPE_CHECKING:
    from simulator.dirt import Dataset


@dataclass(frozen=True)
class Lap:
    """What a part learns when a lap begins: the seed of its own, the clock, the data, and where to write."""

    seed: int
    clock: Clock
    recorder: Recorder
    data: "Mapping[str, Dataset]" = field(default_factory=dict)
    """The scenario's datasets, made from the lap's seed."""


class Part(Protocol):
    """A running component. It listens from `start` to `stop`; laps come and go in between."""

    async def start(self, host: str, port: int) -> None:
        """Listen; return when a client could connect. The host may be a Unix socket's path (`simulator.sockets`)."""

    async def begin(self, lap: Lap) -> None:
        """Fresh data for a new lap: nothing of the last one is left."""

    async def configure(self, params: Any) -> None:
        """New settings, at a phase's begin: an instance of the kind's params model."""

    async def settle(self) -> Mapping[str, Any]:
        """The lap is over: finish what the customer's night does, and tell the workloads the final state."""

    async def stop(self) -> None:
        """Stop listening and free everything."""


@runtime_checkable
class Prepares(Protocol):
    """A part that takes its time over a lap's data."""

    async def prepare(self, data: "Mapping[str, Dataset]") -> None:
        """Do what can be done before the lap's clock is set; `begin` follows, with the same data."""


@runtime_checkable
class Dates(Protocol):
    """A part that dates what it makes before a lap's clock runs."""

    def date(self, starts: datetime) -> None:
        """Told the simulated local time at which every lap starts, before `start`."""


@runtime_checkable
class Renews(Protocol):
    """A part that the deployment may write to before a lap begins, and so cannot be made fresh by `begin`."""

    async def renew(self) -> None:
        """Nothing of the last lap is left. Called between two laps, while there is no deployment."""


@dataclass(frozen=True)
class Access:
    """How the deployment gets in: what its environment says of a part beyond the address."""

    user: str | None = None
    """In `<NAME>_URL`, and by itself in `<NAME>_USER`."""
    password: str | None = None
    """In `<NAME>_URL`, and by itself in `<NAME>_PASSWORD`."""
    path: str = ""
    """What follows the port in `<NAME>_URL`."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further variables, each without `<NAME>_`."""


def _anyone(_params: Any) -> Access:
    return Access()


def made_by(home: str) -> Callable[[str, Any], Part]:
    """What makes parts of the class at `module:Class`, with their name and parameters.

    The module, with the libraries of the server that it is, is imported when the first of them is made.
    """

    def make(name: str, params: Any) -> Part:
        part: Part = loaded(home)(name, params)
        return part

    return make


@dataclass(frozen=True)
class PartKind:
    """A registered kind of part."""

    name: str
    params: type[BaseModel]
    make: Callable[[str, Any], Part]
    """Called with the part's name in the scenario and its parameters."""
    protocol: Literal["http", "tcp"]
    tables: tuple[Table, ...] = ()
    alone: bool = False
    """Needs a process of its own, being a program of its own."""
    connections: int | None = None
    """How many a deployment may have open to it, where it stands fewer than any link does; one more is refused."""
    scheme: str = "http"
    """What `<NAME>_URL` begins with."""
    access: Callable[[Any], Access] = _anyone
    """Given the parameters, how the deployment gets in."""
    speaks: str | None = None
    """What bodies are written in, on http: `json` or `xml`; None: several, or something else."""
    key: Callable[[Any], str | None] = lambda _params: None
    """Where, given the parameters, a request holds the business key that it is about, on http: a regular expression
    over its target and its body, never its headers, whose first group is the key. By it a strike is joined to the
    request of the traffic."""
