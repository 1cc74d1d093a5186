"""Each measure of client behaviour against a guilty and an innocent client, in evidence written by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.context import GradingContext
from grader.measures import MEASURES, Observation
from simulator.evidence import windows
from simulator.evidence.reader import Evidence
from tests.unit.grader.laps import Lap

Take = Callable[..., Observation]
BEHAVIOUR = [name for name, kind in MEASURES.items() if "link" in kind.params.model_fields and name != "survived"]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Takes a measure of a lap on the link `erp`."""

    def taken(lap: Lap, measure: str, **params: Any) -> Observation:
        with Evidence(lap.write(tmp_path)) as evidence:
            run = evidence.runs[0]
            case = GradingContext(evidence, windows.exam(run), run.scenario)
            kind = MEASURES[measure]
            given = kind.params.model_validate({"link": "erp"} | params)
            view = case.narrow(kind.reads(evidence, given), None)
            seen = kind.take(view, given)
            assert seen.value is None or view.number(seen.sql) == pytest.approx(seen.value)
            behind = {which: view.rows(sql, 5) for which, sql in {"low": seen.low, "high": seen.high}.items() if sql}
            innocent = 1 if measure == "retry-storm" else 0
            assert (seen.value or 0) <= innocent or behind["high"], "there are rows behind it"
            return seen

    return taken


class Client(Lap):
    """A lap in which a deployment calls the ERP."""

    def call(
        self, at: float, status: int | None = 200, took: float = 0.1, operation: str = "a", **more: Any
    ) -> "Client":
        """One attempt; without a status it was broken on the way."""
        row = {
            "at": at, "ended_at": at + took, "link": "erp", "connection": 1, "method": "GET", "path": "/",
            "action": None, "key": None, "operation": operation, "guarded": False, "status": status,
            "retry_after": None, "result": "answered" if status else "broken",
        }  # fmt: skip
        self.add("attempts", **row | more)
        return self

    def calls(self, times: list[float], status: int | None = 503, **more: Any) -> "Client":
        for at in times:
            self.call(at, status, **more)
        return self


def test_who_does_nothing_is_innocent(take: Take, tmp_path: Path) -> None:
    for name in BEHAVIOUR:
        lap = Client(number=BEHAVIOUR.index(name) + 1).request(3.0)
        assert take(lap, name).value == 0, name


def test_retry_storm_counts_attempts_for_each_first_one(take: Take) -> None:
    lap = Client().calls([3.0, 3.2, 3.4, 3.6]).call(5.0, operation="b")
    assert take(lap, "retry-storm").value == pytest.approx(5 / 2)


def test_no_storm_where_the_same_is_asked_for_again_after_success_or_at_the_same_time(take: Take) -> None:
    lap = Client().call(3.0).call(4.0).call(5.0, 503, took=1.0).call(5.5, 503, took=1.0)
    assert take(lap, "retry-storm").value == 1


def test_another_link_and_what_where_leaves_out_is_not_looked_at(take: Take) -> None:
    lap = Client().call(3.0, 503).call(3.2, link="crm").call(3.3, path="/login")
    seen = take(lap, "retry-storm", where="path <> '/login'")
    assert (seen.value, seen.note) == (1, "0 of 1 attempts on erp were retries")


@pytest.mark.parametrize(("waits", "share"), [([0.0, 0.01, 0.05], 1.0), ([0.2, 0.4, 0.8], 0.0), ([0.05, 0.5], 0.5)])
def test_no_backoff_is_the_share_of_retries_that_came_at_once(take: Take, waits: list[float], share: float) -> None:
    lap, at = Client(), 3.0
    lap.call(at, 503)
    for wait in waits:
        at += 0.1 + wait
        lap.call(at, 503)
    assert take(lap, "no-backoff").value == pytest.approx(share)


def test_a_connection_that_broke_or_was_left_is_a_failure(take: Take) -> None:
    lap = Client().call(3.0, None).call(3.11, None, result="left").call(3.22)
    assert take(lap, "no-backoff").note == "2 of 2 retries on erp came within 100 ms"


def test_retry_after_ignored(take: Take) -> None:
    lap = Client().call(3.0, 429, retry_after=2.0).call(4.0, 429, retry_after=2.0).call(6.2)
    lap.call(7.0, 503, retry_after=1.0, operation="b")
    assert take(lap, "retry-after-ignored").value == pytest.approx(1 / 3)


def test_where_the_whole_link_has_to_wait_anything_is_too_soon(take: Take) -> None:
    lap = Client().call(3.0, 429, retry_after=2.0).call(4.0, operation="b").call(5.2)
    assert take(lap, "retry-after-ignored", scope="link").value == 1


def test_what_was_under_way_already_ignores_nothing(take: Take) -> None:
    lap = Client().call(3.0, 429, took=0.5, retry_after=2.0).call(3.2, took=0.1).call(5.6)
    assert take(lap, "retry-after-ignored", scope="link").value == 0


