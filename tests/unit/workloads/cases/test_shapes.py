"""What else a business can be: XML and forms, statuses that are answers, polls, money known later, drawn lists."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.workloads.cases.conftest import Make
from tests.unit.workloads.cases.labels import SCENARIO

SMALL: dict[str, Any] = {
    "name": "late-labels", "about": "x",
    "cases": {"data": "parcels"},
    "request": {"line": "POST /x/{id}", "json": {"id": "{id}", "at": "{ready_at}", "n": 1, "all": ["{zone}", True]}},
    "answer": {"fee": {"number": "/fee", "max": 1000}},
    "verdicts": {"none": "unanswered", "low": "answer.fee < late_fee", "right": "otherwise"},
    "right": ["right"],
    "money": {"lost": {"when": 'verdict != "right"', "costs": "5"}},
    "facts": {"table": "facts_x", "about": "x", "columns": {"fee": {"real": "answer.fee"}}},
}  # fmt: skip
FACTS = {"table": "facts_x", "about": "x"}
TRAFFIC = SCENARIO.replace("rate: 15/s", "rate: 5/s, arrival: fixed")


def small(**blocks: Any) -> str:
    return yaml.safe_dump(SMALL | blocks, sort_keys=False)


def test_json_keeps_types_and_cases_come_row_by_row(lap: Make) -> None:
    played = lap(small(), TRAFFIC)
    assert [i.key for i in played.intents] == [f"P-{n:05d}" for n in range(1, 101)]
    first = played.intents[0]
    assert first.path == "/x/P-00001"
    body = json.loads(first.body)
    assert body["n"] == 1
    assert body["all"] == [played.data["parcels"].clean["zone"][0], True]
    assert body["at"] == played.data["parcels"].clean["ready_at"].tolist()[0].isoformat()


def test_xml_is_sent_escaped_and_read_by_xpath(lap: Make) -> None:
    request = {"line": "PUT /soap", "headers": {"SOAPAction": "fee {zone}"},
               "body": '<ask><parcel zone="{zone}">{id} &amp; co</parcel></ask>'}  # fmt: skip
    answer = {
        "fee": {"number": {"xpath": "//fee/text()"}, "max": 1000},
        "for": {"text": {"xpath": "string(/a/@id)"}, "same": "id"},
    }
    played = lap(small(request=request, answer=answer), TRAFFIC)
    one, other, third, fourth = played.intents[:4]
    assert one.headers["Content-Type"] == "application/xml"
    assert one.headers["SOAPAction"].startswith("fee Z")
    assert ET.fromstring(one.body).findtext("parcel") == f"{one.key} & co"
    assert played.answer(one, f'<a id="{one.key}"><fee> 900.5 </fee></a>'.encode()).outcome == "ok"
    assert played.answer(other, b'<a id="x"><fee>900</fee></a>').detail == "the answer is for x"
    assert (
        played.answer(third, f'<a id="{third.key}"><fee>1e999</fee></a>'.encode()).detail
        == "unreadable answer: fee: is no number"
    )
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert played.answer(fourth, bomb).detail == "unreadable answer: a DOCTYPE or entities are not allowed"


def test_a_form_is_encoded(lap: Make) -> None:
    played = lap(small(request={"line": "POST /f", "form": {"who": "{id} & {zone}", "at": "{due}"}}), TRAFFIC)
    intent = played.intents[0]
    assert intent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(intent.body.decode())["who"] == [f"{intent.key} & {played.data['parcels'].clean['zone'][0]}"]


def test_a_404_can_be_the_right_answer(lap: Make) -> None:
    verdicts = {"none": "unanswered", "gone": "status == 404 and zone == 'Z1'", "wrong": "otherwise"}
    business = small(request={"line": "GET /x/{id}", "accepts": [404]}, verdicts=verdicts, right=["gone"], money={})
    played = lap(business, TRAFFIC)
    zones = played.data["parcels"].clean["zone"]
    for intent, zone in zip(played.intents, zones, strict=False):
        judged = played.answer(intent, b"no such thing", status=404)
        assert judged.outcome == ("ok" if zone == "Z1" else "wrong")
    assert {row["verdict"] for row in played.rows("facts_x")} == {"gone", "wrong"}


def test_a_poll_has_its_own_request_and_answer(lap: Make) -> None:
    then = {"poll": {
        "when": 'answer.state == "taken-in" and (poll.state == "open" or asked == 1)', "after": "10m sim",
        "at most": 3, "request": {"line": "GET /jobs/{answer.job}"},
        "answer": {"state": {"choice": "/state", "of": ["open", "done"]}},
    }}  # fmt: skip
    business = small(
        answer={"job": {"text": "/job"}, "state": {"choice": "/state", "of": ["taken-in"]}}, then=then, money={},
        verdicts={"none": "unanswered", "done": 'poll.state == "done"', "open": "otherwise"}, right=["done"],
        facts=FACTS | {"columns": {"state": {"text": "poll.state"}, "asked": {"integer": "asked"}}},
    )  # fmt: skip
    played = lap(business, TRAFFIC)
    first = played.answer(played.intents[0], {"job": "a/b?c", "state": "taken-in"})
    assert first.outcome == "ok"
    (poll,) = first.then
    assert (poll.method, poll.path, poll.body) == ("GET", "/jobs/a%2Fb%3Fc", b"")
    (again,) = played.answer(poll, {"state": "open"}).then
    assert played.answer(again, {"state": "done"}).outcome == "ok"
    assert played.rows("facts_x")[0] | {"at": 0, "done_at": 0} == {
        "at": 0, "done_at": 0, "state": "done", "asked": 3, "verdict": "done", "detail": None
    }  # fmt: skip
    other = played.answer(played.intents[1], {"job": "x", "state": "taken-in"})
    played.workload.unanswered(other.then[0], "timeout")
    assert played.rows("facts_x")[1]["verdict"] == "none"
    # Nobody asks once the traffic has ended: what is known then is what counts.
    last = played.answer(played.intents[-1], {"job": "x", "state": "taken-in"})
    assert last.then == ()
    assert played.rows("facts_x")[2]["verdict"] == "open"


def test_what_is_known_later_is_booked_later_and_no_cost_is_an_income(lap: Make) -> None:
    money = {
        "later": {"when": "unanswered", "costs": "7", "booked_at": "due + hours(1)"},
        "never": {"costs": "0 - 5"}, "earned": {"when": "not unanswered", "earns": "late_fee"},
    }  # fmt: skip
    played = lap(small(money=money), TRAFFIC)
    early = next(i for i in played.intents if 4 < i.at < 8)
    played.workload.unanswered(early, "error")
    (row,) = played.rows("ledger")
    assert (row["account"], row["amount"], row["cause"]) == ("later", -7.0, "none")
    due = played.plan.sim(early.at).replace(microsecond=0)
    assert row["at"] == pytest.approx(played.plan.when(due + timedelta(hours=1)))
    played.workload.unanswered(played.intents[-1], "error")
    assert played.rows("ledger")[-1]["at"] == pytest.approx(played.plan.traffic_ends - 0.001)


def test_lists_are_drawn_by_the_seed(lap: Make) -> None:
    cases = {"key": "C-{number:03d}", "lists": {
        "few": {"draw": "tariffs", "from": 2, "to": 4, "take": {"t": "key", "price": "price_kg"},
                "with": {"n": {"from": 1, "to": 9}}},
    }}  # fmt: skip
    business = small(
        cases=cases, request={"line": "POST /x", "json": {"few": {"each": "few", "json": ["{t}", "{n}"]}}},
        verdicts={"none": "unanswered", "low": "answer.fee < sum(few, price * n)", "right": "otherwise"},
    )  # fmt: skip
    one, again, other = lap(business, TRAFFIC), lap(business, TRAFFIC), lap(business, TRAFFIC, seed=4)
    assert one.intents == again.intents
    assert [i.body for i in one.intents] != [i.body for i in other.intents]
    lists = [json.loads(i.body)["few"] for i in one.intents]
    assert {len(rows) for rows in lists} == {2, 3, 4}
    assert all(len({row[0] for row in rows}) == len(rows) for rows in lists)
    assert one.intents[0].key == "C-001"


def test_a_phase_has_its_own_rate(lap: Make) -> None:
    burst = TRAFFIC.replace("lasts: 8s, simulates: 96m}", "lasts: 8s, simulates: 96m, traffic: {labels: 20/s}}")
    played = lap(small(), burst)
    ends = [4.0, 12.0, 20.0]
    counts = [sum(begin <= i.at < end for i in played.intents) for begin, end in zip([0.0, *ends], ends, strict=False)]
    assert counts == [20, 160, 40]


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["fee", "x", "amount"]), inner, max_size=3)
    ),
)


@given(st.lists(VALUE | st.binary(max_size=40), min_size=1, max_size=12), st.sampled_from([200, 204, 404, 500]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_answered_is_judged(lap: Make, said: list[Any], status: int) -> None:
    sql = "select due_at, answer_fee::integer as n from cases"
    tables = {"facts_all": {"about": "x", "columns": {"n": "integer"}, "sql": sql}}
    played = lap(small(settle={"tables": tables}), TRAFFIC)
    for intent, one in zip(played.intents, said, strict=False):
        body = one if isinstance(one, bytes) else json.dumps({"fee": one}).encode()
        assert played.answer(intent, body, status=status).outcome in ("ok", "wrong", "error")
    played.settle()
    assert len(played.rows("facts_x")) == len(played.intents)
