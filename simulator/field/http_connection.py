"""A relayed HTTP/1.1 connection: the sockets around its state machine, which says what is to be done with them."""

import time
from collections.abc import Iterable

from simulator.field.attempts import Attempt, Result
from simulator.field.fault_injection import LinkInjection
from simulator.field.http_actions import (
    Action,
    Answered,
    CloseClient,
    CutOff,
    DeliverAgain,
    EndBy,
    ResetClient,
    Send,
)
from simulator.field.http_state import HttpState
from simulator.field.relay import Connection, LinkState
from simulator.field.side import Then


class HttpConnection(Connection):
    """One client's connection on an `http` link."""

    def __init__(self, link: LinkState) -> None:
        super().__init__(link)
        self._http = HttpState(link, self.caller)

    # What the sockets tell

    def accepted(self) -> None:
        """Dial the target, now that the client is connected, unless a fault refuses the connection."""
        super().accepted()
        self._http.messages.number = self.number

    def client_sent(self, data: bytes) -> None:
        """Pass on bytes from the client."""
        self.used = now = time.monotonic()
        http = self._http
        if http.watching or self.link.faults:
            self._do(http.receive_request(data, now))
            return
        self.target.pass_on(data)
        if actions := http.passed_request(data, now):
            self._do(actions)

    def target_sent(self, data: bytes) -> None:
        """Pass on bytes from the target."""
        self.used = now = time.monotonic()
        http = self._http
        if http.watching:
            self._do(http.receive_response(data, now))
            return
        if self.injections:
            self.pass_on("response", data)
        else:
            self.client.pass_on(data)
        if actions := http.passed_response(data, now):
            self._do(actions)

    def light_request(self, count: int) -> bool:
        """Whether so many bytes from the client are only passed on, and looked at later."""
        return not self.link.faults and self._http.is_noted(count)

    def light_response(self, count: int) -> bool:
        """Whether so many bytes from the target are only passed on: looked at later, or in the middle of a body."""
        return not self.injections and (self._http.is_noted(count) or self._http.is_light(count))

    def client_ended(self) -> None:
        """Pass on that the client sends nothing more."""
        self._do(self._http.end_request(time.monotonic()))
        super().client_ended()

    def target_ended(self) -> None:
        """Pass on that the target sends nothing more."""
        self._do(self._http.end_response(time.monotonic()))
        super().target_ended()

    def client_lost(self, exc: Exception | None) -> None:
        """End what faults still do to the client, now that it is gone."""
        result: Result = "broken" if self.left is None and exc is None else "left"
        self._do(self._http.lose(result, self.left or time.monotonic()))
        super().client_lost(exc)

    def look(self) -> None:
        """Look at what was passed on and only noted, so that its rows come soon."""
        self._do(self._http.look())

    def note(self, closed: float | None) -> None:
        """Write its rows: it was closed in monotonic second `closed`, or (None) the lap is over."""
        if closed is None:
            result: Result = "open" if self.left is None else "left"
            self._do(self._http.end_lap(result, self.left or time.monotonic()))
        else:
            self.look()
        super().note(closed)

    # What the state machine asks for

    def _do(self, actions: Iterable[Action]) -> None:
        self._http.silent = self.silent
        for action in actions:
            self._act(action)
            self._http.silent = self.silent

    def _act(self, action: Action) -> None:
        match action:
            case Send():
                self._send(action)
            case Answered(attempt):
                self.client.send(b"", then=lambda: self._answer_left(attempt))
            case DeliverAgain(request, after):
                self.link.copies.send(request, after)
            case EndBy(injection):
                self.end_by(injection)
            case CutOff(then=then):
                self._cut_off(then)
            case CloseClient():
                self.silent = True
                self.client.finish(self.client.close)
            case ResetClient():
                self.reset()

    def _send(self, action: Send) -> None:
        lines = [line for injection in action.paced if (line := injection.line(self.source)) is not None]
        slices = action.sliced.slices if action.sliced is not None else None
        then = _ending(action.ends) if action.ends else None
        self.pass_on(action.side, action.data, action.hold, lines, then, slices)

    def _answer_left(self, attempt: Attempt) -> None:
        if not self.client.closed and self.left is None:
            self._http.left(attempt, time.monotonic())

    def _cut_off(self, then: str) -> None:
        self.silent = True
        if then != "stall":
            self.client.finish(self.close if then == "close" else self.client.tear)


def _ending(injections: tuple[LinkInjection, ...]) -> Then:
    """Return what ends these injections."""

    def end() -> None:
        for injection in injections:
            injection.end()

    return end
