"""Bytes that a process writes, cut into lines of bounded length."""

MAX_LINE = 16_384
"""Bytes kept of one line; what follows is dropped and an ellipsis says so."""


class Lines:
    """Puts chunks together to lines, for one stream of one process. Never holds more than one line's bound."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that `chunk` completes, without their ends."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[: MAX_LINE + 1]
        return [_text(line) for line in whole]

    def end(self) -> list[str]:
        """Return the last line, when the stream ended without a line end."""
        rest, self._rest = self._rest, b""
        return [_text(rest)] if rest else []


def _text(line: bytes) -> str:
    kept = line[:MAX_LINE].removesuffix(b"\r").decode(errors="replace")
    return kept if len(line) <= MAX_LINE else f"{kept} …"
