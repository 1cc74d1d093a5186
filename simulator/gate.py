"""The one gate for what a deployment hands us: bounded where it comes in, and always written where it goes on.

Every value that goes from a deployment through a part, the settlement, a workload and the evidence to the grader comes
in by `parse`, is written on by `dumps`, and fits its column by `fitted`. What cannot be told raises `Untold` where it
comes in, so that whoever took it can refuse it, or say so in a row: it counts against the deployment, and is never an
error of ours. Behind the gate nothing is deeper, larger or of more values than may be walked, kept and written.
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
"""Bytes of memory that a byte of text comes to at most, and a value (an object with its one member)."""
_DEEPEST = 100
"""Levels of what is written on: those that came in by `parse`, in a few of ours."""
_BITS = 63


class Untold(ValueError):
    """What a deployment said cannot be told; the message says why, in one line without a word of what it said."""


@dataclass(frozen=True)
class Bounds:
    """How much one JSON document may be."""

    deepest: int = 32
    """Levels of lists and objects."""
    most: int = 10_000
    """Values in all, an object's members each counted once."""
    largest: int = 2**20
    """Bytes."""

    def cost(self, size: int) -> int:
        """Bytes of memory that a document of `size` bytes within these bounds may come to."""
        size = min(size, self.largest)
        return _WIDEST * size + _HEAVIEST * min(size // 2 + 1, self.most)


USUAL = Bounds()


def parse(body: bytes | str, bounds: Bounds = USUAL) -> Any:
    """The JSON (RFC 8259) in `body`, as plain values. Raises `Untold`.

    It is counted before it is read, so that what is refused never takes the memory that it would. NaN, Infinity and
    halves of characters are no JSON; whole numbers beyond 64 bits become floats.
    """
    try:
        return orjson.loads(_counted(body, bounds))
    except orjson.JSONDecodeError as error:
        raise Untold(f"no JSON: {str(error).partition(': line ')[0]}") from None


def exact(body: bytes | str, bounds: Bounds = USUAL) -> Any:
    """The same for whoever passes it on as it came: numbers stay as long as they are, and NaN is one.

    Raises `Untold`.
    """
    try:
        return json.loads(_counted(body, bounds))
    except ValueError as error:
        raise Untold(f"no JSON: {type(error).__name__}") from None


def dumps(value: Any) -> bytes:
    """JSON of any value; it is never refused.

    Halves of characters become `?`, whole numbers beyond 64 bits floats, numbers that are none null, other things
    their text, and what lies deeper than can be written null.
    """
    try:
        return orjson.dumps(value)
    except (TypeError, RecursionError):
        return orjson.dumps(plain(value))


def plain(value: Any, left: int = _DEEPEST) -> Any:
    """`value` of plain JSON values only, as `dumps` writes them."""
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
    """`value` as a column of that kind takes it, and whether it could be told; null where it could not.

    A number that is none (NaN, infinite) is null, which is how evidence says that there is none.
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
    """How many, as somebody else says it: a whole number of 64 bits; None where it is none."""
    found, _ = fitted(value, "integer")
    return None if isinstance(value, bool) else found


def real(value: Any) -> float | None:
    """A finite number, or a text that says one; None where it is none."""
    try:
        return _real(float(value)) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def moment(value: Any) -> datetime | None:
    """A date and time in ISO 8601 without its zone; None where it is none, or beyond the years 1 to 9999."""
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        return None


def _counted(body: bytes | str, bounds: Bounds) -> bytes:
    """The bytes of what is not too much. Raises `Untold`."""
    found = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if len(found) > bounds.largest:
        raise Untold(f"larger than {bounds.largest} bytes")
    _count(found, bounds)
    return found


def _count(body: bytes, bounds: Bounds) -> None:
    """Raises `Untold` where the document is too much. Linear, and no more than a look where it is small."""
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
