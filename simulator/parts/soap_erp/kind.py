"""The ERP as the registry knows it; the server's libraries are imported only when one is made."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from simulator.clock import Timeline
from simulator.levels import Levels
from simulator.parts.base import PartKind, Told, made_by, refuses
from simulator.parts.soap_erp.errors import Code
from simulator.parts.soap_erp.orders import PurchaseOrder
from simulator.parts.soap_erp.params import ErpParams
from simulator.parts.soap_erp.tables import TABLES

ORDER = tuple(PurchaseOrder.__dataclass_fields__)
"""What the ERP says of a purchase order."""

_BEYOND = timedelta(days=2)
"""How long after the lap its levels are known."""


def _stock(params: ErpParams, seed: int, timeline: Timeline, _data: Mapping[str, Any]) -> Levels:
    """Return what lies in the warehouse, by article."""
    return _levels(params, seed, timeline, "quantity")


def _lead_days(params: ErpParams, seed: int, timeline: Timeline, _data: Mapping[str, Any]) -> Levels:
    """Working days until there is more, by article."""
    return _levels(params, seed, timeline, "lead_days")


def _levels(params: ErpParams, seed: int, timeline: Timeline, name: str) -> Levels:
    # Late: not every scenario's truth is in here.
    from simulator.parts.soap_erp.stock import Stock

    starts = timeline.spans[0].sim_begins
    stock = Stock(seed, params.articles, starts)
    until = timeline.spans[-1].sim(timeline.spans[-1].ends) + _BEYOND
    return Levels({
        (article,): [(starts, getattr(stock.at(article, starts), name)),
                     *((at, getattr(level, name)) for at, level in stock.changes(article, starts, until))]
        for article in stock.articles
    })  # fmt: skip


SOAP_ERP = PartKind(
    name="soap-erp",
    params=ErpParams,
    make=made_by("simulator.parts.soap_erp.part:SoapErp"),
    protocol="http",
    tables=TABLES,
    example=lambda _params: "GET /?wsdl",
    speaks="xml",
    series={"stock": _stock, "lead-days": _lead_days},
    settles=lambda _params: {
        "purchase_orders": Told(ORDER, ("purchase_orders",)),
        "readings": Told(("at", "articles"), ("readings",)),
    },
    key=lambda _params: r"<(?:[\w.-]+:)?Auftrag(?:\s[^>]*)?>\s*([^<\s]{1,20})\s*<",
    limits={
        "sessions": refuses(Code.SITZUNGSLIMIT),
        "calls": refuses(Code.ZU_VIELE_AUFRUFE),
        "lockout": refuses(Code.KENNUNG_GESPERRT),
    },
)
