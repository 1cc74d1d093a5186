"""Briefs about the incident of promise-dates: three good ones in different words, and each way to get one wrong."""

from typing import Any

_WRONG = ["wrong-promises", "lost-orders", "stale-unflagged-promises"]
CLAIMS: dict[str, dict[str, Any]] = {
    "wrong-quantities": {"share": "67 %", "evidence": [{"table": "ledger", "rows": {"account": _WRONG}}]},
    "asks-while-closed": {
        "share": "15 %", "evidence": [{"table": "ledger", "rows": {"account": "missing*", "phase": "night-lock"}}]},
    "shut-out": {"share": "12 %", "evidence": [{"table": "requests", "rows": {"phase": "file-only", "status": "503"}}]},
    "new-number-each-time": {"share": "4 %"},
    "buys-first": {"share": "2 %"},
}  # fmt: skip
DECISIONS = ["take-as-sent", "remember-for-the-night", "knock-once", "one-number", "answer-first"]

GOOD: dict[str, dict[str, Any]] = {
    "plain": {
        "to": "lena",
        "claims": CLAIMS,
        "impact": {"loss": {"number": 7200, "unit": "EUR/h"}, "night": {"number": 121, "unit": "orders"}},
        "decisions": DECISIONS,
        "ask": {"of": "lena", "what": "say whether the shop may print “subject to confirmation”", "by": "2026-03-06"},
        "risk": "If our service restarts, purchase orders of the last seconds are gone.",
        "owner": "Kim",
        "note": (
            "Dear Lena, wrong and missing dates cost you about 7,200 euros an hour. Most of it is simple: "
            "{cause:wrong-quantities}. From today it reads them as they are meant. Nothing changes for Dieter. Between "
            "one and a quarter to two, 121 customers got no date; they will get one from what we knew before. Please "
            "{ask}."
        ),
    },
    "other-units": {
        "to": "lena",
        "claims": {
            "wrong-quantities": {
                "share": 0.6,
                "evidence": [
                    {"table": "ledger", "rows": {"account": "wrong-promises"}},
                    {"table": "ledger", "rows": {"account": "lost*"}},
                ],
            },
            "asks-while-closed": {
                "share": "20%", "evidence": [{"table": "requests", "rows": {"phase": "night-lock", "status": "503"}}]},
            "shut-out": {
                "share": "10 per cent",
                "evidence": [{"table": "ledger", "rows": {"phase": "file-only", "account": "missing-promises"}}],
            },
        },
        "impact": {"loss": {"number": 172.9, "unit": "kEUR per day"}, "night": {"number": 120, "unit": "customers"}},
        "decisions": DECISIONS[:3],
        "ask": {"of": "dieter", "what": "agree to a trial on Monday", "amount": "200 EUR", "by": "2026-04-01"},
        "risk": "A restart loses what is not yet written down.",
        "owner": "Kim Larsen, on site",
        "note": (
            "Hello Lena,\n\nwe lose {loss}.\n\n- {share:wrong-quantities} of it: {cause:wrong-quantities|what "
            "our service misreads}.\n- The rest: at night and in the evening nobody got a date.\n\nDieter, could you "
            "{ask}?"
        ),
    },
    "short": {
        "to": "lena",
        "claims": CLAIMS,
        "impact": {"loss": {"number": 120.5, "unit": "€/min"}, "night": {"number": 118, "unit": ""}},
        "decisions": DECISIONS,
        "ask": {"of": "lena", "what": "let me repair it today", "by": "2026-03-03"},
        "risk": "None that we know of beyond a restart.",
        "owner": "Kim",
        "note": "118 customers got no date last night, and many a wrong one: {cause:wrong-quantities}. Please {ask}.",
    },
}  # fmt: skip

_LOSS, _NIGHT = GOOD["plain"]["impact"]["loss"], GOOD["plain"]["impact"]["night"]
_ASK: dict[str, Any] = GOOD["plain"]["ask"]
_NOTE: str = GOOD["plain"]["note"]
_FILLER = "As you surely know, we look at this from every side and take it very seriously indeed, as we always do. "
_ALL = ["wrong-quantities", "asks-while-closed", "shut-out", "new-number-each-time", "buys-first", "gives-up-early",
        "old-machine", "too-many-orders", "line-cut", "holidays", "stock-moves"]  # fmt: skip


def shares(**share: str) -> dict[str, Any]:
    """The plain claims with other shares; a cause without one is not claimed."""
    named = {name.replace("_", "-"): value for name, value in share.items()}
    return {"claims": {name: CLAIMS.get(name, {}) | {"share": value} for name, value in named.items()}}


def evidence(cause: str, *cited: dict[str, Any]) -> dict[str, Any]:
    """The plain claims with other evidence for one of them."""
    return {"claims": CLAIMS | {cause: CLAIMS[cause] | {"evidence": list(cited)}}}


