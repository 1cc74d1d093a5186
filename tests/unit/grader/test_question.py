"""What lint learns of a check's question before anything runs."""

from typing import Any

import pytest

from grader.question import question
from scenarios.model import Check
from simulator.evidence.tables import CORE

TABLES = {t.name: {c.name: c.type for c in t.columns} for t in CORE}


def check(**more: Any) -> Check:
    return Check.model_validate({"id": "x", "family": "reliability", "expect": ">= 1", "says": "x"} | more)


@pytest.mark.parametrize(
    "more",
    [
        {"sql": "select count(*) from requests where phase = 'night' and phase_at > 2.7"},
        {"sql": 'select max("at") - min("at") from calls join phases p using (lap) where p.graded'},
        {"sql": "with a as (select * from ledger) select sum(amount) from a"},
        {"measure": "availability", "with": {"stream": "orders"}},
        {"measure": "latency", "with": {"stream": "orders"}},
        {"measure": "count", "with": {"table": "calls", "where": "result <> 'ok'"}},
        {"measure": "peak", "with": {"table": "resources", "column": "memory"}},
        {"measure": "ratio", "with": {"table": "requests", "of": "outcome = 'ok'", "among": "status = 200"}},
        {"measure": "rate", "with": {"table": "calls"}},
        {"measure": "ledger"},
        {"measure": "recovered", "with": {"accounts": ["lost"]}},
        {"measure": "nonsense"},
        {"measure": "latency", "with": {"stream": "orders", "quantil": 1}},
    ],
)
def test_nothing_to_complain_of(more: dict[str, Any]) -> None:
    assert question(check(**more), TABLES) is None


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"sql": "select count(*) from request"}, "request"),
        ({"sql": "select count(*) from requests where outcom = 'ok'"}, "outcom"),
        ({"sql": "select count(* from requests"}, "syntax error"),
        ({"sql": "select max(at) from calls"}, 'write "at"'),
        ({"sql": "select key from requests"}, "not one number"),
        ({"sql": "drop table requests"}, "not one SELECT"),
        ({"sql": "select * from read_text('x')"}, "disabled"),
        ({"measure": "count", "with": {"table": "facts_logins"}}, "facts_logins"),
        ({"measure": "count", "with": {"table": "calls", "where": "refused"}}, "refused"),
        ({"measure": "peak", "with": {"table": "calls", "column": "open"}}, "open"),
        ({"measure": "peak", "with": {"table": "calls", "column": "route"}}, "text"),
        ({"measure": "ratio", "with": {"table": "calls", "of": "status >", "among": "true"}}, "syntax error"),
    ],
)
def test_one_line_says_what_is_wrong(more: dict[str, Any], complaint: str) -> None:
    said = question(check(**more), TABLES)
    assert said is not None
    assert complaint in said
    assert "\n" not in said
    assert "LINE" not in said
