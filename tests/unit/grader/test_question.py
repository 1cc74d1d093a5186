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
        {"sql": "with a as (select * from ledger) select coalesce(sum(amount), 0) from a"},
        {"sql": "select -sum(amount) / (select count(*) from requests) from ledger"},
        {"sql": "select avg((outcome = 'ok')::int) from requests"},
        {"sql": "select bool_or(status > 500) from requests"},
        {"sql": "select max(value) from probes where name = 'loaded'"},
        {"id": "brief", "sql": "select -sum(amount) / 5 from ledger"},
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
        ({"sql": "select key from requests"}, "answers text, not a number"),
        ({"sql": "select key from requests limit 1"}, "the question answers text, not a number"),
        ({"sql": "select 'x' || count(*) from requests"}, "the question answers text, not a number"),
        ({"sql": "select now()::timestamp from requests"}, "the question answers a time, not a number"),
        ({"sql": "select list(status) from requests"}, "the question answers bigint[], not a number"),
        ({"sql": "select count(*), 1 from requests"}, "the question answers 2 columns, not one number"),
        ({"sql": "select status from requests limit 1"}, "the question answers no row where there is nothing"),
        ({"sql": "select count(*) from requests group by status"}, "the question answers no row"),
        ({"sql": "select status from requests union all select 1"}, "the question answers several rows, not one"),
        ({"sql": "select unnest([1, 2]) from (select count(*) from requests)"}, "the question answers several rows"),
        ({"sql": "select 1"},
         "the question looks at no table, so nothing that a deployment does can change its answer"),
        ({"sql": "select max(rate) from phases"}, "the question looks at no table"),
        ({"sql": "select sum(amount) from ledger"},
         "sum() over nothing is no number (NULL): write coalesce(sum(…), 0)"),
        ({"sql": "select -sum(amount) / 5 + 1 from ledger where account = 'x'"}, "sum() over nothing is no number"),
        ({"sql": "select (select sum(amount) from ledger) - (select count(*) from calls)"}, "sum() over nothing is no"),
        ({"sql": "drop table requests"}, "not one SELECT"),
        ({"sql": "select * from read_text('x')"}, "disabled"),
        ({"measure": "count", "with": {"table": "facts_logins"}}, "facts_logins"),
        ({"measure": "count", "with": {"table": "calls", "where": "refused"}}, "refused"),
        ({"measure": "peak", "with": {"table": "calls", "column": "open"}}, "open"),
        ({"measure": "peak", "with": {"table": "calls", "column": "route"}}, "text"),
        ({"measure": "ratio", "with": {"table": "calls", "of": "status >", "among": "true"}}, "syntax error"),
    ],
)  # fmt: skip
def test_one_line_says_what_is_wrong(more: dict[str, Any], complaint: str) -> None:
    said = question(check(**more), TABLES)
    assert said is not None
    assert complaint in said
    assert "\n" not in said
    assert "LINE" not in said
