"""What would have been true in another exam, and code that a deployment can ship because it is public."""

import json
from datetime import date
from pathlib import Path

from scenarios.model import Scenario
from simulator import seeds
from simulator.clock import timeline
from simulator.parts.soap_erp.articles import articles
from simulator.parts.soap_erp.stock import Stock
from simulator.workloads.arrivals import arrivals
from simulator.workloads.order_book import Book, promise

ROOT = Path(__file__).parents[2]
SHIPPED = ("seeds.py", "parts/soap_erp/stock.py", "parts/soap_erp/articles.py")


def dates(scenario: Scenario, seed: int) -> dict[str, date]:
    """The true date of every order, by its id, when an exam has this seed."""
    flow, plan = scenario.traffic["orders"], timeline(scenario)
    count = 80
    stock = Stock(seeds.child(seed, "site", "erp"), count, plan.spans[0].sim_begins)
    own = seeds.child(seed, "workload", "orders")
    book = Book(articles(count), short=0.25)
    orders = book.orders(own, arrivals(own, flow.rate, plan.traffic_ends, flow.arrival), plan, stock)
    return {order.id: promise(order, stock.at(order.article, order.ordered_at)) for order in orders}


def known(scenario: Scenario, seed: int) -> dict[str, str]:
    """What `replays_answers` ships."""
    return {"app/known.json": json.dumps({name: day.isoformat() for name, day in dates(scenario, seed).items()})}


def our_code() -> dict[str, str]:
    """The simulator's code as a part of a deployment."""
    code = {f"app/simulator/{name}": (ROOT / "simulator" / name).read_text("utf-8") for name in SHIPPED}
    return {name: text.replace("from simulator", "from app.simulator") for name, text in code.items()}
