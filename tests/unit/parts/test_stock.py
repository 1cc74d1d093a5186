from datetime import datetime, timedelta
from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import Span, Timeline
from simulator.parts.soap_erp.kind import SOAP_ERP
from simulator.parts.soap_erp.params import ErpParams
from simulator.parts.soap_erp.stock import LARGE, LEAD_DAYS, MEAN_MINUTES, SMALL, Stock

START = datetime(2026, 3, 2, 8)
WEEK = timedelta(days=7)

instants = st.timedeltas(min_value=-timedelta(days=1), max_value=WEEK).map(START.__add__)


@given(st.integers(0, 2**63), st.lists(st.tuples(st.integers(1001, 1005), instants), max_size=8))
def test_it_is_the_same_in_whatever_order_it_is_asked(seed: int, questions: list[tuple[int, datetime]]) -> None:
    one, other = Stock(seed, 5, START), Stock(seed, 5, START)
    answers = [one.at(f"A-{number}", sim) for number, sim in questions]
    assert [other.at(f"A-{number}", sim) for number, sim in reversed(questions)] == answers[::-1]


@given(instants, instants)
def test_changes_are_what_at_shows(a: datetime, b: datetime) -> None:
    stock = Stock(3, 1, START)
    a, b = min(a, b), max(a, b)
    level = stock.at("A-1001", a)
    for when, new in stock.changes("A-1001", a, b):
        assert a < when <= b
        assert stock.at("A-1001", when - timedelta(microseconds=1)) == level
        assert stock.at("A-1001", when) == new
        assert new.quantity != level.quantity
        assert new.lead_days != level.lead_days
        level = new
    assert stock.at("A-1001", b) == level


def test_a_quarter_is_kept_in_thousands_and_stays_so() -> None:
    stock = Stock(11, 80, START)
    large = 0
    for article in stock.articles:
        levels = [stock.at(article, START), *(level for _, level in stock.changes(article, START, START + WEEK))]
        ranges = [bounds for bounds in (SMALL, LARGE) if all(bounds[0] <= lv.quantity <= bounds[1] for lv in levels)]
        assert len(ranges) == 1
        assert all(LEAD_DAYS[0] <= level.lead_days <= LEAD_DAYS[1] for level in levels)
        large += ranges == [LARGE]
    assert large == 20


def test_levels_change_as_often_as_said() -> None:
    stock = Stock(5, 80, START)
    counts = [len(stock.changes(article, START, START + WEEK)) for article in stock.articles]
    assert abs(mean(counts) / (WEEK / timedelta(minutes=MEAN_MINUTES)) - 1) < 0.1


def test_before_the_start_it_is_as_at_the_start() -> None:
    stock = Stock(5, 3, START)
    assert stock.at("A-1001", START - WEEK) == stock.at("A-1001", START)
    assert stock.changes("A-1001", START - WEEK, START) == []


def test_seeds_differ() -> None:
    assert len({Stock(seed, 1, START).at("A-1001", START) for seed in range(20)}) > 10


def test_what_workloads_take_for_true_is_what_the_part_answers() -> None:
    params = ErpParams(articles=12)
    plan = Timeline((Span("day", 0.0, 60.0, START, 600.0, graded=True, shift=False),))
    stock = Stock(3, 12, START)
    levels = {name: SOAP_ERP.series[name](params, 3, plan, {}) for name in ("stock", "lead-days")}
    for article in stock.articles:
        for minutes in range(-30, 600, 7):
            at = START + timedelta(minutes=minutes)
            truth = stock.at(article, max(at, START))
            assert levels["stock"].level((article,), at) == truth.quantity
            assert levels["lead-days"].level((article,), at) == truth.lead_days
    assert levels["stock"].level(("none",), START) is None
