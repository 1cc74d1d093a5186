"""The one gate for what a deployment sends us: bounded on the way in, and always writable on the way out.

Every value that goes from a deployment through a part, the settlement, a workload and the evidence to the grader enters
by `parse`, is written by `dumps`, and fits its column by `fitted`. What cannot be read raises `Untold` where it enters,
so that the receiver can refuse it, or record it in a row: it counts against the deployment, and is never our error.
Behind the gate no value is deeper, larger or has more parts than can be traversed, kept and written.
"""

import json
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson

from simulator.evidence.tables import Type

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(rb"[][{}]")
_WIDEST, _HEAVIEST = 4, 120
"""Most bytes of memory for a byte of text, and for a value (an object with its one member)."""
_DEEPEST = 100
"""Most levels of what is written: those that `parse` allows, within a few of our own."""
_BITS = 63


class Untold(ValueError):
    """What a deployment sent cannot be read; the message says why, in one line and without quoting it."""


@dataclass(frozen=True)
class Bounds:
    """The limits of one JSON document."""

    deepest: int = 32
    """Most levels of lists and objects."""
    most: int = 10_000
    """Most values in total, counting each member of an object once."""
    largest: int = 2**20
    """Most bytes."""

    def cost(self, size: int) -> int:
        """Return the most bytes of memory that a document of `size` bytes within these bounds can need."""
        size = min(size, self.largest)
        return _WIDEST * size + _HEAVIEST * min(size // 2 + 1, self.most)


USUAL = Bounds()


def parse(body: bytes | str, bounds: Bounds = USUAL) -> Any:
    """Return the JSON (RFC 8259) in `body` as plain values. Raises `Untold`.

    Its values are counted before it is read, so that what is refused never takes up memory. NaN, Infinity and lone
    surrogates are not JSON; whole numbers beyond 64 bits become floats.
    """
    try:
        return orjson.loads(_counted(body, bounds))
    except orjson.JSONDecodeError as error:
        raise Untold(f"no JSON: {str(error).partition(': line ')[0]}") from None


def exact(body: bytes | str, bounds: Bounds = USUAL) -> Any:
    """Return the same for passing it on unchanged: numbers keep all digits, and NaN is allowed.

    Raises `Untold`.
    """
    try:
        return json.loads(_counted(body, bounds))
    except ValueError as error:
        raise Untold(f"no JSON: {type(error).__name__}") from None


def xml(body: bytes, bounds: Bounds = USUAL) -> Any:
    """Return the root of the XML document in `body`, as an element of lxml. Raises `Untold`.

    No entity is ever expanded, and nothing is fetched; its elements are counted before it is read.
    """
    if len(body) > bounds.largest:
        raise Untold(f"larger than {bounds.largest} bytes")
    if b"<!" in body.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
        raise Untold("a DOCTYPE or entities are not allowed")
    if body.count(b"<") + body.count(b"=") > 2 * bounds.most:
        raise Untold(f"more than {bounds.most} values")
    # Late: most of what is sent is JSON.
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Untold("no well-formed XML") from None


def dumps(value: Any) -> bytes:
    """Return any value as JSON; it never raises.

    Lone surrogates become `?`, whole numbers beyond 64 bits floats, NaN and infinity null, other things their text, and
    whatever is too deep null.
    """
    try:
        return orjson.dumps(value)
    except (TypeError, RecursionError):
        return orjson.dumps(plain(value))


def plain(value: Any, left: int = _DEEPEST) -> Any:
    """Return `value` made of plain JSON values only, as `dumps` writes them."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return int(value) if value.bit_length() <= _BITS else _real(value)
    if isinstance(value, float):
        return _real(value)
    if isinstance(value, dict | list | tuple):
        return _inner(value, left - 1) if left else None
    return plain(_text(value))


def fitted(value: Any, kind: Type) -> tuple[Any, bool]:
    """Return `value` as a column of that kind takes it, and whether it fits; null when it does not.

    NaN and infinite numbers are null, which is how evidence says that there is no number.
    """
    if value is None:
        return None, True
    if kind == "text":
        return _text(plain(value)), True
    if not isinstance(value, int | float):
        return None, False
    if kind == "boolean":
        return (bool(value), True) if value in (0, 1) else (None, False)
    if kind == "real":
        return _real(value), True
    whole = value if isinstance(value, int) else round(value) if math.isfinite(value) else 2**_BITS
    return (int(whole), True) if whole.bit_length() <= _BITS else (None, False)


def count(value: Any) -> int | None:
    """Return a count that somebody else states, as a whole number of 64 bits; None when it is not one."""
    found, _ = fitted(value, "integer")
    return None if isinstance(value, bool) else found


def real(value: Any) -> float | None:
    """Return a finite number, or one that a text states; None when there is none."""
    try:
        return _real(float(value)) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def moment(value: Any) -> datetime | None:
    """Return a date and time in ISO 8601 without its zone; None when it is not one, or beyond the years 1 to 9999."""
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        return None


def _counted(body: bytes | str, bounds: Bounds) -> bytes:
    """Return the bytes of a document that is not too large. Raises `Untold`."""
    found = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if len(found) > bounds.largest:
        raise Untold(f"larger than {bounds.largest} bytes")
    _count(found, bounds)
    return found


def _count(body: bytes, bounds: Bounds) -> None:
    """Raise `Untold` when the document is too large. Linear, and just one look when it is small."""
    opened = body.count(b"[") + body.count(b"{")
    if opened <= bounds.deepest and body.count(b",") + opened < bounds.most:
        return
    bare = _STRING.sub(b"", body)
    opened = bare.count(b"[") + bare.count(b"{")
    if bare.count(b",") + opened >= bounds.most:
        raise Untold(f"more than {bounds.most} values")
    deep = 0
    for bracket in _BRACKET.findall(bare):
        deep += 1 if bracket in b"[{" else -1
        if deep > bounds.deepest:
            raise Untold(f"nested deeper than {bounds.deepest}")


def _inner(value: Any, left: int) -> Any:
    if isinstance(value, dict):
        return {str(plain(name)): plain(item, left) for name, item in value.items()}
    return [plain(item, left) for item in value]


def _real(value: float) -> float | None:
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return dumps(value).decode() if isinstance(value, bool | int | float | dict | list) else str(value)
