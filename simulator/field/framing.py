"""Where HTTP/1.1 messages begin and end in a stream of bytes (RFC 9112 §6), and nothing more.

Parsers of the kind that servers use do not say at which byte a message ends, and a relay that injects faults into
pipelined requests must cut there. Bytes are never changed: the pieces, joined, are what came in. What does not look
like HTTP is passed on unframed (`raw`).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple, cast

_END = re.compile(rb"\n\r?\n")
_REQUEST = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^ \r\n]+) HTTP/1\.[01]\r?\n")
_RESPONSE = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r\n]")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d+)[ \t]*\r?\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\ntransfer-encoding:[^\n]*chunked[ \t]*\r?\n", re.IGNORECASE)
_RETRY = re.compile(rb"\nretry-after:[ \t]*([^\r\n]*)", re.IGNORECASE)
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;|$)")
_LARGEST_HEAD, _LONGEST_LINE = 1 << 16, 1 << 13
"""Bytes of a head, and of a line between chunks; what goes on beyond that is not HTTP."""


class Head:
    """A request's line and headers, read only as far as somebody asks."""

    def __init__(self, line: re.Match[bytes], end: int) -> None:
        self._line = line
        self._end = end

    @property
    def length(self) -> int:
        """Bytes of it, the empty line behind it among them."""
        return self._end

    @property
    def method(self) -> str:
        """`GET`, `POST` and so on."""
        return self._line.group(1).decode("ascii")

    @property
    def target(self) -> str:
        """The path with the query, as it stands there."""
        return self._line.group(2).decode("latin-1")

    @cached_property
    def path(self) -> str:
        """The path, without the query."""
        return self.target.partition("?")[0]

    @cached_property
    def headers(self) -> dict[str, str]:
        """Values by lower-case name; of a name that comes twice, the last."""
        raw = self._line.string[self._line.end() : self._end].decode("latin-1")
        lines = (line.partition(":") for line in raw.split("\n"))
        return {name.lower(): value.strip() for name, colon, value in lines if colon}


class Status:
    """A response's status code, and what Retry-After says beside one that is no success."""

    __slots__ = ("code", "retry_after")

    def __init__(self, code: int, retry_after: str | None = None) -> None:
        self.code = code
        self.retry_after = retry_after


class Piece(NamedTuple):
    """Bytes that belong to one message; `begins` is set on its first piece, which holds its whole head."""

    data: bytes
    begins: Head | Status | None
    last: bool


class _Sized:
    """A body of known length."""

    __slots__ = ("left",)
    chunks = 0

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, data: bytes, start: int) -> tuple[int, bool]:
        """Return where the body's bytes end in `data`, and whether the body ends there."""
        taken = min(self.left, len(data) - start)
        self.left -= taken
        return start + taken, self.left == 0


class _Endless:
    """A body that lasts until the connection closes."""

    chunks = 0

    def take(self, data: bytes, _start: int) -> tuple[int, bool]:
        return len(data), False


class _Chunked:
    """Chunks, the last one empty, then trailers until an empty line (RFC 9112 §7.1)."""

    __slots__ = ("_left", "_line", "_trailers", "chunks")

    def __init__(self) -> None:
        self.chunks = 0
        """How many chunks have begun."""
        self._line = b""
        self._left = 0
        self._trailers = False

    def take(self, data: bytes, start: int) -> tuple[int, bool]:
        """Return where the body's bytes end, and whether the body does. Raises `ValueError` on what is no chunk."""
        position = start
        while position < len(data):
            if self._left:
                taken = min(self._left, len(data) - position)
                self._left -= taken
                position += taken
                continue
            newline = data.find(b"\n", position)
            self._line += data[position : newline if newline >= 0 else len(data)]
            if len(self._line) > _LONGEST_LINE:
                raise ValueError("no chunk")
            if newline < 0:
                return len(data), False
            line, self._line = self._line.strip(), b""
            position = newline + 1
            if self._ends(line):
                return position, True
        return position, False

    def _ends(self, line: bytes) -> bool:
        if self._trailers:
            return not line
        if line:  # else the line end behind a chunk's data
            size = _CHUNK.match(line)
            if size is None:  # a size below zero would lead the relay back to where it came from
                raise ValueError("no chunk")
            self.chunks += 1
            self._left = int(size.group(1), 16)
            self._trailers = self._left == 0
        return False


_Body = _Sized | _Endless | _Chunked


def _body(head: bytes, unsized: Callable[[], _Body]) -> _Body:
    if _CHUNKED.search(head):
        return _Chunked()
    length = _LENGTH.search(head)
    return _Sized(int(length.group(1))) if length else unsized()


