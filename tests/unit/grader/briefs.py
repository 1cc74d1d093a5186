"""Briefs about the incident of promise-dates: three good ones in different words, and each way to get one wrong."""

from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "plain": {
        "to": "lena",
        "cause": "After any failure each request logs in again, until the ERP refuses us and locks the account.",
        "evidence": [{"table": "facts_sessions", "rows": {"result": ["SITZUNGSLIMIT", "KENNUNG_GESPERRT"]}}],
        "impact": {
            "loss": {"number": 7200, "unit": "EUR/h", "window": "all"},
            "night": {"number": 121, "unit": "orders", "window": "night-lock"},
        },
        "decision": "Keep two sessions, renew them only when they end, and remember stock for the night.",
        "risk": "If our service restarts, purchase orders of the last seconds are gone.",
        "owner": "Kim",
        "by": "2026-03-09",
        "note": (
            "Dear Lena, the missing dates cost you about 7,200 euros an hour. Our service knocked at the ERP again and "
            "again, until the ERP shut it out. I will make it knock once and remember what it heard. Nothing changes "
            "for Dieter. Between one and a quarter to two, 121 customers got no date; they will get one from what we "
            "knew before. Please tell me by Friday whether the shop may print “subject to confirmation” on those."
        ),
    },
    "other-units": {
        "to": "lena",
        "cause": "Not the time-outs, but a storm of log-ins: the 504s are only a symptom.",
        "evidence": [{"table": "logs", "rows": {"line": "*KENNUNG_GESPERRT*"}}],
        "impact": {
            "loss": {"number": 172.9, "unit": "kEUR per day",
                     "window": ["morning", "slow-erp", "night-lock", "recovery", "file-only"]},
            "night": {"number": 120, "unit": "customer orders", "window": ["night-lock"]},
        },
        "decision": "One login for everybody.",
        "risk": "A restart loses what is not yet written down.",
        "owner": "Kim Larsen, on site",
        "by": "2026-04-01",
        "note": (
            "Hello Lena,\n\nwe lose about 173 thousand euros a day.\n\n- Every failure made our service sign in anew.\n"
            "- The ERP then closed its door.\n- From Monday it signs in once.\n\nCould you agree to a trial on Monday?"
        ),
    },
    "short": {
        "to": "lena",
        "cause": "Requests open a new session each time something fails, so we are locked out. It isn't the gateway.",
        "evidence": [
            {"table": "requests", "rows": {"phase": "night-lock"}},
            {"table": "facts_sessions", "rows": {"refused": "true", "result": "SITZUNGS*"}},
        ],
        "impact": {
            "loss": {"number": 120.5, "unit": "€/min", "window": "all"},
            "night": {"number": 118, "unit": "order", "window": "night-lock"},
        },
        "decision": "Reuse sessions.",
        "risk": "None that we know of beyond a restart.",
        "owner": "Kim",
        "by": "2026-03-03",
        "note": "118 customers got no date last night. We asked the ERP too often. May I repair it today?",
    },
}  # fmt: skip

_LOSS, _NIGHT = GOOD["plain"]["impact"]["loss"], GOOD["plain"]["impact"]["night"]
_NOTE: str = GOOD["plain"]["note"]
_FILLER = "As you surely know, we look at this from every side and take it very seriously indeed, as we always do. "

BAD: dict[str, tuple[dict[str, Any], set[str]]] = {
    "wrong number": ({"impact": {"loss": _LOSS | {"number": 9000}, "night": _NIGHT}}, {"impact: loss"}),
    "right number in the wrong unit": (
        {"impact": {"loss": _LOSS | {"unit": "EUR/min"}, "night": _NIGHT}}, {"impact: loss"}),
    "a thousand times too much": ({"impact": {"loss": _LOSS | {"unit": "k€/h"}, "night": _NIGHT}}, {"impact: loss"}),
    "another currency": ({"impact": {"loss": _LOSS | {"unit": "USD/h"}, "night": _NIGHT}}, {"impact: loss"}),
    "money without its hour": ({"impact": {"loss": _LOSS | {"unit": "EUR"}, "night": _NIGHT}}, {"impact: loss"}),
    "right number in the wrong window": (
        {"impact": {"loss": _LOSS, "night": _NIGHT | {"window": "morning"}}}, {"impact: night"}),
    "no number": ({"impact": {}}, {"impact: loss", "impact: night", "note: number"}),
    "the decoy": ({"cause": "The gateway gives up too early: 504 upon 504."}, {"cause"}),
    "the decoy beside the cause": ({"cause": "Too many log-ins. Also the timeouts are too short."}, {"cause"}),
    "the cause ruled out": ({"cause": "It is not the log-ins. It is bad luck."}, {"cause"}),
    "no cause": ({"cause": "Things went wrong and nobody noticed."}, {"cause"}),
    "evidence of something else": (
        {"evidence": [{"table": "facts_sessions", "rows": {"result": "NACHTSPERRE"}}]}, {"evidence"}),
    "everything as evidence": ({"evidence": [{"table": "facts_sessions", "rows": {"result": "*"}}]}, {"evidence"}),
    "evidence that is not there": (
        {"evidence": [{"table": "facts_orders", "rows": {"order_id": "HW-999999"}}]}, {"evidence"}),
    "evidence out of SQL": (
        {"evidence": [{"table": "facts_sessions", "rows": {"result": "x' or 'x' like '%"}}]}, {"evidence"}),
    "jargon": (
        {"note": _NOTE + " Retries are idempotent now, with backoff."}, {"note: words"}),
    "code": ({"note": _NOTE + " See `adapter.py` and NUR_DATEI."}, {"note: words"}),
    "blame": ({"note": _NOTE + " Jonas never tested it and got it wrong."}, {"note: blame"}),
    "blame of the ERP's owner": ({"note": _NOTE + " Sadly Dieter refuses to change anything."}, {"note: blame"}),
    "no ask": ({"note": _NOTE[: _NOTE.index("Please")]}, {"note: ask"}),
    "no number in the note": (
        {"note": "Our service asked the ERP too often. I will repair it. Do you agree?"}, {"note: number"}),
    "another number in the note": (
        {"note": "We lose 90,000 euros an hour. I will repair it. Do you agree?"}, {"note: number"}),
    "padding": ({"note": _NOTE + " " + _FILLER * 4}, {"note: length"}),
    "the same again": ({"note": _NOTE + " Nothing changes for Dieter."}, {"note: length"}),
    "one endless sentence": ({"note": _NOTE.replace(". ", " and ")}, {"note: sentences"}),
    "to somebody else": ({"to": "dieter"}, {"note: reader"}),
    "no decision": ({"decision": "  "}, {"decision"}),
    "nothing remains, nobody does it": ({"risk": None, "owner": ""}, {"risk", "owner"}),
    "done before it happened": ({"by": "2026-03-01"}, {"by"}),
    "the brief of another incident": (
        {
            "cause": "A new supplier sends cartons where we count pieces.",
            "evidence": [{"table": "facts_arrivals", "rows": {"name": "scans_B_*"}}],
            "impact": {"loss": {"number": 410, "unit": "EUR/day", "window": "all"}},
            "decision": "Convert cartons to pieces.",
            "note": "Short picks cost us 410 euros a day. May I stop that supplier's file?",
        },
        {"cause", "evidence", "impact: loss", "impact: night"},
    ),
}  # fmt: skip
"""What is changed of the plain good one, and which parts its reader misses then."""
