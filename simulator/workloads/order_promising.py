"""Order promising: every customer order asks for a delivery date, and a short one needs a purchase order.

The truth is the ERP part's warehouse, computed here from the same seed. An answer is exact when its date was true at
some time since shortly before the order came in: 15 simulated minutes before for an answer that claims to be fresh, 90
for one that says it is stale.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

import orjson
from pydantic import BaseModel, Field, StrictBool

from scenarios.units import Share, Simulated, Wall
from scenarios.vocabulary import Params
from simulator import seeds
from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table
from simulator.parts.soap_erp.articles import articles
from simulator.parts.soap_erp.stock import Stock, delisted
from simulator.workloads import answers
from simulator.workloads.base import Context, Intent, Judgement, Reply, Route, WorkloadKind
from simulator.workloads.decisions import Decision, Decisions, Left
from simulator.workloads.order_book import Book, BookedOrder, is_short, promises, working_day

Verdict = Literal["exact", "stale-unflagged", "wrong", "missing"]

_LONGEST = 60
"""Most characters of an answer that the evidence repeats: a deployment decides how long it is."""


class Costs(Params):
    """What each mishap costs the customer, in the customer's currency."""

    wrong: float = Field(default=45, ge=0)
    """A date that was not true."""
    missing: float = Field(default=45, ge=0)
    """No date at all."""
    stale: float = Field(default=15, ge=0)
    """A date that was true not long ago, told as if it were fresh."""
    duplicate: float = Field(default=180, ge=0)
    """Each purchase order beyond the first of an order, and each that belongs to no order."""
    needless: float = Field(default=60, ge=0)
    """Goods that were bought though the promise did not need them."""
    waiting: float = Field(default=10, ge=0)
    """A date for which the customer waited longer than `patience`."""
    lost: float = Field(default=180, ge=0)
    """A date was promised, and the goods that it needs were never bought."""


class OrderPromisingParams(Params):
    """Parameters of workload `order-promising`."""

    erp: str = Field(default="erp", json_schema_extra={"names": "part"})
    """Name of the ERP (kind `soap-erp`) in the scenario's site."""
    articles: int = Field(default=80, gt=0)
    """How many articles are ordered; no more than the ERP has."""
    short: Share = Field(default=0.25, ge=0, le=1)
    """Part of the orders for which the warehouse has too little."""
    fresh: Simulated = 15 * 60.0
    """How old the truth behind an answer may be that is not flagged as stale."""
    stale: Simulated = 90 * 60.0
    """How old it may be when it is flagged."""
    patience: Wall = 2.0
    """How long a customer waits for a date without minding."""
    slack: Simulated = 3 * 60.0
    """How far the deployment's clock and the ERP's may be apart when it is asked how old a date's ground was."""
    costs: Costs = Costs()


FACTS_PROMISES = Table(
    "facts_promises",
    "what was promised for each order, as the answers come in",
    (
        Column("at", "real", "when the order came in, as intended"),
        Column("done_at", "real", "when the answer was complete; null: no answer"),
        Column("order_id", "text", "key of the order"),
        Column("article", "text", "the article that is ordered"),
        Column("quantity", "integer", "how many of it are ordered"),
        Column("promised", "text", "date in the answer"),
        Column("truth", "text", "dates that were true, joined by a blank", EXAMINER),
        Column("verdict", "text", "exact · stale-unflagged · wrong · missing", EXAMINER),
        Column("stale", "boolean", "whether the answer says that it is stale; null: no answer"),
        Column("short", "boolean", "whether the warehouse had too little; null: it changed meanwhile", EXAMINER),
        Column("detail", "text", "why it is not exact", EXAMINER),
    ),
    whose=CUSTOMER,
)
FACTS_ORDERS = Table(
    "facts_orders",
    "what the ERP holds for each order once the night's import is over",
    (
        Column("at", "real", "when the order came in, as intended"),
        Column("order_id", "text", "key of the order"),
        Column("article", "text", "the article that is ordered"),
        Column("quantity", "integer", "how many of it are ordered"),
        Column("answered", "boolean", "whether a date was promised"),
        Column("short", "boolean", "whether the warehouse had too little; null: it changed meanwhile", EXAMINER),
        Column("purchase_orders", "integer", "how many there are for it"),
        Column("channels", "text", "how they reached the ERP: soap, file or both"),
        Column("duplicates", "integer", "purchase orders beyond the one that is needed", EXAMINER),
        Column("needless", "boolean", "goods were bought, and the promise did not need them", EXAMINER),
        Column("lost", "boolean", "a promise that needs goods, and nothing was bought for it", EXAMINER),
        Column("checked_at", "real", "when the ERP had last told of the article before the answer; null: never"),
        Column("unmarked", "boolean", "the answer rests on what is older than `fresh`, and does not say so", EXAMINER),
        Column("overmarked", "boolean", "the answer says that it is stale, and the ERP had just told", EXAMINER),
    ),
    settled=True,
    whose=CUSTOMER,
)


