"""What a customer is told a basket costs, and what it is worth when that is not so."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios.loader import load
from scenarios.model import Scenario
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.workloads.base import Context, Intent, Reply
from simulator.workloads.shop_orders import SHOP_ORDERS
from tests.unit.workloads.replay import SEEDS, baskets, golden, play

SCENARIO = Scenario.model_validate(
    {
        "id": "shop", "title": "Shop", "customer": {"name": "X", "trade": "coffee", "currency": "EUR"},
        "level": 0, "minutes": 10,
        "datasets": {
            "articles": {
                "rows": 12,
                "columns": {"id": {"sequence": "A-{}"}, "price": {"number": {"uniform": {"from": 9, "to": 2000}}}},
                "dirt": [{"wrong-unit": {"column": "price", "times": 100}}],
            }
        },
        "deployment": {"services": {"shop": {"command": ["true"]}}, "editable": ["**"]},
        "traffic": {"orders": {"workload": "shop-orders", "to": "shop", "rate": "10/s"}},
        "phases": [
            {"name": "warm-up", "lasts": "2s", "simulates": "30m", "graded": False, "excused": "it warms up"},
            {"name": "day", "lasts": "20s", "simulates": "8h"},
        ],
        "checks": [{"id": "c", "family": "data", "sql": "select 1", "expect": "== 1", "says": "x"}],
    }
)  # fmt: skip
SEED = 5
GOLDEN = Path(__file__).parents[2] / "golden" / "shop-orders.json.gz"
GOLDEN_SCENARIO = GOLDEN.with_name("shop-orders.yaml")


class Lap:
    """One lap of the workload."""

    def __init__(self, folder: Path, scenario: Scenario = SCENARIO, **params: Any) -> None:
        self.folder = folder
        self.recorder = Recorder(folder, "field")
        data = Datasets(scenario.datasets, SEED)
        context = Context(
            "orders", scenario.traffic["orders"], scenario, SEED, Clock(timeline(scenario), 0), self.recorder, data
        )
        self.workload = SHOP_ORDERS.make(context, SHOP_ORDERS.params.model_validate(params))
        self.intents = self.workload.intents()
        clean = data["articles"].clean
        self.prices = {str(i): round(float(p), 2) for i, p in zip(clean["id"], clean["price"], strict=True)}

    def graded(self) -> Intent:
        return next(intent for intent in self.intents if intent.at > 2)

    def truth(self, intent: Intent) -> float:
        lines: list[dict[str, Any]] = json.loads(intent.body)["lines"]
        return float(round(sum(self.prices[one["article"]] * one["quantity"] for one in lines), 2))

    def answer(self, intent: Intent, total: Any, status: int = 200, **more: Any) -> tuple[str, str | None]:
        body = json.dumps({"order_id": intent.key, "total": total} | more).encode()
        judged = self.workload.judge(intent, Reply(intent.at, intent.at + 0.1, status, body))
        return judged.outcome, judged.detail

    def rows(self, table: str) -> list[dict[str, Any]]:
        self.recorder.close()
        lines = [line for file in self.folder.glob(f"{table}.*.jsonl") for line in file.read_text().splitlines()]
        return [json.loads(line) for line in lines]


@pytest.fixture
def lap(tmp_path: Path) -> Iterator[Lap]:
    lap = Lap(tmp_path)
    yield lap
    lap.recorder.close()


def test_the_same_seed_asks_the_same(tmp_path: Path) -> None:
    one, other = Lap(tmp_path / "one"), Lap(tmp_path / "other")
    assert one.intents == other.intents
    baskets = [json.loads(intent.body)["lines"] for intent in one.intents]
    assert {len(lines) for lines in baskets} == {1, 2, 3}
    assert all(len({line["article"] for line in lines}) == len(lines) for lines in baskets)


def test_the_truth_is_what_the_clean_data_says(lap: Lap) -> None:
    assert [lap.answer(intent, lap.truth(intent)) for intent in lap.intents] == [("ok", None)] * len(lap.intents)
    lap.workload.settle({})
    assert lap.rows("ledger") == []
    assert {row["verdict"] for row in lap.rows("facts_totals")} == {"exact"}


def test_what_each_mistake_costs(lap: Lap) -> None:
    intents = [intent for intent in lap.intents if intent.at > 2][:5]
    truths = [lap.truth(intent) for intent in intents]
    assert lap.answer(intents[0], truths[0] + 0.01)[0] == "wrong"
    assert lap.answer(intents[1], truths[1] - 5)[0] == "wrong"
    assert lap.answer(intents[2], truths[2], status=500) == ("error", "HTTP 500")
    lap.workload.unanswered(intents[3], "timeout")
    assert lap.answer(intents[4], "12,50")[0] == "wrong"
    booked: dict[str, float] = defaultdict(float)
    for row in lap.rows("ledger"):
        booked[row["account"]] += row["amount"]
    left = -0.3 * (truths[0] + truths[2] + truths[3] + truths[4])
    assert booked == {"customers-who-left": pytest.approx(left, abs=0.03), "sold-below-price": pytest.approx(-5)}
    verdicts = [row["verdict"] for row in lap.rows("facts_totals")]
    assert verdicts == ["too-high", "too-low", "missing", "missing", "missing"]


def test_what_is_not_graded_costs_as_everything_else_does(tmp_path: Path) -> None:
    opening = SCENARIO.phases[0].model_copy(update={"excused": None})
    watched = SCENARIO.model_copy(update={"phases": [opening, *SCENARIO.phases[1:]]})
    lap = Lap(tmp_path, watched)
    first = lap.intents[0]
    assert first.at < 2
    lap.workload.unanswered(first, "timeout")
    (row,) = lap.rows("ledger")
    assert row["at"] == first.at
    assert row["amount"] < 0


def test_what_is_excused_costs_nothing_and_what_was_never_sent_does(lap: Lap) -> None:
    first = lap.intents[0]
    assert first.at < 2
    lap.workload.unanswered(first, "timeout")
    lap.workload.settle({})
    assert len(lap.rows("facts_totals")) == len(lap.intents)
    assert len(lap.rows("ledger")) == sum(intent.at >= 2 for intent in lap.intents)


@pytest.mark.parametrize("total", [None, "12.50", -1, True, 1e300, [1]])
def test_a_total_that_is_no_amount_is_no_total(lap: Lap, total: Any) -> None:
    assert lap.answer(lap.graded(), total)[0] == "wrong"
    assert [row["verdict"] for row in lap.rows("facts_totals")] == ["missing"]


def test_an_answer_for_somebody_else_is_no_answer(lap: Lap) -> None:
    intent = lap.graded()
    outcome, detail = lap.answer(intent, lap.truth(intent), order_id="x" * 500)
    assert outcome == "wrong"
    assert detail == f"the answer is for {'x' * 60}"


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_what_its_python_was(seed: int, tmp_path: Path) -> None:
    # Recorded of the module that the YAML replaced: requests, outcomes, facts and ledger, to the byte.
    found = play(SHOP_ORDERS, load(GOLDEN_SCENARIO), seed, tmp_path, baskets)
    wanted = golden(GOLDEN)[str(seed)]
    assert found["requests"] == wanted["requests"]
    assert found["outcomes"] == wanted["outcomes"]
    assert found["tables"] == wanted["tables"]
