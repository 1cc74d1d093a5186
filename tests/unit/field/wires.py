"""A connection without sockets: the state machine, and a transport that does at once whatever it asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scenarios.model import FaultUse
from simulator.field.attempts import Log
from simulator.field.config import Link
from simulator.field.fault_injection import ActiveFault, LinkInjection, Origin
from simulator.field.http_actions import Action, Answered, Send
from simulator.field.http_state import HttpState
from simulator.field.toll import Toll
from simulator.plan import Listen

PLACE = Listen(host="127.0.0.1", port=0)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


def request(path: str, body: bytes = b"", more: str = "", method: str = "POST") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: a\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Lap:
    """A clock that stands still, and a recorder that keeps rows."""

    start = 0.0

    def __init__(self) -> None:
        self.rows: list[tuple[str, dict[str, Any]]] = []

    def at(self) -> float:
        return 0.0

    def write(self, table: str, row: dict[str, Any]) -> None:
        self.rows.append((table, row))

    def cut(self, table: str, at: float | None) -> None:
        raise AssertionError("no table is full")

    def table(self, name: str) -> list[dict[str, Any]]:
        return [row for table, row in self.rows if table == name]


@dataclass
class OneLink:
    """A link's state."""

    config: Link
    faults: tuple[ActiveFault, ...] = ()
    log: Log | None = None
    toll: Toll | None = None


@dataclass
class Wire:
    """A state machine, and a transport that does at once whatever it asks for."""

    uses: list[dict[str, Any]]
    key: str | None = None
    slow: bool = False
    """Bytes have left only when the client leaves."""
    over: list[LinkInjection] = field(default_factory=list)
    lap: Lap = field(default_factory=Lap)
    done: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = Link(name="erp", protocol="http", listen=PLACE, target=PLACE, key=self.key)
        self.link = OneLink(config, log=Log("erp", self.lap, self.lap))
        self.arm(*self.uses)
        self.state = HttpState(self.link, Origin)

    def arm(self, *uses: dict[str, Any]) -> None:
        known = [FaultUse.model_validate({"link": "erp"} | use) for use in uses]
        self.link.faults = tuple(ActiveFault(use, "http", 1, self.lap, self.lap) for use in known)

    def do(self, actions: Iterable[Action]) -> list[Action]:
        done = []
        for action in actions:
            done.append(action)
            if isinstance(action, Send):
                self.over += action.ends
            elif isinstance(action, Answered):
                self.state.left(action.attempt, 0.0)
        self.done += done
        if not self.slow:
            self.has_sent()
        return done

    def has_sent(self) -> None:
        """All bytes have left."""
        for injection in self.over:
            injection.end()
        self.over.clear()

    def asks(self, data: bytes) -> list[Action]:
        return self.do(self.state.receive_request(data, 0.0))

    def answers(self, data: bytes) -> list[Action]:
        return self.do(self.state.receive_response(data, 0.0))

    def leaves(self) -> None:
        self.has_sent()
        self.do(self.state.lose("left", 0.0))
        for fault in self.link.faults:
            fault.close()


def sent(actions: Iterable[Action], side: str) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Send) and action.side == side)