class Answer(BaseModel):
    """What the service must answer."""

    order_id: str
    """As asked."""
    promise_date: date
    """ISO 8601, without a time."""
    stale: StrictBool
    """Whether it rests on what was true a while ago."""


class OrderPromising:
    """One lap of orders."""

    def __init__(self, context: Context, params: OrderPromisingParams) -> None:
        self._context = context
        self._params = params
        timeline = context.clock.timeline
        self._timeline = timeline
        self._stock = Stock(
            seeds.child(context.seed, "site", params.erp), params.articles, timeline.spans[0].sim_begins
        )
        seed = seeds.child(context.seed, "workload", context.stream)
        times = context.arrivals(seed)
        book = Book(self._carried(), params.short)
        self._orders = {o.id: o for o in book.orders(seed, times, timeline, self._stock)}
        self._verdicts: dict[str, Verdict] = {}
        self._answers: dict[str, Answer] = {}
        self._done: dict[str, float] = {}

    def _carried(self) -> list[str]:
        """Return the articles that the ERP carries, and so are ordered."""
        numbers = articles(self._params.articles)
        gone = self._context.scenario.site[self._params.erp].with_.get("delisted", 0)
        seed = seeds.child(self._context.seed, "site", self._params.erp)
        return [number for number in numbers if number not in delisted(seed, numbers, gone)]

    def intents(self) -> list[Intent]:
        """Return one `POST /orders` for each order."""
        return [self._intent(order) for order in self._orders.values()]

    def _intent(self, order: BookedOrder) -> Intent:
        body = {
            "order_id": order.id,
            "article": order.article,
            "quantity": order.quantity,
            "ordered_at": order.ordered_at.isoformat(),
        }
        headers = {"Content-Type": "application/json"}
        name = f"{self._context.stream}-{order.id}"
        return Intent(name, order.at, "POST", "/orders", orjson.dumps(body), headers, order.id)

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Return `ok` when the date is exact; a 2xx answer without a readable promise is `wrong`."""
        order = self._orders[str(intent.key)]
        self._done[order.id] = reply.done_at
        if not 200 <= reply.status < 300:
            self._note(order, "missing", None, set(), f"HTTP {reply.status}")
            return Judgement("error", f"HTTP {reply.status}")
        truth = self._truth(order, self._params.fresh)
        answer = answers.read(Answer, reply.body)
        if isinstance(answer, str):
            self._note(order, "wrong", None, truth, answer)
            return Judgement("wrong", answer)
        self._answers[order.id] = answer
        if reply.done_at - order.at > self._params.patience:
            self._book(order.at, "late-promises", self._params.costs.waiting, "waited", order.id)
        verdict, detail = self._verdict(order, answer, truth)
        self._note(order, verdict, answer, truth, detail)
        return Judgement("ok") if verdict == "exact" else Judgement("wrong", detail)

    def _verdict(self, order: BookedOrder, answer: Answer, fresh: set[date]) -> tuple[Verdict, str | None]:
        if answer.order_id != order.id:
            return "wrong", f"the answer is for order {answer.order_id[:_LONGEST]}"
        if answer.promise_date in fresh:
            return "exact", None
        stale = self._truth(order, self._params.stale)
        if answer.promise_date not in stale:
            return "wrong", f"promised {answer.promise_date}, true was {_join(stale)}"
        if answer.stale:
            return "exact", None
        return "stale-unflagged", f"promised {answer.promise_date}, true is {_join(fresh)}; not flagged as stale"

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Book that the customer has no date."""
        self._note(self._orders[str(intent.key)], "missing", None, set(), outcome)

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Compare the ERP's purchase orders with the orders, and book their costs; the others are already booked."""
        bought: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        erp = site[self._params.erp]
        for purchase in erp["purchase_orders"]:
            bought[purchase["order"]].append(purchase)
        readings = _by_article(erp.get("readings") or ())
        for order in self._orders.values():
            if order.id not in self._verdicts:
                self._note(order, "missing", None, set(), "never sent")
            self._settle(order, bought.pop(order.id, []), readings.get(order.article, ()))
        for name, purchases in bought.items():
            self._settle_stranger(name, purchases)

    def _settle(self, order: BookedOrder, purchases: list[Mapping[str, Any]], readings: Sequence[float]) -> None:
        answered, needed = self._verdicts[order.id] != "missing", self._needed(order)
        serves = any(p["article"] == order.article and float(p["quantity"]) == order.quantity for p in purchases)
        lost = answered and needed is True and not serves
        needless = answered and needed is False and bool(purchases)
        duplicates = max(0, len(purchases) - 1)
        told = bisect_right(readings, self._done.get(order.id, order.at))
        checked_at = readings[told - 1] if told else None
        self._write_order(order.at, order.id, order.article, order.quantity, purchases, duplicates,
                          answered=answered, short=self._short(order), lost=lost, needless=needless,
                          checked_at=checked_at, **self._marks(order, checked_at))  # fmt: skip
        costs = self._params.costs
        if lost:
            self._book(order.at, "lost-orders", costs.lost, "promised, never bought", order.id)
        if needless:
            self._book(order.at, "needless-orders", costs.needless, "bought, not needed", order.id)
        for _ in range(duplicates):
            self._book(order.at, "duplicate-orders", costs.duplicate, "bought again", order.id)

    def _needed(self, order: BookedOrder) -> bool | None:
        """Whether goods must be bought: a date that was true tells from which level it was promised."""
        answer = self._answers.get(order.id)
        if answer is not None and self._verdicts[order.id] in ("exact", "stale-unflagged"):
            return answer.promise_date != working_day(order.ordered_at.date(), 1)
        return self._short(order)

    def _marks(self, order: BookedOrder, checked_at: float | None) -> dict[str, bool]:
        """Return whether an answer keeps quiet about its age, and whether it warns of nothing."""
        answer = self._answers.get(order.id)
        if answer is None:
            return {"unmarked": False, "overmarked": False}
        age = None if checked_at is None else (order.ordered_at - self._timeline.sim(checked_at)).total_seconds()
        old = age is None or age > self._params.fresh + self._params.slack
        young = age is not None and age < self._params.fresh / 3
        return {"unmarked": old and not answer.stale, "overmarked": young and answer.stale}

    def _settle_stranger(self, name: str, purchases: list[Mapping[str, Any]]) -> None:
        """Book purchase orders that belong to none of the orders: all of them are surplus."""
        first = purchases[0]
        # What only the import found is booked on the last phase with traffic, which can be graded.
        at = min(float(first["at"]), self._timeline.traffic_ends - 0.001)
        self._write_order(at, name, first["article"], int(first["quantity"]), purchases, len(purchases),
                          answered=False, short=False, lost=False, needless=False, checked_at=None,
                          unmarked=False, overmarked=False)  # fmt: skip
        for _ in purchases:
            self._book(at, "duplicate-orders", self._params.costs.duplicate, "belongs to no order", name)

    def _write_order(
        self, at: float, name: str, article: str, quantity: int, purchases: list[Mapping[str, Any]], duplicates: int,
        **facts: bool | float | None,
    ) -> None:  # fmt: skip
        row = {
            "at": at, "order_id": name, "article": article, "quantity": quantity,
            "purchase_orders": len(purchases),
            "channels": ",".join(sorted({p["channel"] for p in purchases})) or None,
            "duplicates": duplicates, **facts,
        }  # fmt: skip
        self._context.recorder.write("facts_orders", row)

    def _book(self, at: float, account: str, cost: float, cause: str, key: str) -> None:
        if self._timeline.span(at).counts:
            row = {"at": at, "account": account, "amount": -cost, "cause": cause, "key": key}
            self._context.recorder.write("ledger", row)

    def _note(
        self, order: BookedOrder, verdict: Verdict, answer: Answer | None, truth: set[date], detail: str | None
    ) -> None:
        self._verdicts[order.id] = verdict
        costs = self._params.costs
        mishaps = {"missing": costs.missing, "wrong": costs.wrong, "stale-unflagged": costs.stale}
        if verdict != "exact":
            self._book(order.at, f"{verdict}-promises", mishaps[verdict], verdict, order.id)
        row = {
            "at": order.at, "done_at": self._done.get(order.id), "order_id": order.id, "article": order.article,
            "quantity": order.quantity, "promised": answer and answer.promise_date.isoformat(),
            "truth": _join(truth) or None, "verdict": verdict, "stale": answer and answer.stale,
            "short": self._short(order), "detail": detail,
        }  # fmt: skip
        self._context.recorder.write("facts_promises", row)

    def _window(self, order: BookedOrder, age: float) -> tuple[datetime, datetime]:
        until = self._timeline.sim(self._done.get(order.id, order.at))
        return order.ordered_at - timedelta(seconds=age), until

    def _truth(self, order: BookedOrder, age: float) -> set[date]:
        return promises(self._stock, order, *self._window(order, age))

    def _short(self, order: BookedOrder) -> bool | None:
        return is_short(self._stock, order, *self._window(order, self._params.stale))


