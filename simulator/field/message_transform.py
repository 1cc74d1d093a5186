"""One HTTP message that faults were injected into, on its way: gathered, rewritten, copied, cut, and held up.

Each stage asks the effects of the faults for the parts that it carries out. None of them knows a socket: what is to be
sent comes out as actions.
"""

import re
from collections.abc import Generator, Iterator, Sequence

from simulator.faults.effects import BodyDelay, Changed, Copy, Delay, Pace, Reply, Rewrite, Side, Slices, Truncation
from simulator.faults.message import Message
from simulator.field.fault_injection import LinkInjection
from simulator.field.http_actions import Action, CutOff, DeliverAgain, Send

_LARGEST = 1 << 18
"""Bytes of a message that is gathered; a larger one passes as it is, and nothing that needs it whole changes it."""
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d+)[ \t]*\r?\n", re.IGNORECASE)
_END = re.compile(rb"\n\r?\n")

Refusal = tuple[LinkInjection, Reply]
"""The injection that answers a request in the target's place, and the answer."""


class Gathered:
    """Bytes that are gathered in the whole process: what a deployment can make the field keep has a bound."""

    most = 1 << 26
    held = 0


class Gatherer:
    """Keeps back what has come of a message."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def __bool__(self) -> bool:
        return bool(self._kept)

    def add(self, data: bytes) -> bool:
        """Keep more bytes; return whether that is more than may be kept."""
        self._kept += data
        Gathered.held += len(data)
        return len(self._kept) > _LARGEST or Gathered.held > Gathered.most

    def release(self) -> bytes:
        """Return what was kept back, and keep it no longer."""
        raw, self._kept = bytes(self._kept), bytearray()
        Gathered.held -= len(raw)
        return raw


class Cutter:
    """Finds the place in a message at which a truncation cuts it; the first truncation counts."""

    def __init__(self, injections: Sequence[LinkInjection]) -> None:
        cuts = [(injection, cut) for injection in injections if (cut := injection.effect.get(Truncation))]
        self._cut = cuts[0] if cuts else None
        self._passed, self._left = 0, -1
        """Body bytes that have passed, and that pass until the cut; below zero: there is no cut."""

    def needs_whole(self, data: bytes) -> bool:
        """Whether the place is known only once the whole message is here; `data` holds its head."""
        part = self._cut is not None and isinstance(self._cut[1].after, float)
        return part and _LENGTH.search(_split(data)[0]) is None

    def measure(self, head: bytes, length: int | None) -> None:
        """Find the place of the cut; `length` is the body's, where all of it is here."""
        if self._cut is None:
            return
        after = self._cut[1].after
        if isinstance(after, int):
            self._left = after
            return
        said = _LENGTH.search(head)
        length = int(said.group(1)) if said else length
        self._left = min(int(length * after), length - 1) if length else -1

    def take(self, body: bytes) -> tuple[bytes, bool]:
        """Return what still passes of these bytes, and whether the message is cut behind it."""
        cut = 0 <= self._left < len(body)
        part = body[: self._left] if cut else body
        self._left -= min(len(part), max(self._left, 0))
        self._passed += len(part)
        return part, cut

    def cut_off(self) -> CutOff:
        """Cut the message here."""
        assert self._cut is not None
        injection, cut = self._cut
        injection.begin()
        injection.description = f"cut behind {self._passed} bytes of the body, then {cut.then}"
        return CutOff(injection, cut.then)


class Timing:
    """Says how late and how slowly the bytes of a message leave, and what is over once they have left."""

    def __init__(self, injections: Sequence[LinkInjection], side: Side) -> None:
        self._injections = injections
        self._side: Side = side
        self._paced = tuple(injection for injection in injections if injection.effect.get(Pace))
        self._sliced = next((injection for injection in injections if injection.effect.get(Slices)), None)
        self._body_begun = False

    def send(self, head: bytes, body: bytes, part: bytes, last: bool) -> Iterator[Send]:
        """Send the head, if it comes now, and that part of the body's bytes which still passes."""
        hold = self.hold() if head else 0.0
        late = self._body_hold(body)
        sliced = self._sliced if body else None
        ends = self.over(head=bool(head), body=bool(body), last=last)
        if head and (late or sliced):
            yield Send(self._side, head, hold, self._paced)
            yield Send(self._side, part, hold + late, self._paced, sliced, ends)
        else:
            yield Send(self._side, head + part, hold + late, self._paced, sliced, ends)

    def hold(self) -> float:
        """Return the seconds that the message's begin is held up; what takes effect as it passes begins now."""
        seconds = 0.0
        for injection in self._injections:
            effect = injection.effect
            if all(part.starts == "passing" for part in effect.parts):
                injection.begin()
            if delay := effect.get(Delay):
                seconds += delay.seconds
            if (copy := effect.get(Copy)) and copy.answer == "second":
                seconds += copy.apart
        return seconds

    def _body_hold(self, body: bytes) -> float:
        """Return the seconds that these bytes of the body are held up behind the head: the first of them alone are."""
        if not body or self._body_begun:
            return 0.0
        self._body_begun = True
        seconds = 0.0
        for injection in self._injections:
            if any(part.starts == "body" for part in injection.effect.parts):
                injection.begin()
            if delay := injection.effect.get(BodyDelay):
                seconds += delay.seconds
            if slices := injection.effect.get(Slices):
                seconds += slices.gap
        return seconds

    def over(self, *, head: bool, body: bool, last: bool) -> tuple[LinkInjection, ...]:
        """Return the injections that are over once these bytes have left: head, body or the last of the message."""

        def ends(injection: LinkInjection) -> bool:
            ends_with_body = body and injection.effect.get(BodyDelay) is not None
            return last or ends_with_body or (head and not any(part.lasts for part in injection.effect.parts))

        return tuple(injection for injection in self._injections if ends(injection))


