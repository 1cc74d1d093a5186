"""Asks its clock and its links, as if they were the control API, to end the exam in its favour, with guessed tokens."""

import http.client
import os
from contextlib import suppress
from urllib.parse import urlsplit

from app import toy

CLOCK = urlsplit(os.environ["CLOCK_URL"])
TOKENS = ("", "secret", "token", "fdelab", "admin", "0" * 32, os.environ.get("FDELAB_SESSION", "x"))
PATHS = (
    "/state",
    "/abort",
    "/begin",
    "/events",
    "/proxies",
    "/reset",
    "/toxics",
    "/finish",
    "/../state",
    "//state",
    "/%2e%2e/state",
)


def guess() -> None:
    said: dict[str, int] = {}
    for place in (CLOCK, toy.ERP):
        for path in PATHS:
            for token in TOKENS:
                connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=2)
                with suppress(OSError, http.client.HTTPException):
                    connection.request(
                        "POST", path, b'{"outcome": "passed"}', {"Authorization": f"Bearer {token}", "X-Token": token}
                    )
                    answer = connection.getresponse()
                    key = (
                        f"{'clock' if place is CLOCK else 'erp'} {answer.status} {answer.read(12).decode('latin-1')!r}"
                    )
                    said[key] = said.get(key, 0) + 1
                connection.close()
            toy.tell("said", said)  # as it goes: the lap may be over before


toy.in_the_lap(guess)
toy.serve(toy.sorry)
