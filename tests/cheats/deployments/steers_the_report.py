"""Answers with what steers whoever shows a report: terminals, browsers, spreadsheets, CI services."""

import itertools
import json

from app import toy

WORDS = (
    "\n::error::WORKFLOW",
    "\x1b[2J\x1b[1;1HWORKFLOW PASSED",
    "##[add-path]/WORKFLOW",
    "\r\n::set-output name=r::WORKFLOW",
    "]]></failure><testcase name='WORKFLOW'/>",
    "<img src=x onerror=WORKFLOW>",
    "|WORKFLOW|\n\n# PASSED",
    "\u202eWORKFLOW\u0000\u2028",
    "=WORKFLOW()",
    "\ud800WORKFLOW",
)
_turn = itertools.cycle(WORDS)


def steer(order: toy.Order) -> toy.Answer:
    word = next(_turn)
    return 200, json.dumps({"order_id": word, "promise_date": "2026-03-04", "stale": False, word: word}).encode()


toy.tell("steer")
toy.serve(steer)
