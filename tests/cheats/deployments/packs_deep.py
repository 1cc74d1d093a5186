"""Hands packets over that are small and nested as deeply as parsers take them, or of more values than bytes."""

import os
import urllib.error
import urllib.request

from app import toy

PACKETS = {f"{depth} deep": b"[" * depth + b'"x"' + b"]" * depth for depth in (1015, 990, 700, 480, 255, 200)}
PACKETS["wide"] = b"[" + b",".join([b"[]"] * 21_500) + b"]"
PACKETS["a half of a character"] = b'"\\ud800"'
PACKETS["no number"] = b"NaN"


def hand_over() -> None:
    for what, inner in PACKETS.items():
        body = b'{"chat": "C-00001", "order": "x", "topic": "x", "reason": "x", "transcript": ' + inner + b"}"
        headers = {"Content-Type": "application/json"}
        url = os.environ["DESK_URL"].rstrip("/") + "/handovers"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=3) as answer:
                toy.tell(what, answer.status)
        except urllib.error.HTTPError as error:
            toy.tell(what, error.code)


toy.in_the_lap(hand_over)
toy.serve()
