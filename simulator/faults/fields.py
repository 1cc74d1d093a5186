"""Headers, as the parameters of several faults hold them."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"})
"""Headers that say where a message ends or whom a connection is for: not to be told otherwise by a header fault."""


def _name(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"{value!r} is no header's name")
    if value.lower() in FRAMING:
        raise ValueError(f"{value} says where a message ends: use truncate or misframe")
    return value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _value(value: str) -> str:
    if not value.isprintable() or not value.isascii():
        raise ValueError("a header's value is printable ASCII in one line")
    return value


HeaderName = Annotated[str, AfterValidator(_name)]
HeaderValue = Annotated[str, BeforeValidator(_text), AfterValidator(_value)]
HeaderMap = dict[HeaderName, HeaderValue]