BAD: dict[str, tuple[dict[str, Any], set[str], bool]] = {
    "wrong number": ({"impact": {"loss": _LOSS | {"number": 9000}, "night": _NIGHT}}, {"impact: loss"}, True),
    "right number in the wrong unit": (
        {"impact": {"loss": _LOSS | {"unit": "EUR/min"}, "night": _NIGHT}}, {"impact: loss"}, True),
    "a thousand times too much": (
        {"impact": {"loss": _LOSS | {"unit": "k€/h"}, "night": _NIGHT}}, {"impact: loss"}, True),
    "another currency": ({"impact": {"loss": _LOSS | {"unit": "USD/h"}, "night": _NIGHT}}, {"impact: loss"}, True),
    "money without its hour": ({"impact": {"loss": _LOSS | {"unit": "EUR"}, "night": _NIGHT}}, {"impact: loss"}, True),
    "no number": ({"impact": {}}, {"impact: loss", "impact: night", "note: number"}, False),
    "the trap": (shares(shut_out="100 %"), {
        "shares", "evidence: a cause that is not claimed"}, False),
    "a decoy among them": (
        shares(wrong_quantities="55 %", asks_while_closed="15 %", shut_out="10 %", gives_up_early="20 %"),
        {"shares"}, True),
    "equal shares": ({"claims": {name: CLAIMS.get(name, {}) | {"share": "9 %"} for name in _ALL}}, {"shares"}, False),
    "no claim": ({"claims": {}}, {"shares", "evidence: a cause that is not claimed"}, False),
    "no evidence for the largest": (evidence("wrong-quantities"), {"evidence: wrong-quantities"}, False),
    "evidence for one that is not the largest": (evidence("shut-out"), {"evidence: shut-out"}, True),
    "evidence of something else": (
        evidence("shut-out", {"table": "requests", "rows": {"status": "504"}}), {"evidence: shut-out"}, True),
    "everything as evidence": (
        evidence("shut-out", {"table": "requests", "rows": {"outcome": "*"}}), {"evidence: shut-out"}, True),
    "one row as evidence": (
        evidence("wrong-quantities", {"table": "facts_promises", "rows": {"order_id": "HW-000069"}}),
        {"evidence: wrong-quantities"}, False),
    "evidence that is not there": (
        evidence("shut-out", {"table": "facts_orders", "rows": {"order_id": "HW-999999"}}),
        {"evidence: shut-out"}, True),
    "evidence that says nothing of whom it struck": (
        evidence("shut-out", {"table": "facts_sessions", "rows": {"result": "KENNUNG_GESPERRT"}}),
        {"evidence: shut-out"}, True),
    "evidence out of SQL": (
        evidence("shut-out", {"table": "requests", "rows": {"status": "x' or 'x' like '%"}}),
        {"evidence: shut-out"}, True),
    "decisions that leave most of it": ({"decisions": ["knock-once"]}, {"decisions"}, True),
    "a decision that mends nothing": ({"decisions": [*DECISIONS, "wait-longer"]}, {"decisions"}, True),
    "no decision": ({"decisions": []}, {"decisions"}, True),
    "nothing is asked": ({"ask": _ASK | {"what": " "}, "note": _NOTE.replace(" Please {ask}.", "")}, {"ask"}, True),
    "asked of nobody": ({"ask": _ASK | {"of": "jonas"}}, {"ask"}, True),
    "no number in the note": (
        {"note": "Most of it: {cause:wrong-quantities}. I will repair it. Do you agree?"}, {"note: number"}, True),
    "another number in the note": (
        {"note": "We lose 90,000 euros an hour: {cause:wrong-quantities}. Do you agree?"}, {"note: number"}, True),
    "another cause in the note": (
        {"note": "We lose 7,200 euros an hour: {cause:shut-out}. Do you agree?"}, {"note: cause"}, True),
    "padding": ({"note": _NOTE + " " + _FILLER * 6}, {"note: length"}, True),
    "padding by placeholders": ({"note": _NOTE + " {cause:shut-out}" * 12}, {"note: length"}, True),
    "no note": ({"note": " "}, {"note"}, True),
    "nothing remains, nobody does it": ({"risk": None, "owner": ""}, {"risk", "owner"}, True),
    "done before it happened": ({"ask": _ASK | {"by": "2026-03-01"}}, {"day"}, True),
}  # fmt: skip
"""What is changed of the plain good one, which parts its reader misses then, and whether it passes all the same."""

ADVICE: dict[str, tuple[dict[str, Any], str]] = {
    "jargon": ({"note": _NOTE + " Writes are idempotent now, with backoff."}, "words"),
    "code": ({"note": _NOTE + " See `adapter.py` and NUR_DATEI."}, "words"),
    "blame": ({"note": _NOTE + " Jonas never tested it and got it wrong."}, "blame"),
    "blame of the ERP's owner": ({"note": _NOTE + " Sadly Dieter refuses to change anything."}, "blame"),
    "the same again": ({"note": _NOTE + " Nothing changes for Dieter."}, "sentences"),
    "one endless sentence": ({"note": _NOTE.replace(". ", " and ")}, "sentences"),
    "to somebody else": ({"to": "dieter"}, "reader"),
    "a cause that the table does not have": ({"note": _NOTE + " And {cause:holidays}."}, "contradiction"),
}
"""What is changed of the plain good one, and the advice that is given then; none of it costs anything."""
