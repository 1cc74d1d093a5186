"""What a lap's rows add up to."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.field.tally import KEPT_SECONDS, MAX_CAUSES, Tally, TallyingRecorder
from simulator.protocol.live import Second


def request(outcome: str, due: float = 0.0, done: float | None = None) -> dict[str, Any]:
    return {"outcome": outcome, "intended_at": due, "done_at": done}


def test_a_second_has_the_outcomes_that_came_in_it() -> None:
    tally = Tally(3)
    tally.row("requests", request("ok", 0.1, 0.2))
    tally.row("requests", request("wrong", 0.1, 0.4))
    tally.row("requests", request("timeout"))
    tally.look(0.9, sent=4)
    assert not tally.seconds
    tally.look(1.1, sent=5)
    tally.row("requests", request("unsent"))
    tally.look(2.0, sent=7)
    first, second = tally.seconds
    assert first == Second(lap=3, at=0, sent=5, ok=1, wrong=1, failed=1, p50=0.3, p95=None)
    assert second == Second(lap=3, at=1, sent=2, ok=0, wrong=0, failed=1, p50=None, p95=None)


def test_an_idle_second_is_there_too() -> None:
    tally = Tally(1)
    tally.look(3.2, sent=0)
    assert [(s.at, s.sent, s.p50) for s in tally.seconds] == [(0, 0, None), (1, 0, None), (2, 0, None)]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(-9, 0)), max_size=400))
def test_no_money_is_lost_however_many_causes_there_are(books: list[tuple[int, int]]) -> None:
    tally = Tally(1)
    for cause, amount in books:
        tally.row("ledger", {"account": "a", "cause": f"c{cause}", "amount": float(amount)})
    assert len(tally.losses) <= MAX_CAUSES + 1
    assert tally.money().total == sum(amount for _, amount in books)


def test_only_so_many_seconds_are_kept() -> None:
    tally = Tally(1)
    tally.look(KEPT_SECONDS + 50.0, sent=0)
    assert len(tally.seconds) == KEPT_SECONDS
    assert tally.seconds[-1].at == KEPT_SECONDS + 49


def test_what_is_counted_is_what_is_written(tmp_path: Path) -> None:
    tally = Tally(1)
    with TallyingRecorder(tmp_path, "field", tally) as recorder:
        recorder.write("ledger", {"account": "a", "cause": "c", "amount": -2.5})
        recorder.write("lookups", {"at": 0.0, "name": "x"})
    rows = [json.loads(line) for line in (tmp_path / "ledger.field.jsonl").read_text().splitlines()]
    assert sum(row["amount"] for row in rows) == tally.money().total == -2.5
