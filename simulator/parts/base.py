"""Define a part: one component of the customer's site, run by `simulator.parts.host`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from scenarios.vocabulary import Around, Mismatch, loaded
from simulator.clock import Clock, Timeline
from simulator.evidence.recorder import Recorder
from simulator.evidence.tables import Table
from simulator.levels import Levels

if TYPE_CHECKING:
    from simulator.dirt import Dataset


@dataclass(frozen=True)
class Lap:
    """What a part is given when a lap begins: its own seed, the clock, the data, and where to write."""

    seed: int
    clock: Clock
    recorder: Recorder
    data: "Mapping[str, Dataset]" = field(default_factory=dict)
    """The scenario's datasets, generated from the lap's seed."""


class Part(Protocol):
    """A running component. It listens from `start` to `stop`, over any number of laps."""

    async def start(self, host: str, port: int) -> None:
        """Listen; return when a client could connect. The host may be a Unix socket's path (`simulator.sockets`)."""

    async def begin(self, lap: Lap) -> None:
        """Begin a new lap with fresh data: nothing of the last one is left."""

    async def configure(self, params: Any) -> None:
        """Apply new settings when a phase begins: an instance of the kind's params model."""

    async def settle(self) -> Mapping[str, Any]:
        """End the lap: finish the customer's nightly work, and return the final state for the workloads."""

    async def stop(self) -> None:
        """Stop listening and free everything."""


@runtime_checkable
class Prepares(Protocol):
    """A part that needs time to set up a lap's data."""

    async def prepare(self, data: "Mapping[str, Dataset]") -> None:
        """Do what can be done before the lap's clock is set; `begin` follows, with the same data."""


@runtime_checkable
class Dates(Protocol):
    """A part that dates what it makes before a lap's clock runs."""

    def date(self, starts: datetime) -> None:
        """Set the simulated local time at which every lap starts; called before `start`."""


@runtime_checkable
class Renews(Protocol):
    """A part that the deployment may write to before a lap begins, so that `begin` cannot make it fresh."""

    async def renew(self) -> None:
        """Remove everything of the last lap. Called between two laps, while there is no deployment."""


@dataclass(frozen=True)
class TokenRequest:
    """A login on http by OAuth 2.0: a form is sent, and the answer's `access_token` goes with every request."""

    path: str
    form: Mapping[str, str]


@dataclass(frozen=True)
class Access:
    """How the deployment logs in: what its environment says about a part, beyond the address."""

    user: str | None = None
    """In `<NAME>_URL`, and by itself in `<NAME>_USER`."""
    password: str | None = None
    """In `<NAME>_URL`, and by itself in `<NAME>_PASSWORD`."""
    path: str = ""
    """The part of `<NAME>_URL` after the port."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Additional variables, each without `<NAME>_`."""
    bearer: str | None = None
    """On http, the token that every request brings, as `Authorization: Bearer`."""
    token: TokenRequest | None = None
    """On http, where that token has to be fetched first."""


@dataclass(frozen=True)
class Day:
    """A lap that is over, to say what a part delivered in it: all that the part's files depend on."""

    seed: int
    """The part's own in that lap, as `Lap.seed`."""
    timeline: Timeline
    data: "Mapping[str, Dataset]"


def _nothing(_params: Any, _day: Day) -> Iterable[tuple[str, bytes]]:
    return ()


def _anyone(_params: Any) -> Access:
    return Access()


def made_by(home: str) -> Callable[[str, Any], Part]:
    """Return what makes parts of the class at `module:Class`, with their name and parameters.

    The module, with the libraries of the server that it is, is imported when the first of them is made.
    """

    def make(name: str, params: Any) -> Part:
        part: Part = loaded(home)(name, params)
        return part

    return make


Series = Callable[[Any, int, Timeline, "Mapping[str, Dataset]"], Levels]
"""Called with the part's parameters, its seed in the lap (as in `Lap.seed`), the lap's timeline and the data."""


@dataclass(frozen=True)
class Told:
    """Rows of a part's final state, as a list of objects."""

    columns: tuple[str, ...] | None = None
    """Their names; None: as a query returns them."""
    path: tuple[str, ...] = ()
    """Where they stand in what `Part.settle` returns."""


@dataclass(frozen=True)
class Shown:
    """Where evidence shows that a limit held somebody up."""

    by: str
    """What holds of the table's rows about that, as SQL."""
    table: str = "calls"
    """Its column `part` names the part."""


def refuses(*results: str) -> Shown:
    """Return that calls which a limit holds up end with one of these results."""
    return Shown(f"result in ({', '.join(repr(str(one)) for one in results)})")


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
    """Whether it is a program of its own, which needs a process of its own."""
    connections: int | None = None
    """How many connections a deployment may have open to it, if fewer than on other links; further ones are refused."""
    scheme: str = "http"
    """The beginning of `<NAME>_URL`."""
    access: Callable[[Any], Access] = _anyone
    """Returns how the deployment logs in, given the parameters."""
    example: Callable[[Any], str] = lambda _params: "GET /"
    """Returns, given the parameters, what an engineer may try first: a request, a query, or an SFTP command."""
    leaves: Callable[[Any, Day], Iterable[tuple[str, bytes]]] = _nothing
    """Returns, given the parameters, the files that a customer still has of a day: each one's path below the part's
    folder, and its bytes. They ship with an incident: what the customer's own systems delivered, and no truth."""
    speaks: str | None = None
    """The format of bodies, on http: `json` or `xml`; None: several, or something else."""
    series: Mapping[str, Series] = field(default_factory=dict)
    """What of its state changes in simulated time whatever a deployment does, by name: what workloads take for true."""
    settles: Callable[[Any], Mapping[str, Told]] = lambda _params: {}
    """Returns, given the parameters, the rows that its final state tells, by name."""
    limits: Mapping[str, Shown] = field(default_factory=dict)
    """Parameters that bound what callers may do, such as `limit` or `quota.tokens`; a proof tells of those that never
    held anybody up."""
    mismatches: Callable[[Any, Around], Iterable[Mismatch]] = lambda _params, _around: ()
    """Returns what the parameters name and is not there, such as columns in SQL; lint asks."""
    answers: Callable[[Any, Around], list[Any] | None] = lambda _params, _around: None
    """Returns, given the parameters, a JSON document like each of its answers (`scenarios.vocabulary.ANY` for what
    may be anything), or None where it does not say; lint holds against them what faults do to fields."""
    key: Callable[[Any], str | None] = lambda _params: None
    """Returns, given the parameters, where a request on http has its business key: a regular expression over its target
    and its body, never its headers, whose first group is the key. It joins a fault to the request of the traffic."""
