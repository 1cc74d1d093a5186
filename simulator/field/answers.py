"""The bytes of an answer that a fault gives in the target's place."""

import time
from email.utils import formatdate
from http import HTTPStatus

from simulator.faults.effects import Reply


def answer(reply: Reply, method: str, close: bool) -> bytes:
    """Return a whole HTTP/1.1 response to a request of that method; `close` says that the connection ends behind it."""
    reason = HTTPStatus(reply.status).phrase if reply.status in HTTPStatus._value2member_map_ else "Unknown"
    now = time.time()
    bodiless = reply.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
    lines = [
        f"HTTP/1.1 {reply.status} {reason}",
        *([f"Content-Type: {reply.media}"] if reply.media and not bodiless else []),
        *([] if bodiless else [f"Content-Length: {len(reply.body)}"]),
        *(f"{name}: {value}" for name, value in reply.headers),
        *(f"{name}: {formatdate(now + seconds, usegmt=True)}" for name, seconds in reply.dated),
        *(["Connection: close"] if close else []),
    ]
    body = b"" if method == "HEAD" or bodiless else reply.body
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
