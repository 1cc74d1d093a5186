"""What a business in YAML costs beside the same in Python: its expressions, and a judged answer with facts and ledger.

CPU time of this process, each way in turns: what else the machine does slows some rounds, never one way alone.
"""

import gc
import json
import math
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from pydantic import BaseModel, Field, StrictFloat, StrictInt

from scenarios.loader import load
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.dirt.expression import Expression
from simulator.evidence.recorder import Recorder
from simulator.workloads import WORKLOADS, answers
from simulator.workloads.base import Context, Intent, Judgement, Reply
from simulator.workloads.cases.expression import Expr, Of
from tests.conftest import Figure

ROUNDS, RATE = 5, 400.0
SCENARIO = Path(__file__).parents[1] / "golden" / "shop-orders.yaml"
SCOPE = {
    "total": Of("real", True, True), "truth": Of("real"), "verdict": Of("text", late=True), "margin": Of("real"),
    "quantity": Of("integer"), "price": Of("real"),
}  # fmt: skip
VALUES: dict[str, Any] = {
    "total": 12.5, "truth": 13.0, "verdict": "too-low", "margin": 0.3, "quantity": 3, "price": 4.5,
}  # fmt: skip
TEXTS = ["total == truth", "total > truth", 'verdict in ["too-high", "missing"]', "truth * margin", "truth - total",
         "where(quantity > 2, quantity * price, 0.0)"]  # fmt: skip


def _microseconds(run: Callable[[], object], times: int) -> float:
    begin = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - begin) / times * 1e6


@pytest.mark.cores(1)
def test_a_set_of_expressions(figure: Figure) -> None:
    compiled = [Expr(text, SCOPE) for text in TEXTS]
    arrays = {k: np.array([v], dtype=object if isinstance(v, str) else None) for k, v in VALUES.items()}
    existing = [Expression(text) for text in TEXTS]

    def by_hand() -> None:
        v = VALUES
        _ = (v["total"] == v["truth"], v["total"] > v["truth"], v["verdict"] in ("too-high", "missing"),
             v["truth"] * v["margin"], v["truth"] - v["total"],
             v["quantity"] * v["price"] if v["quantity"] > 2 else 0.0)  # fmt: skip

    best = dict.fromkeys(("python", "compiled", "arrays"), math.inf)
    for _ in range(ROUNDS):
        best["python"] = min(best["python"], _microseconds(by_hand, 20_000))
        best["compiled"] = min(best["compiled"], _microseconds(lambda: [one(VALUES) for one in compiled], 20_000))
        best["arrays"] = min(best["arrays"], _microseconds(lambda: [e(arrays.__getitem__) for e in existing], 1_000))
    for name, value in best.items():
        figure(f"six expressions, {name}", value, "us", **({"budget": "≤ 5 µs"} if name == "compiled" else {}))
    # What datasets' expressions cost, of one case at a time, is what this is to be far below.
    assert best["compiled"] * 5 < best["arrays"]


class Answer(BaseModel):
    """As a workload in Python reads it."""

    order_id: str
    total: StrictFloat | StrictInt = Field(ge=0, lt=10**12, allow_inf_nan=False)


def _cents(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


class InPython:
    """Shop orders as they were written before: the answer, the verdict, a row of facts and one of the ledger."""

    def __init__(self, context: Context, truths: dict[str, Decimal]) -> None:
        self._context, self._open = context, truths

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        truth = self._open.pop(str(intent.key))
        answer = answers.read(Answer, reply.body, order_id=str(intent.key))
        assert not isinstance(answer, str)
        told = _cents(answer.total)
        verdict = "exact" if told == truth else "too-high" if told > truth else "too-low"
        detail = f"told {told}, costs {truth}"
        self._context.recorder.write("facts_totals", {
            "at": intent.at, "done_at": reply.done_at, "order_id": intent.key, "basket": str(intent.key),
            "told": float(told), "truth": float(truth), "verdict": verdict, "detail": detail,
        })  # fmt: skip
        if verdict != "exact" and self._context.clock.timeline.span(intent.at).graded:
            loss = truth - told if verdict == "too-low" else truth * Decimal("0.3")
            row = {"at": intent.at, "account": "x", "amount": -float(_cents(loss)), "cause": verdict, "key": intent.key}
            self._context.recorder.write("ledger", row)
        return Judgement("ok" if verdict == "exact" else "wrong", detail)


def _judged(folder: Path, python: bool) -> float:
    """Microseconds of an answer that is wrong, as most that cost something are."""
    folder.mkdir(parents=True)
    scenario, kind = load(SCENARIO), WORKLOADS["shop-orders"]
    flow = scenario.traffic["orders"].model_copy(update={"rate": RATE})
    data = Datasets(scenario.datasets, 1, scenario.clock.starts)
    with Recorder(folder, "field", tables=kind.tables) as recorder:
        context = Context("orders", flow, scenario, 1, Clock(timeline(scenario), 0.0), recorder, data)
        workload: Any = kind.make(context, kind.params.model_validate(flow.with_))
        intents = workload.intents()
        prices = dict(zip(data["articles"].clean["id"], data["articles"].clean["price"].tolist(), strict=True))
        if python:
            asked = {i.key: orjson.loads(i.body)["lines"] for i in intents}
            workload = InPython(context, {
                key: sum((_cents(prices[line["article"]]) * line["quantity"] for line in lines), Decimal())
                for key, lines in asked.items()
            })  # fmt: skip
        replies = [
            Reply(i.at, i.at + 0.01, 200, json.dumps({"order_id": i.key, "total": 12.3}).encode()) for i in intents
        ]
        gc.collect()
        begin = time.process_time()
        for intent, reply in zip(intents, replies, strict=True):
            workload.judge(intent, reply)
        return (time.process_time() - begin) / len(intents) * 1e6


@pytest.mark.cores(1)
def test_a_judged_answer(tmp_path: Path, figure: Figure) -> None:
    best = {"python": math.inf, "yaml": math.inf}
    for number in range(ROUNDS):
        for way in ("python", "yaml"):
            best[way] = min(best[way], _judged(tmp_path / f"{way}-{number}", way == "python"))
    for way, value in best.items():
        figure(f"judged answer, {way}", value, "us")
    figure("judged answer, YAML to Python", best["yaml"] / best["python"], "ratio", budget="≤ 3, and ≤ 80 µs")
    assert best["yaml"] <= 3 * best["python"]
