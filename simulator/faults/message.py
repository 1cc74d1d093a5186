"""An HTTP/1.1 message as a fault sees it: whole, and out of its transfer coding (RFC 9112 §7)."""

import re
import zlib
from dataclasses import dataclass, replace
from typing import Self

_END = re.compile(rb"\n\r?\n")
_CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_FRAMING = frozenset({"content-length", "transfer-encoding", "trailer"})
_LARGEST = 1 << 22
"""Bytes that a compressed body may unfold to; more is an attack on the world."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Message:
    """A request or a response; headers in their order, names as they were written."""

    start: str
    """The request or status line."""
    headers: Headers
    body: bytes = b""
    """Chunks joined; a content coding is still on it."""
    chunked: bool = False
    trailers: bytes = b""
    """What comes behind the last chunk, with its line ends."""

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Return the message that these bytes are. Raises `ValueError` where they are not exactly one message."""
        raw = raw.lstrip(b"\r\n")
        end = _END.search(raw)
        if end is None:
            raise ValueError("no head")
        lines = raw[: end.start()].decode("latin-1").replace("\r", "").split("\n")
        headers: list[tuple[str, str]] = []
        for line in lines[1:]:
            if line[:1] in (" ", "\t") and headers:  # a folded line (RFC 9112 §5.2) goes on with the one before
                headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
            else:
                name, _, value = line.partition(":")
                headers.append((name.strip(), value.strip()))
        made = cls(lines[0], tuple(headers), raw[end.end() :])
        if not (made.header("transfer-encoding") or "").lower().endswith("chunked"):
            return made
        body, trailers = _joined(made.body)
        return replace(made, body=body, chunked=True, trailers=trailers)

    @property
    def status(self) -> int:
        """Status code of a response. Raises `ValueError` or `IndexError` where its line holds none."""
        return int(self.start.split(" ", 2)[1])

    def header(self, name: str) -> str | None:
        """Return the last value of the header of that name, in upper or lower case; None where there is none."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), None)

    def without(self, *names: str) -> Self:
        """Return the message without the headers of these names."""
        gone = {name.lower() for name in names}
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() not in gone))

    def saying(self, name: str, value: str) -> Self:
        """Return the message with this header alone of its name, where the first of them stood."""
        place = next((i for i, pair in enumerate(self.headers) if pair[0].lower() == name.lower()), len(self.headers))
        kept = [*self.without(name).headers]
        return replace(self, headers=(*kept[:place], (name, value), *kept[place:]))

    def carrying(self, body: bytes) -> Self:
        """Return the message with another body, and with its length where the message states one."""
        made = replace(self, body=body)
        return made if made.header("content-length") is None else made.saying("Content-Length", str(len(body)))

    def plain(self) -> Self | None:
        """Return it out of its content coding (RFC 9110 §8.4); None if that is not gzip or deflate, or is not true."""
        coding = (self.header("content-encoding") or "").strip().lower()
        if coding not in _CODINGS:
            return None
        if coding in ("", "identity"):
            return self
        try:
            unfolded = zlib.decompressobj(47 if "gzip" in coding else 15)
            body = unfolded.decompress(self.body, _LARGEST)
        except zlib.error:
            return None
        whole = unfolded.eof and not unfolded.unconsumed_tail
        return self.without("content-encoding").carrying(body) if whole else None

    def media(self) -> str:
        """Return the media type without parameters, in lower case."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def head(self) -> bytes:
        """Return the bytes of the start line and headers, with the empty line behind them."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def wire(self) -> bytes:
        """Return its bytes; a chunked body is one chunk."""
        if not self.chunked:
            return self.head() + self.body
        chunk = b"%x\r\n%b\r\n" % (len(self.body), self.body) if self.body else b""
        return self.head() + chunk + b"0\r\n" + self.trailers + b"\r\n"

    def unframed(self) -> Headers:
        """Return its headers without those that say where it ends."""
        return tuple(pair for pair in self.headers if pair[0].lower() not in _FRAMING)


def _joined(data: bytes) -> tuple[bytes, bytes]:
    """Return what chunks hold, and the trailers behind them. Raises `ValueError` where they are none."""
    body: list[bytes] = []
    position = 0
    while True:
        end = data.index(b"\n", position)
        size = int(data[position:end].split(b";")[0].strip() or b"x", 16)
        position = end + 1
        if size == 0:
            rest = data[position:].removesuffix(b"\n").removesuffix(b"\r")
            return b"".join(body), rest
        body.append(data[position : position + size])
        position = data.index(b"\n", position + size) + 1
