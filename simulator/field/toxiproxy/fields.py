"""The bodies of requests, read as Toxiproxy reads them, which is by Go's `encoding/json`.

Unknown fields are ignored and wrong types refused. A field's name counts whatever its case: the client for .NET writes
`Name`. `null` leaves everything as if the field had been left out, and so does a whole body of `null`.
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any, TypeVar

import orjson

from simulator.field.toxiproxy.errors import ApiError, bad_body
from simulator.plan import Listen

T = TypeVar("T")


_LONG_S = "\N{LATIN SMALL LETTER LONG S}"
"""Go folds it to `s`; `str.lower` does all else that Go's folding does to a letter of these names."""
_LARGEST = 2**63 - 1
"""The largest attribute."""


def body(raw: bytes, kind: type[T]) -> T:
    """Return the JSON object or array in a body, the fields of an object as `named` has them. Raises `ApiError`."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise bad_body(str(error)) from error
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise bad_body(f"expected a JSON {'object' if kind is dict else 'array'}")
    return named(value) if isinstance(value, dict) else value


def named(given: Mapping[str, Any]) -> Any:
    """Return the fields of an object by lower-case name, without those that are null; of a name the last one."""
    return {name.lower().replace(_LONG_S, "s"): value for name, value in given.items() if value is not None}


def text(data: Mapping[str, Any], name: str, default: str = "") -> str:
    """Return a string. Raises `ApiError` where it is none."""
    value = data.get(name, default)
    if not isinstance(value, str):
        raise bad_body(f"{name} is not a string")
    return value


def flag(data: Mapping[str, Any], name: str, default: bool) -> bool:
    """Return true or false. Raises `ApiError` where it is neither."""
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise bad_body(f"{name} is neither true nor false")
    return value


def toxicity(data: Mapping[str, Any], default: float) -> float:
    """Return a probability. Raises `ApiError` where it is no number between 0 and 1."""
    value = data.get("toxicity", default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise bad_body("toxicity is not a number between 0 and 1")
    return value


def attributes(data: Mapping[str, Any], names: Sequence[str], before: Mapping[str, int]) -> dict[str, int]:
    """Return whole numbers by name, over those `before`. Raises `ApiError` where they are none."""
    said = data.get("attributes", {})
    if not isinstance(said, dict):
        raise bad_body("attributes is not an object")
    given = named(said)
    for name in names:
        value = given.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
            raise bad_body(f"attributes.{name} is not a whole number of 0 or more")
    return {name: given.get(name, before.get(name, 0)) for name in names}


def address(said: str, what: str) -> Listen:
    """Return `host:port`, `:port`, `host:` (any port) or `[IPv6]:port`. Raises `ApiError` where it is none of these."""
    host, colon, port = said.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not _is_port(port or "0") or (":" in host and not bracketed):
        raise ApiError(f"{what} {said!r} is not host:port", 400)
    return Listen(host=host[1:-1] if bracketed else host, port=int(port or 0))


def _is_port(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < len("100000") and int(said) <= 65_535


def loopback(said: str) -> Listen:
    """Return where a proxy may listen: for the user of this machine alone, the world's owner.

    Clients that ask for all addresses of the machine, as those in containers do (`:8666`, `0.0.0.0:8666`), get
    127.0.0.1, and the answer says so. Raises `ApiError` where the address is not on the loopback.
    """
    found = address(said or ":0", "listen")
    host = found.host.lower()
    try:
        there = ip_address("127.0.0.1" if host in ("", "localhost") else host)
    except ValueError:
        there = None
    if there is None or not (there.is_loopback or there.is_unspecified):
        raise ApiError(f"listen {said!r} is not an address of this machine's loopback", 400)
    return Listen(host="127.0.0.1" if there.is_unspecified else str(there), port=found.port)
