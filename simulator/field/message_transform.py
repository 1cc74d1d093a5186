"""One struck HTTP message on its way: gathered where a fault needs it whole, then changed, held up, dripped or cut."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulator.faults.base import Changed, Copy, FaultEffect, Reply, Side
from simulator.faults.message import Message
from simulator.field.fault_injection import LinkInjection
from simulator.field.side import Slices

if TYPE_CHECKING:
    from simulator.field.http_connection import HttpConnection

_LARGEST = 1 << 18
"""Bytes of a message that is gathered; a larger one passes as it is, and nothing that needs it whole strikes it."""
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d+)[ \t]*\r?\n", re.IGNORECASE)
_END = re.compile(rb"\n\r?\n")


class Gathered:
    """Bytes that are gathered in the whole process: what a deployment can make the field keep has a bound."""

    most = 1 << 26
    held = 0


class MessageTransform:
    """The bytes of one message, in the order in which they come."""

    def __init__(self, strikes: Sequence[LinkInjection], side: Side, way: "HttpConnection") -> None:
        self._strikes = [strike for strike in strikes if strike.blow.on == side]
        self._side: Side = side
        self._way = way
        self._cutter = next((strike for strike in self._strikes if strike.blow.truncation is not None), None)
        self._whole = any(strike.blow.edit or strike.blow.copy for strike in self._strikes)
        self._kept = bytearray()
        self._gathers: bool | None = None
        """None: not known before its first bytes."""
        self._begun = self._body_begun = False
        self._passed, self._left = 0, -1
        """Body bytes that have passed, and that pass until the cut; below zero: there is none."""

    @property
    def gathers(self) -> bool:
        """Whether the message goes on only once it is whole."""
        return self._whole if self._gathers is None else self._gathers

    def feed(self, data: bytes, last: bool) -> tuple[LinkInjection, Reply] | None:
        """Take what came; what is returned is the answer to a request that an edit refuses."""
        if self._gathers is None:
            self._gathers = self._whole or self._needs_length(data)
        if not self._gathers:
            self._pass(data, last)
            return None
        self._kept += data
        Gathered.held += len(data)
        full = len(self._kept) > _LARGEST or Gathered.held > Gathered.most
        if not last and not full:
            return None
        raw = self.release()
        if not full:
            return self._handle(raw)
        self._pass(raw, last)
        return None

    def finish(self) -> None:
        """The message ends with its connection."""
        if self._kept:
            self._handle(self.release())

    def release(self) -> bytes:
        """What was kept back; from now on nothing is."""
        raw, self._kept = bytes(self._kept), bytearray()
        Gathered.held -= len(raw)
        self._gathers = False
        return raw

    def _needs_length(self, data: bytes) -> bool:
        cut = self._cutter.blow.truncation if self._cutter else None
        return cut is not None and isinstance(cut.after, float) and _LENGTH.search(_split(data)[0]) is None

    def _handle(self, raw: bytes) -> tuple[LinkInjection, Reply] | None:
        """Let every edit at the whole message, and send what becomes of it."""
        message: Message | None = None
        for strike in self._strikes:
            result = _edited(strike, raw, message)
            if isinstance(result, Reply):
                return strike, result
            if result is None:
                continue
            strike.begin()
            strike.effect = result.effect
            if result.spoilt is not None:
                over = self._over(head=True, body=True, last=True)
                self._way.pass_on(self._side, result.message.head() + result.spoilt, self._hold(), then=over)
                self._way.cut_off(strike, "close")
                return None
            message = result.message
        raw = raw if message is None else message.wire()
        for strike in self._strikes:
            if strike.blow.copy is not None:
                strike.begin()
                self._way.deliver_again(raw, strike.blow.copy.apart if strike.blow.copy.answer == "first" else 0.0)
        self._pass(raw, last=True)
        return None

    def _pass(self, data: bytes, last: bool) -> None:
        """Send bytes of the message as they are, as late and as slowly as its strikes want it."""
        first, self._begun = not self._begun, True
        head, body = _split(data) if first else (b"", data)
        if first:
            self._measure(head, len(body) if last else None)
        part, cut = self._cut(body)
        hold = self._hold() if first else 0.0
        late, slices = self._body_strikes(body)
        lines = [line for strike in self._strikes if (line := strike.line(self._way.source)) is not None]
        over = self._over(head=first, body=bool(body), last=last or cut)
        if head and (late or slices):
            self._way.pass_on(self._side, head, hold, lines)
            self._way.pass_on(self._side, part, hold + late, lines, over, slices)
        else:
            self._way.pass_on(self._side, head + part, hold + late, lines, over, slices)
        if cut:
            self._end()

    def _hold(self) -> float:
        """Seconds that the message's begin is held up; what strikes it as a whole begins now."""
        for strike in self._strikes:
            if _plain(strike.blow):
                strike.begin()
        waits = [_second(strike.blow.copy) for strike in self._strikes if strike.blow.copy]
        return sum(strike.blow.hold for strike in self._strikes) + sum(waits)

    def _body_strikes(self, body: bytes) -> tuple[float, Slices | None]:
        """Seconds that these bytes of the body are held up, and the portions in which they leave."""
        slices = next((strike.slices for strike in self._strikes if strike.slices is not None), None) if body else None
        if not body or self._body_begun:
            return 0.0, slices
        self._body_begun = True
        for strike in self._strikes:
            if strike.blow.late or strike.blow.slices is not None:
                strike.begin()
        return sum(s.blow.late + (s.blow.slices.gap if s.blow.slices else 0.0) for s in self._strikes), slices

    def _over(self, *, head: bool, body: bool, last: bool) -> Callable[[], None]:
        """Ends what is over once these bytes have left: head, body or the last of the message."""
        over = [strike for strike in self._strikes if strike is not self._cutter or last]
        over = [s for s in over if last or (body and s.blow.late) or (head and not _lasts(s.blow))]

        def end() -> None:
            for strike in over:
                strike.end()

        return end

    # Where it is cut

    def _measure(self, head: bytes, length: int | None) -> None:
        """Find the place of the cut; `length` is the body's, where all of it is here."""
        cut = self._cutter.blow.truncation if self._cutter else None
        if cut is None:
            return
        if isinstance(cut.after, int):
            self._left = cut.after
            return
        said = _LENGTH.search(head)
        length = int(said.group(1)) if said else length
        self._left = min(int(length * cut.after), length - 1) if length else -1

    def _cut(self, body: bytes) -> tuple[bytes, bool]:
        """What still passes of these bytes, and whether the message is cut behind it."""
        cut = 0 <= self._left < len(body)
        part = body[: self._left] if cut else body
        self._left -= min(len(part), max(self._left, 0))
        self._passed += len(part)
        return part, cut

    def _end(self) -> None:
        strike = self._cutter
        assert strike is not None and strike.blow.truncation is not None
        strike.begin()
        strike.effect = f"cut behind {self._passed} bytes of the body, then {strike.blow.truncation.then}"
        self._way.cut_off(strike, strike.blow.truncation.then)


def _edited(strike: LinkInjection, raw: bytes, message: Message | None) -> Changed | Reply | None:
    if strike.blow.edit is None:
        return None
    try:
        return strike.blow.edit(message or Message.parse(raw))
    except ValueError:  # no message after all
        return None


def _split(data: bytes) -> tuple[bytes, bytes]:
    """The head and the rest of a message's first bytes, which hold its whole head."""
    lead = len(data) - len(data.lstrip(b"\r\n"))
    end = _END.search(data, lead)
    return (data[: end.end()], data[end.end() :]) if end else (data, b"")


def _second(copy: Copy) -> float:
    return copy.apart if copy.answer == "second" else 0.0


def _plain(blow: FaultEffect) -> bool:
    """Whether it strikes whatever it is dealt to."""
    return blow.edit is None and blow.truncation is None and blow.copy is None and blow.slices is None and not blow.late


def _lasts(blow: FaultEffect) -> bool:
    """Whether it goes on behind a message's head."""
    return blow.pace is not None or blow.slices is not None or bool(blow.late)