class MessageTransform:
    """The bytes of one message, in the order in which they come; it is the stages put together."""

    def __init__(self, injections: Sequence[LinkInjection], side: Side) -> None:
        self._injections = [injection for injection in injections if injection.effect.on == side]
        self._side: Side = side
        self._whole = any(i.effect.get(Rewrite) or i.effect.get(Copy) for i in self._injections)
        self._gatherer = Gatherer()
        self._cutter = Cutter(self._injections)
        self._timing = Timing(self._injections, side)
        self._gathers: bool | None = None
        """None: not known before its first bytes."""
        self._begun = False

    @property
    def gathers(self) -> bool:
        """Whether the message goes on only once it is whole."""
        return self._whole if self._gathers is None else self._gathers

    def feed(self, data: bytes, last: bool) -> Generator[Action, None, Refusal | None]:
        """Take what came; the generator returns the answer to a request that a rewrite refuses."""
        if self._gathers is None:
            self._gathers = self._whole or self._cutter.needs_whole(data)
        if not self._gathers:
            yield from self._pass(data, last)
            return None
        full = self._gatherer.add(data)
        if not last and not full:
            return None
        raw = self.release()
        if not full:
            return (yield from self._handle(raw))
        yield from self._pass(raw, last)
        return None

    def finish(self) -> Iterator[Action]:
        """Take it that the message ends with its connection."""
        if self._gatherer:
            yield from self._handle(self.release())

    def release(self) -> bytes:
        """Return what was kept back; from now on nothing is."""
        self._gathers = False
        return self._gatherer.release()

    def _handle(self, raw: bytes) -> Generator[Action, None, Refusal | None]:
        """Let every rewrite at the whole message, and send what becomes of it."""
        message: Message | None = None
        for injection in self._injections:
            result = _rewritten(injection, raw, message)
            if isinstance(result, Reply):
                return injection, result
            if result is None:
                continue
            injection.begin()
            injection.description = result.description
            if result.spoilt is not None:
                ends = self._timing.over(head=True, body=True, last=True)
                yield Send(self._side, result.message.head() + result.spoilt, self._timing.hold(), ends=ends)
                yield CutOff(injection, "close")
                return None
            message = result.message
        raw = raw if message is None else message.wire()
        yield from self._copies(raw)
        yield from self._pass(raw, last=True)
        return None

    def _copies(self, raw: bytes) -> Iterator[DeliverAgain]:
        for injection in self._injections:
            if copy := injection.effect.get(Copy):
                injection.begin()
                yield DeliverAgain(raw, copy.apart if copy.answer == "first" else 0.0)

    def _pass(self, data: bytes, last: bool) -> Iterator[Action]:
        """Send bytes of the message as far, as late and as slowly as the faults want it."""
        first, self._begun = not self._begun, True
        head, body = _split(data) if first else (b"", data)
        if first:
            self._cutter.measure(head, len(body) if last else None)
        part, cut = self._cutter.take(body)
        yield from self._timing.send(head, body, part, last or cut)
        if cut:
            yield self._cutter.cut_off()


def _rewritten(injection: LinkInjection, raw: bytes, message: Message | None) -> Changed | Reply | None:
    rewrite = injection.effect.get(Rewrite)
    if rewrite is None:
        return None
    try:
        return rewrite.edit(message or Message.parse(raw))
    except ValueError:  # no message after all
        return None


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Return the head and the rest of a message's first bytes, which hold its whole head."""
    lead = len(data) - len(data.lstrip(b"\r\n"))
    end = _END.search(data, lead)
    return (data[: end.end()], data[end.end() :]) if end else (data, b"")