@pytest.mark.parametrize(
    ("first", "second", "repeated"),
    [
        ({"status": None}, {}, 1),
        ({"status": None, "result": "left"}, {}, 1),
        ({"status": 504}, {}, 1),
        ({"status": 429}, {}, 0),
        ({"status": 503}, {}, 0),
        ({"status": 422}, {}, 0),
        ({"status": None}, {"guarded": True}, 0),
        ({"status": None}, {"method": "PUT"}, 0),
        ({"status": None}, {"operation": "b"}, 0),
    ],
)
def test_write_repeated(take: Take, first: dict[str, Any], second: dict[str, Any], repeated: int) -> None:
    lap = Client().call(3.0, **{"method": "POST"} | first).call(4.0, **{"method": "POST"} | second)
    assert take(lap, "write-repeated").value == repeated


def test_an_unknown_outcome_is_not_forgotten_because_of_a_refusal(take: Take) -> None:
    lap = Client().call(3.0, None, method="POST").call(4.0, 503, method="POST").call(5.0, method="POST")
    assert take(lap, "write-repeated").value == 2


@pytest.mark.parametrize(("done", "repeated"), [(False, 0), (True, 1)])
def test_a_write_that_was_done_may_count_too(take: Take, done: bool, repeated: int) -> None:
    lap = Client().call(3.0, 201, method="POST").call(4.0, 201, method="POST")
    assert take(lap, "write-repeated", done=done).value == repeated


def test_non_retryable_retried(take: Take) -> None:
    lap = (
        Client().calls([3.0, 3.5, 4.0], 422).calls([3.0, 3.5], 401, operation="b").calls([5.0, 5.5], 429, operation="c")
    )
    assert take(lap, "non-retryable-retried").value == pytest.approx(2 / 3)


def test_what_was_refused_for_good_may_be_wished_for_again_later(take: Take) -> None:
    assert take(Client().calls([3.0, 10.0], 404), "non-retryable-retried").value == 0


def test_no_timeout_is_the_longest_wait(take: Take) -> None:
    lap = Client().call(3.0).call(4.0, None, took=2.0, result="left").call(6.0, None, took=15.0, result="open")
    assert take(lap, "no-timeout").value == pytest.approx(15.0)


def leaky(*spans: tuple[float, float, float | None]) -> Lap:
    lap = Lap()
    for number, (at, used, closed) in enumerate(spans):
        lap.add("connections", at=at, used_at=used, closed_at=closed, link="erp", connection=number)
    return lap


def test_connection_leak_is_the_most_that_stood_open_unused(take: Take) -> None:
    lap = leaky(*((3.0 + n / 10, 3.05 + n / 10, None) for n in range(30)))
    seen = take(lap, "connection-leak")
    assert (seen.value, seen.note) == (30, "30 connections on erp; 30 were never closed")


def test_a_pool_and_a_connection_for_each_call_leak_nothing_much(take: Take) -> None:
    pool = [(3.0, 11.0, None), (3.0, 11.0, None)]
    single = [(3.0 + n / 10, 3.05 + n / 10, 3.06 + n / 10) for n in range(30)]
    assert take(leaky(*pool, *single), "connection-leak").value == 2


def test_truncation_accepted_is_the_share_of_untruths_behind_a_cut(take: Take) -> None:
    lap = Lap()
    for n, outcome in enumerate(("wrong", "ok", "error", "wrong")):
        lap.request(3.0 + n, outcome)
        kind = "truncate" if n < 3 else "latency"
        lap.add("faults", at=3.05 + n, link="erp", kind=kind, key=f"HW-{n:06d}", lasted=0.0)
    assert take(lap, "truncation-accepted").value == pytest.approx(1 / 3)


def test_who_was_never_struck_took_nothing_for_whole(take: Take) -> None:
    seen = take(Lap().request(3.0), "truncation-accepted")
    assert (seen.value, seen.said) == (0, "not struck")
    assert "no request was struck by truncate" in seen.note


def test_circuit_never_opened_counts_what_goes_out_while_all_fails(take: Take) -> None:
    lap = Client().calls([3.0 + n / 4 for n in range(24)]).call(9.1)
    # Five have failed at 4.1; nineteen follow, until one at 9.1 succeeds.
    assert take(lap, "circuit-never-opened").value == pytest.approx(19 / 5.0)


def test_a_breaker_probes_now_and_then(take: Take) -> None:
    lap = Client().calls([3.0, 3.1, 3.2, 3.3, 3.4]).calls([5.5, 7.5]).call(9.5)
    assert take(lap, "circuit-never-opened").value == pytest.approx(2 / 6.0)
    lap.number = 2
    assert take(lap, "circuit-never-closed").value == pytest.approx(2.0)


def test_failures_among_successes_open_no_circuit(take: Take) -> None:
    lap = Client()
    for n in range(40):
        lap.call(3.0 + n / 10, 503 if n % 4 else 200, took=0.01)
    assert take(lap, "circuit-never-opened").value == 0


def test_circuit_never_closed_is_silence_while_there_is_traffic(take: Take) -> None:
    lap = Client().calls([3.0, 3.1, 3.2, 3.3, 3.4])
    lap.request(4.0).request(21.5)
    assert take(lap, "circuit-never-closed").value == pytest.approx(18.0)


def test_refused_connections_count_for_a_circuit(take: Take) -> None:
    refused = {"result": "refused", "operation": None, "method": None, "took": 0.0}
    lap = Client().calls([3.0 + n / 10 for n in range(21)], None, **refused)
    assert take(lap, "circuit-never-opened").value == pytest.approx(15 / 1.6)
