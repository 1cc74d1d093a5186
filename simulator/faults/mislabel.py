"""An answer says that it is something else: another type, a compression that it does not have, a wrong character set.

What does it: a gateway that answers `text/html` whatever comes, a cache that keeps a body without the
`Content-Encoding` it came with (or the reverse), an old application server between whose pages are in windows-1252
and whose default header says UTF-8.
"""

from dataclasses import dataclass
from random import Random
from typing import Literal, Self

from pydantic import model_validator

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Changed, FaultEffect, Rewrite
from simulator.faults.fields import HeaderValue
from simulator.faults.message import Message


class MislabelParams(FaultParams):
    """Exactly one of the three."""

    type: HeaderValue | None = None
    """The Content-Type that it says: `text/html`."""
    coding: Literal["gzip", "deflate", "br"] | None = None
    """The Content-Encoding that it says and does not have."""
    charset: str | None = None
    """What its text is really in, such as `cp1252`, while it says UTF-8."""

    @model_validator(mode="after")
    def _one_lie(self) -> Self:
        if sum(value is not None for value in (self.type, self.coding, self.charset)) != 1:
            raise ValueError("mislabel takes one of: type · coding · charset")
        if self.charset is not None:
            try:
                "".encode(self.charset)
            except LookupError:
                raise ValueError(f"{self.charset!r} is no character set that is known here") from None
        return self


@dataclass(frozen=True)
class Mistyped:
    """Says another type."""

    type: str

    def __call__(self, message: Message) -> Changed | None:
        if not message.body or message.header("content-type") == self.type:
            return None
        said = message.header("content-type") or "nothing"
        return Changed(message.saying("Content-Type", self.type), f"says {self.type} for {said}")


@dataclass(frozen=True)
class Miscoded:
    """Says that it is compressed, and is not."""

    coding: str

    def __call__(self, message: Message) -> Changed | None:
        plain = message.plain()
        if plain is None or not plain.body:
            return None
        return Changed(plain.saying("Content-Encoding", self.coding), f"says {self.coding} and is not")


@dataclass(frozen=True)
class Misspelt:
    """Says UTF-8, and is in another character set; pure ASCII is the same in both, and left alone."""

    charset: str

    def __call__(self, message: Message) -> Changed | None:
        plain = message.plain()
        if plain is None:
            return None
        try:
            text = plain.body.decode(_charset(plain))
        except (LookupError, UnicodeDecodeError):
            return None
        body = text.encode(self.charset, "replace")
        if body == text.encode():
            return None
        said = plain.carrying(body).saying("Content-Type", f"{plain.media() or 'text/plain'}; charset=utf-8")
        return Changed(said, f"says utf-8 and is in {self.charset}")


def _charset(message: Message) -> str:
    parts = (message.header("content-type") or "").lower().split(";")[1:]
    named = [
        value.strip(' "') for name, _, value in (part.partition("=") for part in parts) if name.strip() == "charset"
    ]
    return named[0] if named else "utf-8"


def _effect(params: MislabelParams, _rng: Random) -> FaultEffect:
    if params.type is not None:
        return FaultEffect("response", (Rewrite(Mistyped(params.type)),))
    if params.coding is not None:
        return FaultEffect("response", (Rewrite(Miscoded(params.coding)),))
    return FaultEffect("response", (Rewrite(Misspelt(params.charset or "utf-8")),))


MISLABEL = FaultKind("mislabel", MislabelParams, frozenset({"http"}), _effect)