def _by_article(readings: Iterable[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Return when the ERP told of each article, in order."""
    found: dict[str, list[float]] = defaultdict(list)
    for reading in sorted(readings, key=lambda one: float(one["at"])):
        for article in reading["articles"]:
            found[article].append(float(reading["at"]))
    return found


def _join(dates: set[date]) -> str:
    return " ".join(sorted(day.isoformat() for day in dates))


ORDER_PROMISING = WorkloadKind(
    "order-promising",
    OrderPromisingParams,
    OrderPromising,
    tables=(FACTS_PROMISES, FACTS_ORDERS),
    about=(
        "Customers order articles, and each order asks for a delivery date. A date is right when it follows from the"
        " ERP's stock at some time since `fresh` before the order (`stale`, where the answer says so): the next working"
        " day where the warehouse has enough, else after the article's lead days. A promise after the lead days needs"
        " one purchase order in the ERP, in the order's name, for its article and quantity; any other needs none."
    ),
    routes=(
        Route(
            "POST /orders",
            "When can this be delivered?",
            Answer,
            {
                "order_id": "text, such as HW-000001",
                "article": "text, an article's number in the ERP",
                "quantity": "whole number",
                "ordered_at": "simulated local time, ISO 8601 without a zone",
            },
        ),
    ),
    accounts={
        "missing-promises": "`missing` for each order that got no date",
        "wrong-promises": "`wrong` for each date that was not true",
        "stale-unflagged-promises": "`stale` for each old date told as if it were fresh",
        "late-promises": "`waiting` for each date that took longer than `patience`",
        "lost-orders": "`lost` for each that was promised and never bought",
        "needless-orders": "`needless` for each that was bought though its promise did not need it",
        "duplicate-orders": "`duplicate` for each purchase order too many",
    },
    leaves={"purchase orders in the ERP": "`order`, `article`, `quantity`: one for each promise that needs it"},
    decisions=Decisions(
        {
            "POST /orders": (
                Decision("order_id", "key"),
                Decision("promise_date", "date", (1, 7, 14)),
                Decision("stale", "choice", (False, True), flag=True),
            )
        },
        left=(
            Left(
                "purchase orders",
                "erp",
                ("purchase_orders",),
                {"order": "asked order_id", "article": "asked article", "quantity": "asked quantity"},
                rest={"channel": "soap"},
                case="order",
            ),
        ),
        subject="article",
    ),
)
