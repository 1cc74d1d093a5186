"""Shop orders: every customer asks what a basket costs, and pays that or leaves.

The truth is the articles' clean prices, so the data that the deployment reads them from may be as dirty as it likes.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import orjson
from pydantic import BaseModel, Field, StrictFloat, StrictInt

from scenarios.units import Share
from scenarios.vocabulary import Named, Params
from simulator import seeds
from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table
from simulator.workloads import answers
from simulator.workloads.arrivals import arrivals
from simulator.workloads.base import Context, Intent, Judgement, Reply, Route, WorkloadKind
from simulator.workloads.decisions import Decision, Decisions

Verdict = Literal["exact", "too-high", "too-low", "missing"]

CENT = Decimal("0.01")


class ShopOrdersParams(Params):
    """Parameters of workload `shop-orders`."""

    articles: str = Field(default="articles", json_schema_extra={"names": "dataset"})
    """The dataset of what is sold; its key is what orders name."""
    price: str = "price"
    """Its column of prices."""
    lines: int = Field(default=3, gt=0)
    """The most lines that an order has."""
    margin: Share = Field(default=0.3, ge=0, le=1)
    """Part of an order's value that is lost when the customer leaves."""

    def named(self) -> Iterable[Named]:
        yield Named(("price",), self.price, self.articles, clean=True)


FACTS_TOTALS = Table(
    "facts_totals",
    "what each customer was told that the basket costs",
    (
        Column("at", "real", "when the order came in, as intended"),
        Column("done_at", "real", "when the answer was complete; null: no answer"),
        Column("order_id", "text", "key of the order"),
        Column("basket", "text", "quantity × article, joined by ', '"),
        Column("told", "real", "total in the answer; null: none that can be read"),
        Column("truth", "real", "what it costs", EXAMINER),
        Column("verdict", "text", "exact · too-high · too-low · missing", EXAMINER),
        Column("detail", "text", "why it is not exact", EXAMINER),
    ),
    whose=CUSTOMER,
)


class Answer(BaseModel):
    """What the service must answer."""

    order_id: str
    """As asked."""
    total: StrictFloat | StrictInt = Field(ge=0, lt=10**12, allow_inf_nan=False)
    """What all of it costs, in the customer's currency; it is rounded to the cent."""


@dataclass(frozen=True)
class Basket:
    """One order, due at wall second `at`."""

    id: str
    at: float
    ordered_at: datetime
    lines: Mapping[str, int]
    """Quantity by article."""
    truth: Decimal