def _nothing() -> _Body:
    return _Sized(0)


class Framer(ABC):
    """Cuts one direction of a connection into messages."""

    def __init__(self) -> None:
        self.raw = False
        """Whether what follows is not HTTP (any more): all bytes that come at once are one piece of no message."""
        self.chunks = 0
        """Chunks of bodies so far: each costs whoever reads it some work, however small it is."""
        self.ahead = 0
        """How many of the bytes that are kept back were passed on nevertheless."""
        self._held = b""
        self._body: _Body | None = None

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Yield the pieces that `data` completes; an unfinished head is kept back until the rest of it comes."""
        if self._held:
            data, self._held = self._held + data, b""
        start = 0
        while start < len(data):
            if self.raw:
                yield Piece(data[start:], None, False)
                return
            try:
                piece = self._cut(data, start)
            except ValueError:
                self.raw = True
                continue
            if piece is None:
                self._held = data[start:]
                return
            start += len(piece.data)
            yield piece

    def in_body(self, count: int) -> bool:
        """Whether the next `count` bytes are all in the middle of a body of known length."""
        body = self._body
        return type(body) is _Sized and body.left > count

    def skip(self, count: int) -> None:
        """Pass over bytes that are `in_body`: they are one piece, which neither begins nor ends a message."""
        cast(_Sized, self._body).left -= count

    @property
    def kept(self) -> int:
        """Bytes of an unfinished head that are kept back."""
        return len(self._held)

    @property
    def endless(self) -> bool:
        """Whether what comes in lasts until its connection closes."""
        return isinstance(self._body, _Endless)

    def rest(self, piece: Piece) -> Piece:
        """Return a piece without what was passed on ahead of it."""
        if not self.ahead:
            return piece
        ahead, self.ahead = self.ahead, 0
        return piece._replace(data=piece.data[ahead:])

    def finish(self) -> bytes:
        """End the stream; return what was kept back of an unfinished head and not passed on ahead."""
        held, self._held = self._held[self.ahead :], b""
        self.ahead = 0
        return held

    def _cut(self, data: bytes, start: int) -> Piece | None:
        """Return the piece that begins at `start`, None if its head is not complete. Raises `ValueError`: not HTTP."""
        begins, end = None, start
        body = self._body
        if body is None:
            head = _END.search(data, start)
            if head is None:
                if len(data) - start > _LARGEST_HEAD or not self._plausible(data[start : start + 8]):
                    raise ValueError("no head")
                return None
            end = head.end()
            begins, body = self._open(data[start:end])
        chunks = body.chunks
        end, last = body.take(data, end)
        self.chunks += body.chunks - chunks
        self._body = None if last else body
        return Piece(data if end - start == len(data) else data[start:end], begins, last)

    @abstractmethod
    def _plausible(self, begin: bytes) -> bool:
        """Whether a head may begin with these bytes, which are a few at most."""

    @abstractmethod
    def _open(self, head: bytes) -> tuple[Head | Status, _Body]:
        """Return what a head says, and the body that follows it. Raises `ValueError` where it is none."""


class Requests(Framer):
    """Cuts what a client sends."""

    def _plausible(self, begin: bytes) -> bool:
        return begin[:1].isalpha() or begin[:1] in b"\r\n"

    def _open(self, head: bytes) -> tuple[Head, _Body]:
        lead = len(head) - len(head.lstrip(b"\r\n"))  # RFC 9112 §2.2: empty lines before a request are ignored
        line = _REQUEST.match(head, lead)
        if line is None:
            raise ValueError("no request line")
        return Head(line, len(head)), _body(head, _nothing)


class Responses(Framer):
    """Cuts what a server sends; `method` tells which method the response that begins now answers."""

    def __init__(self, method: Callable[[], str | None]) -> None:
        super().__init__()
        self._method = method

    def _plausible(self, begin: bytes) -> bool:
        return begin.startswith(b"HTTP/1."[: len(begin)])

    def _open(self, head: bytes) -> tuple[Status, _Body]:
        line = _RESPONSE.match(head)
        if line is None:
            raise ValueError("no status line")
        code = int(line.group(1))
        bodiless = code < 200 or code in (204, 304) or self._method() == "HEAD"
        retry = _RETRY.search(head) if code >= 300 else None
        status = Status(code, retry.group(1).decode("latin-1").strip() if retry is not None else None)
        return status, (_Sized(0) if bodiless else _body(head, _Endless))
