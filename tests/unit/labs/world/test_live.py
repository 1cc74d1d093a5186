"""The feed's values: what they say of the keeper's plain data, and when a check's answer can have changed."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.engagement.engagement import Engagement
from labs.engagement.judge import Judge
from labs.library.catalogue import Entry
from labs.world.live.feed import _State
from labs.world.live.model import Fault, Happened, Lines, Second, Snapshot
from labs.world.live.reading import graded_hours, snapshot
from simulator.clock import Span, timeline
from simulator.evidence.run import Calibration, MeanLedger
from simulator.protocol import live
from simulator.protocol.events import Paused, PhaseBegan, Redeployed
from simulator.protocol.live import EventTold, LinesPrinted, PrintedLine, WorldState

DAY = datetime(2026, 3, 2)
SPANS = (Span("a", 0, 4, DAY, 10, False, False), Span("b", 4, 9, DAY, 100, True, False))
CALIBRATION = Calibration(
    untouched=MeanLedger(ledger={"a": -90.0, "b": -10.0}), reference=MeanLedger(ledger={"a": -20.0})
)


def world(entry: Entry, at: float | None = 3.5, **changes: Any) -> WorldState:
    """What the keeper says at second `at` of lap 2 of the little scenario (1 s warm-up, 5 s morning)."""
    field = {
        "lap": 2, "at": at, "phase": "morning", "sim": "2026-03-02T08:00:00", "rate": 456.0,
        "links": [{"name": "erp", "inward": False, "connections": 3,
                   "faults": [{"kind": "latency", "with": {"from": "8s", "to": "12s"}, "share": 0.05, "struck": 7}]}],
        "money": [{"lap": 1, "total": -70.0, "books": []},
                  {"lap": 2, "total": -30.0, "books": [{"account": "a", "cause": "x", "amount": -20.0},
                                                       {"account": "a", "cause": "y", "amount": -10.0}]}],
        "seconds": [{"lap": 2, "at": 3, "sent": 20, "ok": 10, "wrong": 5, "failed": 5, "p50": 0.01, "p95": None}],
    }  # fmt: skip
    said = {
        "protocol": 1, "kind": "world", "session": "0", "state": "running", "lap": 2, "runtime": "local", "why": "",
        "timeline": timeline(entry.scenario).to_json(), "field": field,
        "services": [{"name": "promise-api", "state": "up", "restarts": 1, "cpu": 0.5, "memory": 7, "printed": 9}],
    }  # fmt: skip
    told = live.parse(said | changes)
    assert isinstance(told, WorldState)
    return told


def read(entry: Entry, **given: Any) -> Snapshot:
    said = world(entry, **given)
    return snapshot(said, said.field.seconds if said.field else (), entry.scenario, CALIBRATION)


def test_money_is_scaled_by_the_graded_hours_so_far(entry: Entry) -> None:
    money = read(entry).money
    assert money is not None
    assert money.hours == pytest.approx(2.5 * 456 / 3600)
    assert (money.now.total, money.before.total) == (-30.0, -70.0)
    assert money.now.accounts == {"a": {"": -30.0}}, "why it was booked is the examiner's"
    assert money.reference == pytest.approx(-20.0 / 2)
    assert money.untouched == pytest.approx(-100.0 / 2)
    assert money.per_hour == pytest.approx(-30.0 / money.hours)


def test_nothing_is_lost_per_hour_before_losses_count(entry: Entry) -> None:
    money = read(entry, at=0.5).money
    assert (money.hours, money.per_hour, money.reference) == (0.0, None, 0.0)


def test_a_lap_that_is_over_counts_whole(entry: Entry) -> None:
    over = read(entry, at=None)
    assert over.when is None
    assert over.money.reference == pytest.approx(-20.0)


def test_a_world_without_a_field_has_no_clock_and_no_money(entry: Entry) -> None:
    bare = read(entry, field=None, state="starting", timeline=[])
    assert (bare.when, bare.money, bare.links, bare.seconds) == (None, None, (), ())


def test_the_customers_screens_know_neither_faults_nor_what_is_untrue(entry: Entry) -> None:
    seen = read(entry)
    (link,) = seen.links
    assert (link.faults, link.struck) == ((), 0)
    assert not any(second.wrong for second in seen.seconds)


def test_what_the_learner_put_on_a_link_is_shown(entry: Entry) -> None:
    """By hand, through Toxiproxy's API: it is theirs, and nobody's secret."""
    said = world(entry)
    assert said.field is not None
    (link,) = said.field.links
    assert link.faults, "the scenario's own"
    own = link.faults[0].model_copy(
        update={"kind": "latency", "params": {"latency": 900}, "by_hand": True, "share": 1.0, "struck": 3}
    )
    field = said.field.model_copy(update={"links": (link.model_copy(update={"faults": (*link.faults, own)}),)})
    (shown,) = snapshot(said.model_copy(update={"field": field}), (), entry.scenario, CALIBRATION).links
    assert [(one.words, one.struck) for one in shown.faults] == [("latency latency 900", 3)]


def test_phases_to_come_have_no_name(entry: Entry) -> None:
    when = read(entry).when
    assert when is not None
    names = [(span.name, span.begins <= when.at) for span in when.spans]
    assert [name for name, begun in names if begun] == ["warm-up", "morning"]
    assert {name for name, begun in names if not begun} == {""}


def test_a_fault_says_what_it_does() -> None:
    assert Fault("latency", {"from": "8s", "to": "12s"}, 0.05, 7).words == "latency from 8s to 12s on 5 %"
    assert Fault("reset", None, 1.0, 0).words == "reset"
    assert Fault("abort", 503, 0.2, 0).words == "abort 503 on 20 %"


def test_a_second_without_an_end_has_no_share_of_errors() -> None:
    assert Second(1, 0, 3, 0, 0, 0, None, None).failed_share is None
    assert Second(1, 0, 3, 1, 1, 2, None, None).failed_share == 0.5


@given(st.floats(min_value=0, max_value=20))
def test_graded_hours_grow_with_time_and_never_beyond_the_whole(at: float) -> None:
    spans = SPANS
    assert 0 <= graded_hours(spans, at) <= graded_hours(spans, at + 1) <= graded_hours(spans)


def test_a_new_connection_repeats_nothing(entry: Entry) -> None:
    state = _State(entry.scenario, None)
    numbered = {"a": 1, "b": 2, "c": 7}
    a, b, c = (PrintedLine(number=n, at=0.1 * n, stream="stdout", text=text) for text, n in numbered.items())
    first = LinesPrinted(service="s", skipped=0, lines=(a, b))
    again = LinesPrinted(service="s", skipped=0, lines=(b, c))
    event = EventTold(number=1, event=Paused())
    assert [type(m) for m in (*state.read(first), *state.read(event))] == [Lines, Happened]
    state.connected()
    assert state.read(event) == []
    (lines,) = state.read(again)
    assert isinstance(lines, Lines)
    assert ([line.text for line in lines.lines], lines.skipped) == (["c"], 4)


def test_a_check_is_asked_again_when_its_answer_can_have_changed(entry: Entry, tmp_path: Any) -> None:
    judge = Judge(Engagement(tmp_path, entry.name, seed=1))
    assert not judge.stale
    drain = timeline(entry.scenario).spans[-1]
    ripe = drain.begins + (drain.ends - drain.begins) + 2.0
    for message, stale in (
        (read(entry), True),
        (read(entry, at=3.6), False),
        (read(entry, at=ripe), True),
        (Happened(PhaseBegan(lap=1, at=0.0, phase="morning", sim=DAY)), False),
        (Happened(Redeployed(lap=1)), None),
        (read(entry, at=ripe), True),
    ):
        judge.heed(message)
        if stale is not None:
            assert judge.stale is stale, message
        judge._judged = judge._now
