"""What an answer is judged to be, and what a lap is worth."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scenarios.model import Scenario
from scenarios.rules.context import marked
from simulator import seeds
from simulator.clock import Clock, timeline
from simulator.evidence.recorder import Recorder
from simulator.parts.soap_erp.stock import Stock, delisted
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Context, Intent, Reply
from simulator.workloads.order_book import BookedOrder, Level, during, is_short, promise, promises, working_day
from simulator.workloads.order_promising import FACTS_ORDERS, FACTS_PROMISES, OrderPromising, OrderPromisingParams

SCENARIO = Scenario.model_validate(
    {
        "id": "orders", "title": "Orders", "customer": {"name": "X", "trade": "tools", "currency": "EUR"},
        "level": 1, "minutes": 10, "clock": {"starts": "2026-03-02T07:30:00"},
        "site": {"erp": {"part": "soap-erp"}},
        "deployment": {"services": {"api": {"command": ["true"]}}, "editable": ["app/**"]},
        "traffic": {"orders": {"workload": "order-promising", "to": "api", "rate": "20/s"}},
        "phases": [
            {"name": "warm-up", "lasts": "4s", "simulates": "30m", "graded": False, "excused": "it warms up"},
            {"name": "day", "lasts": "60s", "simulates": "450m"},
        ],
        "checks": [{"id": "c", "family": "data", "sql": "select 1", "expect": "== 1", "says": "x"}],
    }
)  # fmt: skip
SEED = 5


class Lap:
    """One lap of the workload, with the truth beside it."""

    def __init__(self, folder: Path, delisted: int = 0, **params: Any) -> None:
        self.folder = folder
        self.recorder = Recorder(folder, "field")
        self.timeline = timeline(SCENARIO)
        erp = SCENARIO.site["erp"].model_copy(update={"with_": {"delisted": delisted}})
        scenario = SCENARIO.model_copy(update={"site": {"erp": erp}})
        context = Context("orders", SCENARIO.traffic["orders"], scenario, SEED, Clock(self.timeline, 0), self.recorder)
        self.workload = OrderPromising(context, OrderPromisingParams.model_validate(params))
        self.stock = Stock(seeds.child(SEED, "site", "erp"), 80, self.timeline.spans[0].sim_begins)
        self.intents = {str(i.key): i for i in self.workload.intents()}
        self.orders = {key: self._order(intent) for key, intent in self.intents.items()}

    def _order(self, intent: Intent) -> BookedOrder:
        body = json.loads(intent.body)
        at = self.timeline.sim(intent.at).replace(microsecond=0)
        assert body["ordered_at"] == at.isoformat()
        return BookedOrder(body["order_id"], intent.at, body["article"], body["quantity"], at)

    def dates(self, order: BookedOrder, minutes: float) -> set[date]:
        return promises(self.stock, order, order.ordered_at - timedelta(minutes=minutes), order.ordered_at)

    def pick(self, *, short: bool, graded: bool = True) -> BookedOrder:
        """An order about which there is no doubt."""
        for order in self.orders.values():
            window = order.ordered_at - timedelta(minutes=90), order.ordered_at
            sure = is_short(self.stock, order, *window) is short and len(self.dates(order, 90)) == 1
            if sure and (order.at >= 4) is graded:
                return order
        raise LookupError

    def changed(self) -> BookedOrder:
        """An order whose date changed between 15 and 90 minutes before."""
        return next(
            o for o in self.orders.values() if o.at >= 4 and len(self.dates(o, 15)) == 1 and len(self.dates(o, 90)) == 2
        )

    def between(self) -> tuple[BookedOrder, Level, Level]:
        """An order for which there was enough a while ago and not now, or the other way: with both levels."""
        for order in self.orders.values():
            since = order.ordered_at - timedelta(minutes=90)
            levels = during(self.stock, order.article, since, order.ordered_at)
            if order.at >= 4 and len(levels) == 2 and len({level.quantity < order.quantity for level in levels}) == 2:
                return order, levels[0], levels[1]
        raise LookupError

    def settled(self, order: BookedOrder) -> dict[str, Any]:
        return next(row for row in self.rows("facts_orders") if row["order_id"] == order.id)

    def answer(self, order: BookedOrder, body: dict[str, Any] | bytes, status: int = 200) -> tuple[str, str | None]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        judged = self.workload.judge(self.intents[order.id], Reply(order.at, order.at, status, data))
        return judged.outcome, judged.detail

    def promise(self, order: BookedOrder, day: date, *, stale: bool = False) -> tuple[str, str | None]:
        return self.answer(order, {"order_id": order.id, "promise_date": day.isoformat(), "stale": stale})

    def settle(self, *purchases: dict[str, Any]) -> None:
        self.workload.settle({"erp": {"purchase_orders": list(purchases)}})
        self.recorder.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        file = self.folder / f"{table}.field.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def money(self, order: str) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for row in self.rows("ledger"):
            if row["key"] == order:
                sums[row["account"]] += row["amount"]
        return dict(sums)


@pytest.fixture
def lap(tmp_path: Path) -> Iterator[Lap]:
    lap = Lap(tmp_path)
    yield lap
    lap.recorder.close()


def purchase(bought_for: BookedOrder, **changes: Any) -> dict[str, Any]:
    order = bought_for
    return {
        "number": "4500000001", "reference": order.id, "order": order.id, "article": order.article,
        "quantity": float(order.quantity), "at": order.at, "channel": "soap",
    } | changes  # fmt: skip


def test_is_registered() -> None:
    assert WORKLOADS["order-promising"].params is OrderPromisingParams


def test_intents_are_in_order_and_end_with_traffic(lap: Lap) -> None:
    times = [intent.at for intent in lap.intents.values()]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] < lap.timeline.traffic_ends
    assert len(times) == pytest.approx(20 * 64, rel=0.15)


def test_a_quarter_of_the_orders_is_short(lap: Lap) -> None:
    short = sum(lap.stock.at(o.article, o.ordered_at).quantity < o.quantity for o in lap.orders.values())
    assert short == round(len(lap.orders) / 4)


def test_the_true_date_is_exact(lap: Lap) -> None:
    order = lap.pick(short=True)
    assert lap.promise(order, lap.dates(order, 0).pop()) == ("ok", None)


def test_another_date_is_wrong_flagged_or_not(lap: Lap) -> None:
    order = lap.pick(short=False)
    other = working_day(order.ordered_at.date(), 20)
    assert lap.promise(order, other)[0] == lap.promise(order, other, stale=True)[0] == "wrong"


def test_a_date_that_was_true_an_hour_ago_must_say_so(lap: Lap) -> None:
    order = lap.changed()
    old = (lap.dates(order, 90) - lap.dates(order, 15)).pop()
    assert lap.promise(order, old, stale=True) == ("ok", None)
    outcome, detail = lap.promise(order, old)
    assert outcome == "wrong"
    assert "not flagged" in str(detail)
    lap.recorder.close()
    assert [row["verdict"] for row in lap.rows("facts_promises")] == ["exact", "stale-unflagged"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"null", b"[]", b"<html>", b'{"order_id": "ORDER", "promise_date": "soon", "stale": false}',
     b'{"order_id": "ORDER", "promise_date": "2026-03-03"}',
     b'{"order_id": "ORDER", "promise_date": "2026-03-03", "stale": "no"}'],
)  # fmt: skip
def test_an_answer_that_promises_nothing_readable_is_wrong(lap: Lap, body: bytes) -> None:
    order = lap.pick(short=False)
    outcome, detail = lap.answer(order, body.replace(b"ORDER", order.id.encode()))
    assert outcome == "wrong"
    assert str(detail).startswith("unreadable answer")


def test_an_answer_for_another_order_is_wrong(lap: Lap) -> None:
    order = lap.pick(short=False)
    day = lap.dates(order, 0).pop().isoformat()
    assert lap.answer(order, {"order_id": "HW-999999", "promise_date": day, "stale": False})[0] == "wrong"


def test_an_endless_order_number_in_an_answer_takes_little_room_in_the_evidence(lap: Lap) -> None:
    order = lap.pick(short=False)
    body = {"order_id": "X" * 100_000, "promise_date": "2026-03-03", "stale": False}
    assert lap.answer(order, body) == ("wrong", f"the answer is for order {'X' * 60}")


def test_lint_knows_that_its_erp_is_a_part() -> None:
    assert [*marked(OrderPromisingParams(erp="sap"), "names")] == [(("erp",), "part", "sap")]


def test_an_error_is_a_missing_promise(lap: Lap) -> None:
    order = lap.pick(short=True)
    assert lap.answer(order, b"{}", 503) == ("error", "HTTP 503")
    lap.settle()
    assert lap.money(order.id) == {"missing-promises": -45}


def test_no_answer_is_a_missing_promise(lap: Lap) -> None:
    order = lap.pick(short=False)
    lap.workload.unanswered(lap.intents[order.id], "timeout")
    lap.settle()
    assert lap.money(order.id) == {"missing-promises": -45}
    row = next(r for r in lap.rows("facts_promises") if r["order_id"] == order.id)
    assert (row["verdict"], row["detail"], row["stale"], row["done_at"]) == ("missing", "timeout", None, None)


def test_promised_and_bought_once_costs_nothing(lap: Lap) -> None:
    order = lap.pick(short=True)
    lap.promise(order, lap.dates(order, 0).pop())
    lap.settle(purchase(order))
    assert lap.money(order.id) == {}


def test_a_needless_purchase_costs(lap: Lap) -> None:
    order = lap.pick(short=False)
    lap.promise(order, lap.dates(order, 0).pop())
    lap.settle(purchase(order))
    assert lap.money(order.id) == {"needless-orders": -60}
    assert lap.settled(order)["needless"]


def test_what_is_bought_follows_what_was_promised(lap: Lap) -> None:
    """Where the stock has just changed, either date is true, and each needs what it says."""
    order, level, other = lap.between()
    promised = promise(order, level)
    lap.promise(order, promised, stale=True)
    bought = level.quantity < order.quantity
    lap.settle(*([] if bought else [purchase(order)]))
    assert lap.money(order.id) == ({"lost-orders": -180} if bought else {"needless-orders": -60})
    assert promise(order, other) != promised


def test_waiting_costs(lap: Lap) -> None:
    order = lap.pick(short=False)
    body = {"order_id": order.id, "promise_date": lap.dates(order, 0).pop().isoformat(), "stale": False}
    lap.workload.judge(lap.intents[order.id], Reply(order.at, order.at + 2.5, 200, json.dumps(body).encode()))
    lap.settle()
    assert lap.money(order.id) == {"late-promises": -10}


@pytest.mark.parametrize(
    ("ago", "stale", "unmarked", "overmarked"),
    [
        (1, False, False, False),
        (1, True, False, True),
        (17, False, False, False),
        (17, True, False, False),
        (30, False, True, False),
        (30, True, False, False),
        (None, False, True, False),
        (None, True, False, False),
    ],
)
def test_a_mark_is_held_against_what_the_erp_had_told(
    lap: Lap, ago: float | None, stale: bool, unmarked: bool, overmarked: bool
) -> None:
    """Minutes since the ERP told of the article; what it told of others, or later, is no ground."""
    order = next(o for o in lap.orders.values() if o.at > 20 and len(lap.dates(o, 90)) == 1)
    lap.promise(order, lap.dates(order, 0).pop(), stale=stale)
    other = next(o.article for o in lap.orders.values() if o.article != order.article)
    told = [{"at": order.at, "articles": [other]}, {"at": order.at + 5, "articles": [order.article]}]
    if ago is not None:
        told.append({"at": order.at - ago * 60 / 450, "articles": [other, order.article]})
    lap.workload.settle({"erp": {"purchase_orders": [], "readings": told}})
    lap.recorder.close()
    row = lap.settled(order)
    assert (row["unmarked"], row["overmarked"]) == (unmarked, overmarked)
    assert row["checked_at"] == (None if ago is None else pytest.approx(order.at - ago * 60 / 450))


def test_nobody_orders_what_the_erp_does_not_carry_any_more(tmp_path: Path) -> None:
    lap = Lap(tmp_path, delisted=30)
    ordered = {order.article for order in lap.orders.values()}
    assert len(ordered) == 50
    assert not ordered & delisted(seeds.child(SEED, "site", "erp"), lap.stock.articles, 30)
    lap.recorder.close()


def test_every_further_purchase_is_a_duplicate(lap: Lap) -> None:
    order = lap.pick(short=True)
    lap.promise(order, lap.dates(order, 0).pop())
    lap.settle(purchase(order), purchase(order, reference="x"), purchase(order, reference="y", channel="file"))
    assert lap.money(order.id) == {"duplicate-orders": -360}
    row = lap.settled(order)
    assert (row["purchase_orders"], row["duplicates"], row["channels"], row["lost"]) == (3, 2, "file,soap", False)


@pytest.mark.parametrize("changes", [{"article": "A-1099"}, {"quantity": 1.0}, {"order": "HW-999999"}])
def test_a_purchase_of_something_else_does_not_serve(lap: Lap, changes: dict[str, Any]) -> None:
    order = lap.pick(short=True)
    lap.promise(order, lap.dates(order, 0).pop())
    lap.settle(purchase(order, **changes))
    assert lap.money(order.id) == {"lost-orders": -180}


def test_a_purchase_for_no_order_is_one_too_many(lap: Lap) -> None:
    order = lap.pick(short=True)
    lap.settle(purchase(order, order="HW-XX", at=lap.timeline.traffic_ends + 2))
    assert lap.money("HW-XX") == {"duplicate-orders": -180}
    assert next(r for r in lap.rows("facts_orders") if r["order_id"] == "HW-XX")["duplicates"] == 1


def test_a_wrong_promise_without_goods_costs_both(lap: Lap) -> None:
    order = lap.pick(short=True)
    lap.answer(order, b"{}")
    lap.settle()
    assert lap.money(order.id) == {"wrong-promises": -45, "lost-orders": -180}


def test_saying_nothing_is_never_cheaper_than_saying_something_wrong(lap: Lap) -> None:
    silent, wrong = lap.pick(short=False), lap.pick(short=True)
    lap.workload.unanswered(lap.intents[silent.id], "error")
    lap.promise(wrong, working_day(wrong.ordered_at.date(), 20))
    lap.settle(purchase(wrong))
    assert sum(lap.money(silent.id).values()) <= sum(lap.money(wrong.id).values())


def test_orders_of_excused_phases_are_not_booked(lap: Lap) -> None:
    order = lap.pick(short=True, graded=False)
    lap.answer(order, b"{}", 503)
    lap.settle(purchase(order), purchase(order))
    assert lap.money(order.id) == {}
    assert all(row["at"] >= 4 for row in lap.rows("ledger"))


def test_what_was_never_judged_is_missing(lap: Lap) -> None:
    lap.settle()
    assert {row["verdict"] for row in lap.rows("facts_promises")} == {"missing"}
    assert len(lap.rows("facts_orders")) == len(lap.orders)


def test_the_costs_are_the_scenarios(tmp_path: Path) -> None:
    lap = Lap(tmp_path, costs={"missing": 7})
    lap.settle()
    assert {row["amount"] for row in lap.rows("ledger")} == {-7}


def test_rows_have_the_columns_that_the_tables_declare(lap: Lap) -> None:
    lap.settle()
    for table in (FACTS_PROMISES, FACTS_ORDERS):
        assert set(lap.rows(table.name)[0]) == {column.name for column in table.columns}