class ShopOrders:
    """One lap of baskets."""

    def __init__(self, context: Context, params: ShopOrdersParams) -> None:
        self._context = context
        self._margin = Decimal(str(params.margin))
        seed = seeds.child(context.seed, "workload", context.stream)
        times = arrivals(seed, context.flow.rate, context.clock.timeline.traffic_ends, context.flow.arrival)
        clean = context.data[params.articles].clean
        prices = {
            str(name): _cents(price)
            for name, price in zip(clean[context.data[params.articles].key], clean[params.price], strict=True)
        }
        rng = seeds.rng(seed, "baskets")
        made = (self._basket(rng, number, at, prices, params.lines) for number, at in enumerate(times, start=1))
        self._open = {basket.id: basket for basket in made}

    def _basket(self, rng: random.Random, number: int, at: float, prices: Mapping[str, Decimal], most: int) -> Basket:
        chosen = rng.sample(list(prices), rng.randint(1, min(most, len(prices))))
        lines = {article: rng.randint(1, 3) for article in chosen}
        truth = sum((prices[article] * quantity for article, quantity in lines.items()), Decimal())
        ordered_at = self._context.clock.timeline.sim(at).replace(microsecond=0)
        return Basket(f"{number:05d}", at, ordered_at, lines, truth)

    def intents(self) -> list[Intent]:
        """Return one `POST /orders` for each basket."""
        return [self._intent(basket) for basket in self._open.values()]

    def _intent(self, basket: Basket) -> Intent:
        lines = [{"article": article, "quantity": quantity} for article, quantity in basket.lines.items()]
        body = {"order_id": basket.id, "ordered_at": basket.ordered_at.isoformat(), "lines": lines}
        headers = {"Content-Type": "application/json"}
        name = f"{self._context.stream}-{basket.id}"
        return Intent(name, basket.at, "POST", "/orders", orjson.dumps(body), headers, basket.id)

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Return `ok` when exact to the cent; a 2xx answer without a readable total is `wrong`."""
        basket = self._open.pop(str(intent.key))
        if not 200 <= reply.status < 300:
            self._note(basket, "missing", None, reply.done_at, f"HTTP {reply.status}")
            return Judgement("error", f"HTTP {reply.status}")
        answer = answers.read(Answer, reply.body, order_id=basket.id)
        if isinstance(answer, str):
            self._note(basket, "missing", None, reply.done_at, answer)
            return Judgement("wrong", answer)
        told = _cents(answer.total)
        if told == basket.truth:
            self._note(basket, "exact", told, reply.done_at, None)
            return Judgement("ok")
        detail = f"told {told}, costs {basket.truth}"
        self._note(basket, "too-high" if told > basket.truth else "too-low", told, reply.done_at, detail)
        return Judgement("wrong", detail)

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Book that the customer leaves."""
        self._note(self._open.pop(str(intent.key)), "missing", None, None, outcome)

    def settle(self, _site: Mapping[str, Mapping[str, Any]]) -> None:
        """Record that orders which were never sent got no total either."""
        for basket in self._open.values():
            self._note(basket, "missing", None, None, "never sent")
        self._open.clear()

    def _note(
        self, basket: Basket, verdict: Verdict, told: Decimal | None, done_at: float | None, detail: str | None
    ) -> None:
        row = {
            "at": basket.at, "done_at": done_at, "order_id": basket.id,
            "basket": ", ".join(f"{quantity} × {article}" for article, quantity in basket.lines.items()),
            "told": None if told is None else float(told), "truth": float(basket.truth), "verdict": verdict,
            "detail": detail,
        }  # fmt: skip
        self._context.recorder.write("facts_totals", row)
        if verdict == "too-low" and told is not None:
            self._book(basket, "sold-below-price", basket.truth - told, verdict)
        elif verdict != "exact":
            self._book(basket, "customers-who-left", basket.truth * self._margin, verdict)

    def _book(self, basket: Basket, account: str, loss: Decimal, cause: str) -> None:
        if self._context.clock.timeline.span(basket.at).counts:
            amount = -float(loss.quantize(CENT, ROUND_HALF_UP))
            row = {"at": basket.at, "account": account, "amount": amount, "cause": cause, "key": basket.id}
            self._context.recorder.write("ledger", row)


def _cents(price: Any) -> Decimal:
    """Return a price or total rounded to the cent, with halves rounded up."""
    return Decimal(str(price)).quantize(CENT, ROUND_HALF_UP)


SHOP_ORDERS = WorkloadKind(
    "shop-orders",
    ShopOrdersParams,
    ShopOrders,
    tables=(FACTS_TOTALS,),
    about=(
        "Every customer asks what a basket costs. A total is right when it is that of the dataset's clean prices, to"
        " the cent. Who is told too much, or nothing, leaves; who is told too little buys."
    ),
    routes=(
        Route(
            "POST /orders",
            "What does this basket cost?",
            Answer,
            {
                "order_id": "text, such as 00001",
                "ordered_at": "simulated local time, ISO 8601 without a zone",
                "lines": "list of objects: `article` (text, a key of the dataset) and `quantity` (whole number)",
            },
        ),
    ),
    accounts={
        "sold-below-price": "what a total was too low by",
        "customers-who-left": "`margin` of the true total of each who was told too much, or nothing",
    },
    decisions=Decisions(
        {"POST /orders": (Decision("order_id", "key"), Decision("total", "number", (0, 1, 50)))},
    ),
)
