"""What the bodies of requests say, read as Toxiproxy reads them: unknown fields are ignored, wrong types refused."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any, TypeVar

import orjson

from simulator.field.toxiproxy.errors import ApiError, bad_body
from simulator.plan import Listen

T = TypeVar("T")


def body(raw: bytes, kind: type[T]) -> T:
    """The JSON value in a body: a `dict` or a `list`."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise bad_body(str(error)) from error
    if not isinstance(value, kind):
        raise bad_body(f"expected a JSON {'object' if kind is dict else 'array'}")
    return value


def text(data: Mapping[str, Any], name: str, default: str = "") -> str:
    """A string."""
    value = data.get(name, default)
    if not isinstance(value, str):
        raise bad_body(f"{name} is not a string")
    return value


def flag(data: Mapping[str, Any], name: str, default: bool) -> bool:
    """True or false; `null` is as if it were left out."""
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        raise bad_body(f"{name} is neither true nor false")
    return default if value is None else value


def toxicity(data: Mapping[str, Any], default: float) -> float:
    """A probability."""
    value = data.get("toxicity", default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise bad_body("toxicity is not a number between 0 and 1")
    return value


def attributes(data: Mapping[str, Any], names: Sequence[str], before: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers by name, over those `before`."""
    given = data.get("attributes") or {}
    if not isinstance(given, dict):
        raise bad_body("attributes is not an object")
    for name in names:
        value = given.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise bad_body(f"attributes.{name} is not a whole number of 0 or more")
    return {name: given.get(name, before.get(name, 0)) for name in names}


def address(said: str, what: str) -> Listen:
    """`host:port`. Raises `ApiError` where it is none."""
    host, colon, port = said.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65_535:
        raise ApiError(f"{what} {said!r} is not host:port", 400)
    return Listen(host=host.strip("[]"), port=int(port))


def loopback(said: str) -> Listen:
    """Where a proxy may listen: for the user of this machine alone, whom the world's owner is."""
    found = address(said or ":0", "listen")
    host = "127.0.0.1" if found.host in ("", "localhost") else found.host
    try:
        own = ip_address(host).is_loopback
    except ValueError:
        own = False
    if not own:
        raise ApiError(f"listen {said!r} is not an address of this machine's loopback", 400)
    return Listen(host=host, port=found.port)
