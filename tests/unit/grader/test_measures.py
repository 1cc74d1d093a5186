"""Each measure against values worked out by hand."""

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from grader.context import GradingContext, Unobservable
from grader.measures import MEASURES, Observation
from scenarios.vocabulary import UnknownWord
from simulator.evidence import windows
from simulator.evidence.reader import Evidence
from simulator.evidence.tables import AT, Column, Table
from tests.unit.grader.laps import CALIBRATION, Lap

Take = Callable[..., Observation]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Takes a measure of a lap, during some phases."""

    def taken(lap: Lap, measure: str, **params: Any) -> Observation:
        with Evidence(lap.write(tmp_path)) as evidence:
            run = evidence.runs[0]
            case = GradingContext(evidence, windows.exam(run), run.scenario, run.calibration)
            kind = MEASURES[measure]
            given = kind.params.model_validate(params)
            view = case.narrow(kind.reads(evidence, given), getattr(given, "during", None))
            seen = kind.take(view, given)
            if seen.value is not None:
                assert view.number(seen.sql) == pytest.approx(seen.value), "the question gives the value"
            return seen

    return taken


def day(*outcomes: str) -> Lap:
    """Requests by day, one every half second; one in the warm-up and one in the drain that never count."""
    lap = Lap().request(1.0, "timeout").request(23.0, "timeout")
    for n, outcome in enumerate(outcomes):
        lap.request(2 + n / 2, outcome, took=0.1 * (n + 1))
    return lap


def test_availability_counts_true_and_false_answers_of_all_that_was_intended(take: Take) -> None:
    seen = take(day("ok", "wrong", "error", "timeout", "unsent"), "availability", stream="orders")
    assert seen.value == pytest.approx(2 / 5)
    assert seen.note == "2 of 5 requests answered"


def test_availability_of_another_stream_or_of_nothing_is_no_number(take: Take) -> None:
    seen = take(day("ok"), "availability", stream="returns")
    assert seen.value is None
    assert "returns" in seen.note


def test_availability_during_a_phase(take: Take) -> None:
    lap = day("timeout", "timeout").request(13.0)
    assert take(lap, "availability", stream="orders", during=["night"]).value == 1.0


def test_latency_is_the_nearest_rank(take: Take) -> None:
    lap = day(*["ok"] * 10)  # 0.1, 0.2 … 1.0 s
    assert take(lap, "latency", stream="orders", quantile="90%").value == pytest.approx(0.9)


@pytest.mark.parametrize(("quantile", "seconds"), [(1.0, 1.0), (0.91, 1.0), (0.5, 0.5), (0.05, 0.1)])
def test_latency_at_other_quantiles(take: Take, quantile: float, seconds: float) -> None:
    assert take(day(*["ok"] * 10), "latency", stream="orders", quantile=quantile).value == pytest.approx(seconds)


def test_no_answer_is_infinite_latency_and_an_error_is_no_answer(take: Take) -> None:
    seen = take(day("ok", "error", "timeout"), "latency", stream="orders", quantile="50%")
    assert seen.value == math.inf
    assert seen.note == "50 % of 3 requests took no longer; 2 got no answer"


def test_no_answer_may_count_as_a_number_of_seconds(take: Take) -> None:
    assert take(day("ok", "unsent"), "latency", stream="orders", unanswered="10s").value == 10.0


def test_latency_counts_from_when_a_request_was_due(take: Take) -> None:
    lap = Lap().request(3.0, took=0.4, sent_at=3.3)
    assert take(lap, "latency", stream="orders").value == pytest.approx(0.4)


def test_latency_of_nothing_is_no_number(take: Take) -> None:
    assert take(day(), "latency", stream="orders").value is None


def logins(*rows: tuple[float, int, bool]) -> Lap:
    lap = Lap()
    for at, open_, refused in rows:
        lap.add("facts_logins", at=at, open=open_, refused=refused)
    return lap


def test_count(take: Take) -> None:
    lap = logins((1.0, 9, True), (3.0, 1, False), (4.0, 2, True), (5.0, 3, True))
    seen = take(lap, "count", table="facts_logins", where="refused")
    assert (seen.value, seen.note) == (2, "2 of 3 logins")


def test_a_count_of_nothing_is_nought(take: Take) -> None:
    assert take(Lap(), "count", table="facts_logins").value == 0


def test_peak(take: Take) -> None:
    lap = logins((1.0, 9, True), (3.0, 1, False), (4.0, 2, True), (13.0, 7, False))
    assert take(lap, "peak", table="facts_logins", column="open").value == 7


def test_peak_with_a_condition(take: Take) -> None:
    lap = logins((3.0, 1, False), (4.0, 2, True), (13.0, 7, False))
    assert take(lap, "peak", table="facts_logins", column="open", where="refused").value == 2


def test_a_peak_of_nothing_is_no_number(take: Take) -> None:
    assert take(logins((1.0, 9, True)), "peak", table="facts_logins", column="open").value is None


def test_a_peak_of_text_cannot_be_taken(take: Take) -> None:
    with pytest.raises(Unobservable, match="text"):
        take(Lap(), "peak", table="requests", column="detail")


def test_ratio(take: Take) -> None:
    lap = day("ok", "ok", "wrong", "timeout")
    seen = take(lap, "ratio", table="requests", of="outcome = 'ok'", among="outcome in ('ok', 'wrong')")
    assert seen.value == pytest.approx(2 / 3)
    assert seen.note == "2 of 3 requests"


def test_unknown_is_not_counted_in_a_ratio(take: Take) -> None:
    lap = Lap().add("facts_logins", at=3.0, refused=None).add("facts_logins", at=4.0, refused=True)
    assert take(lap, "ratio", table="facts_logins", of="refused").value == pytest.approx(1 / 2)


def test_a_ratio_of_nothing_is_no_number(take: Take) -> None:
    assert take(day("ok"), "ratio", table="requests", of="true", among="outcome = 'wrong'").value is None


def test_a_settled_table_also_counts_what_was_found_at_the_end(take: Take) -> None:
    lap = Lap()
    for at in (1.0, 3.0, 13.0, 23.0, None):  # warm-up, day, night, drain, and of no time
        lap.add("facts_orders", ordered_at=at, lost=True)
    assert take(lap, "count", table="facts_orders").value == 4


def test_a_settled_table_during_a_phase(take: Take) -> None:
    lap = Lap().add("facts_orders", ordered_at=3.0).add("facts_orders", ordered_at=13.0).add("facts_orders")
    assert take(lap, "count", table="facts_orders", during=["night"]).value == 1


def test_rate_is_per_second_of_the_phases(take: Take) -> None:
    lap = logins(*((2.0 + n / 4, 1, False) for n in range(30)))
    seen = take(lap, "rate", table="facts_logins", during=["day"])
    assert (seen.value, seen.note) == (3.0, "30 logins in 10 s")


def test_rate_over_all_graded_phases(take: Take) -> None:
    lap = logins(*((2.0 + n / 4, 1, n % 2 == 0) for n in range(30)))
    assert take(lap, "rate", table="facts_logins", where="refused").value == pytest.approx(15 / 20)


def ledger(**amounts: float) -> Lap:
    lap = Lap(run={"calibration": CALIBRATION})
    for account, amount in amounts.items():
        lap.add("ledger", at=30.0, account=account, amount=amount)
    return lap


def test_ledger_is_the_sum_of_the_lap(take: Take) -> None:
    lap = ledger(duplicates=-180.1, missing=-45.2).add("ledger", at=1.0, account="missing", amount=-1000.0)
    assert take(lap, "ledger").value == -225.3


def test_ledger_of_some_accounts(take: Take) -> None:
    assert take(ledger(duplicates=-180, missing=-45), "ledger", accounts=["missing"]).value == -45


def test_no_entries_cost_nothing(take: Take) -> None:
    assert take(Lap(), "ledger").value == 0


def test_cents_add_up_exactly(take: Take) -> None:
    lap = Lap()
    for _ in range(1000):
        lap.add("ledger", at=3.0, account="a", amount=-0.1)
    assert take(lap, "ledger").value == -100.0


def test_recovered_is_the_share_between_untouched_and_reference(take: Take) -> None:
    assert take(ledger(duplicates=-180, missing=-70), "recovered").value == pytest.approx(0.75)


def test_recovered_of_one_account(take: Take) -> None:
    seen = take(ledger(duplicates=-180, missing=-640), "recovered", accounts=["duplicates"])
    assert seen.value == pytest.approx(0.5)


def test_recovered_may_be_negative(take: Take) -> None:
    assert take(ledger(missing=-1500), "recovered").value == pytest.approx(-0.5)


def test_recovered_needs_a_calibration(take: Take) -> None:
    with pytest.raises(Unobservable, match="calibration"):
        take(Lap(), "recovered")


def test_recovered_needs_two_different_ends(take: Take) -> None:
    same = {"untouched": {"ledger": {"a": -1.0}}, "reference": {"ledger": {"a": -1.0}}}
    with pytest.raises(Unobservable, match="same"):
        take(Lap(run={"calibration": same}), "recovered")


def test_sql_is_any_one_number(take: Take) -> None:
    lap = day("ok", "ok", "wrong")
    question = "with good as (select * from requests where outcome = 'ok')\nselect count(*) from good; "
    assert take(lap, "sql", sql=question, during=["day"]).value == 2


def test_sql_may_answer_yes(take: Take) -> None:
    assert take(day("ok"), "sql", sql="select bool_and(outcome = 'ok') from requests").value == 1


def test_sql_without_an_answer_is_no_number(take: Take) -> None:
    assert take(day(), "sql", sql="select avg(done_at) from requests").value is None


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        ("select key from requests", "not one number"),
        ("select count(*), 1 from requests", "not one number"),
        ("select 'a'", "not a number"),
        ("drop table requests", "not one SELECT"),
        ("select 1; select 2", "not one SELECT"),
    ],
)
def test_sql_that_is_no_number(take: Take, question: str, complaint: str) -> None:
    with pytest.raises(Unobservable, match=complaint):
        take(day("ok", "ok"), "sql", sql=question)


def strike(lap: Lap, at: float, link: str = "erp", **more: Any) -> Lap:
    row = {"at": at, "link": link, "kind": "abort", "request": None, "key": None, "lasted": 0.0, "detail": None}
    return lap.add("faults", **row | more)


@pytest.mark.parametrize(
    ("params", "value", "note"),
    [
        ({}, 2 / 3, "2 of 3 struck requests were answered well"),
        ({"kind": "latency"}, 0.0, "0 of 1 struck requests were answered well"),
        ({"link": "promise-api", "kind": "abort"}, 2 / 3, "2 of 3 struck requests were answered well"),
        ({"link": "erp"}, 1.0, "no request was struck by any fault on erp"),
        ({"stream": "returns", "kind": "abort"}, 1.0, "no request was struck by abort"),
        ({"during": ["night"]}, 1.0, "no request was struck by any fault"),
    ],
)
def test_survived_looks_at_struck_requests_alone(take: Take, params: Any, value: float, note: str) -> None:
    lap = day("ok", "ok", "error", "wrong", "ok", "timeout")
    for n in (2, 3, 4):  # the lap's first two requests are not of the day
        strike(lap, 3.0, "promise-api", request=f"orders-{n}")
    strike(lap, 3.6, "promise-api", request="orders-4", kind="latency")
    seen = take(lap, "survived", **params)
    assert (seen.value, seen.note) == (pytest.approx(value), note)
    assert (seen.said == "not struck") is note.startswith("no request was struck")


def test_survived_finds_requests_behind_the_deployment_by_their_key(take: Take) -> None:
    lap = day("ok", "error", "ok")
    strike(lap, 2.6, key="HW-000003")  # due at 2.5 s
    strike(lap, 9.0, key="HW-000004")  # long after its answer: the deployment did it later
    strike(lap, 9.0, key="HW-000004")
    seen = take(lap, "survived", link="erp")
    assert seen.value == pytest.approx(1 / 2)
    assert "under way" not in seen.note


def test_survived_says_where_it_only_knows_what_was_under_way(take: Take) -> None:
    lap = Lap().request(3.0, took=1.0).request(3.5, "error", took=1.0).request(8.0).request(9.0, "timeout")
    strike(lap, 3.7)
    strike(lap, 13.0, key="of nobody", lasted=0.5)  # the time-out of 5 s has not run out
    seen = take(lap, "survived")
    assert seen.value == pytest.approx(1 / 3)
    assert seen.note == "1 of 3 struck requests were answered well; 3 of them were only under way at the time"


def test_a_phase_that_the_scenario_does_not_have(take: Take) -> None:
    with pytest.raises(Unobservable, match="noon"):
        take(day("ok"), "count", table="requests", during=["noon"])


def test_unknown_parameters_are_refused() -> None:
    with pytest.raises(ValidationError):
        MEASURES["availability"].params.model_validate({"stream": "orders", "durign": ["day"]})


def test_unknown_measures_are_named() -> None:
    with pytest.raises(UnknownWord, match="did you mean 'latency'"):
        MEASURES["latancy"]


def test_every_measure_says_what_it_is() -> None:
    assert all(kind.name == name and kind.about and kind.unit for name, kind in MEASURES.items())


SCORES = Table(
    "facts_scores",
    "what a model said",
    (AT, Column("chance", "real"), Column("bad", "boolean"), Column("kind", "text")),
    whose="customer",
)


def scores(*pairs: tuple[float | None, bool | None]) -> Lap:
    lap = Lap(tables=(SCORES,))
    for n, (chance, bad) in enumerate(pairs):
        lap.add("facts_scores", at=3.0 + n / 100, chance=chance, bad=bad, kind="x")
    return lap


MODEL = {"table": "facts_scores", "score": "chance", "truth": "bad"}


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([(0.1, False), (0.2, False), (0.8, True), (0.9, True)], 1.0),
        ([(0.9, False), (0.1, True)], 0.0),
        ([(0.5, False), (0.5, True)], 0.5),
        ([(0.1, False), (0.4, True), (0.6, False), (0.9, True)], 0.75),
        ([(0.1, False), (0.6, False), (0.6, True), (None, True), (0.7, None)], 0.75),
        ([(0.1, False), (0.2, False)], None),
        ([], None),
    ],
)
def test_auc_is_the_share_of_pairs_in_the_right_order(take: Take, pairs: Any, value: float | None) -> None:
    seen = take(scores(*pairs), "auc", **MODEL)
    assert seen.value == (value if value is None else pytest.approx(value))


def test_auc_agrees_with_scikit_learn(take: Take) -> None:
    from sklearn.metrics import roc_auc_score

    rng = random.Random(4)
    pairs = [(round(rng.random(), 1), rng.random() < 0.4) for _ in range(300)]
    chances, truths = zip(*pairs, strict=True)
    assert take(scores(*pairs), "auc", **MODEL).value == pytest.approx(roc_auc_score(truths, chances))


@pytest.mark.parametrize(("bins", "value"), [(2, 0.15), (1, 0.05)])
def test_calibration_error_is_how_far_probabilities_are_from_how_often_it_happens(
    take: Take, bins: int, value: float
) -> None:
    low, high = [(0.2, n < 1) for n in range(10)], [(0.6, n < 8) for n in range(10)]
    assert take(scores(*low, *high), "calibration-error", bins=bins, **MODEL).value == pytest.approx(value)


def test_calibration_error_of_nothing_is_no_number(take: Take) -> None:
    assert take(scores(), "calibration-error", **MODEL).value is None


@pytest.mark.parametrize(("where", "value"), [("true", 0.5), ("kind = 'x'", 1.0)])
def test_scores_can_be_narrowed(take: Take, where: str, value: float) -> None:
    lap = scores((0.1, False), (0.9, True)).add("facts_scores", at=4.0, chance=0.95, bad=False, kind="y")
    assert take(lap, "auc", where=where, **MODEL).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("outcomes", "least", "value", "note"),
    [
        (["passed", "passed", "skipped"], 2, 1.0, "2 of 2 tests pass"),
        (["passed", "failed", "error"], 1, 1 / 3, "1 of 3 tests pass"),
        (["passed"], 4, 0.25, "1 of 1 tests pass; 3 are gone, of 4 that are to be there"),
        ([], 1, None, "nobody ran the workspace's tests"),
    ],
)
def test_tests_pass(take: Take, outcomes: list[str], least: int, value: float | None, note: str) -> None:
    lap = Lap()
    for number, outcome in enumerate(outcomes):
        lap.add("tests", at=None, name=f"tests/test_a.py::test_{number}", outcome=outcome, detail=None)
    seen = take(lap, "tests-pass", least=least)
    assert (seen.value, seen.note) == (pytest.approx(value) if value is not None else None, note)
