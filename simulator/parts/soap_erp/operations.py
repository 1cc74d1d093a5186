"""The ERP's operations, and the order of their refusals. No HTTP and no waiting here."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from simulator import seeds
from simulator.parts.base import Lap
from simulator.parts.soap_erp.articles import name
from simulator.parts.soap_erp.dropbox import Dropbox, Import
from simulator.parts.soap_erp.envelope import Call, element
from simulator.parts.soap_erp.errors import Code, ErpFault
from simulator.parts.soap_erp.numbers import parse, render
from simulator.parts.soap_erp.orders import OrderBook, PurchaseOrder
from simulator.parts.soap_erp.params import ErpParams
from simulator.parts.soap_erp.sessions import Sessions
from simulator.parts.soap_erp.stock import Stock, delisted
from simulator.parts.soap_erp.tables import DROPBOX, PURCHASE_ORDERS, SESSIONS
from simulator.sampling import ShuffledSampler

AT_MOST = 40
"""Most articles in one `BestandListe`."""

MOST_PROBLEMS = 20
"""Most problems of one file in the evidence; its protocol has all."""

TOKEN_LENGTH, ARTICLE_LENGTH, ORDER_LENGTH, REFERENCE_LENGTH = 64, 12, 20, 40

Hang = Literal["not", "done", "undone"]

_ORDINAL = re.compile(r"HW-(\d{1,9})", re.ASCII)


@dataclass
class Desk:
    """The ERP during one lap."""

    lap: Lap
    rules: ErpParams
    stock: Stock = field(init=False)
    sessions: Sessions = field(init=False)
    book: OrderBook = field(default_factory=OrderBook)
    readings: list[dict[str, Any]] = field(default_factory=list)
    """Which articles' quantities were told, and when, to callers that still waited."""
    dropbox: Dropbox = field(init=False)
    _articles: frozenset[str] = field(init=False)
    _queue_to_count: list[str] = field(init=False)
    _hung: ShuffledSampler = field(init=False)
    _undone: ShuffledSampler = field(init=False)
    _hung_so_far: int = 0
    _counted: frozenset[str] = frozenset()
    _written: set[str] = field(default_factory=set)
    """Shop orders that were written: only the first write of each one hangs."""

    def __post_init__(self) -> None:
        clock, seed = self.lap.clock, self.lap.seed
        self.stock = Stock(seed, self.rules.articles, clock.timeline.spans[0].sim_begins)
        self.sessions = Sessions(self.rules, clock.now, seeds.rng(seed, "tokens"))
        self._articles = frozenset(self.stock.articles) - delisted(seed, self.stock.articles, self.rules.delisted)
        self._queue_to_count = seeds.rng(seed, "counting").sample(sorted(self._articles), len(self._articles))
        self.dropbox = Dropbox(self._articles)
        self.configure(self.rules)

    def configure(self, rules: ErpParams) -> None:
        """Apply new rules from now on; the number of articles stays as it was when the lap began."""
        self.rules = self.sessions.rules = rules
        self._hung = ShuffledSampler(seeds.child(self.lap.seed, "hung writes"), rules.hung_writes.share)
        self._undone = ShuffledSampler(seeds.child(self.lap.seed, "undone writes"), rules.hung_writes.undone)
        self._counted = frozenset(self._queue_to_count[: rules.counting])

    def login(self, call: Call) -> tuple[str, str]:
        """Carry out `Anmelden`: return the new token, and the answer's content. Raises `ErpFault`."""
        try:
            if self.rules.locked:
                raise ErpFault(Code.NACHTSPERRE)
            user, password = call.one("Benutzer", TOKEN_LENGTH), call.one("Kennwort", TOKEN_LENGTH)
            token = self.sessions.login(user, password)
        except ErpFault as error:
            refused = error.code not in (Code.NACHTSPERRE, Code.ANFRAGE_UNGUELTIG)
            self._note_login(refused, error.code)
            raise
        self._note_login(False, "ok")
        return token, element("Sitzung", token) + element("GueltigMinuten", int(self.rules.token // 60))

    def hangs(self, call: Call) -> Hang:
        """Return whether the answer to this write is delayed, and whether it is done at once all the same."""
        order = call.one("Auftrag", ORDER_LENGTH)
        first = order not in self._written
        found = _ORDINAL.fullmatch(order)
        card = int(found[1]) if found else len(self._written)
        self._written.add(order)
        if not (first and self._hung.struck(card)):
            return "not"
        self._hung_so_far += 1
        return "undone" if self._undone.struck(self._hung_so_far - 1) else "done"

    def run(self, call: Call) -> str:
        """Carry out an operation of a session, and return the answer's content. Raises `ErpFault`."""
        return OPERATIONS[call.operation](self, call)

    def import_files(self) -> list[Import]:
        """Import the drop box at night, and return the results."""
        at = self.lap.clock.at()
        imports = self.dropbox.run(self.book, at)
        for done in imports:
            for order in done.created:
                self._note_order(order)
            self.note_file(done, "rejected" if done.problems else "imported")
        return imports

    def note_file(self, file: Import, event: str) -> None:
        """Record what happened to a file."""
        self.lap.recorder.write(
            DROPBOX.name,
            {"at": self.lap.clock.at(), "name": file.name, "event": event, "orders": file.orders,
             "created": len(file.created), "problems": "\n".join(file.problems[:MOST_PROBLEMS]) or None},
        )  # fmt: skip

    def _note_login(self, refused: bool, result: str) -> None:
        open_ = self.sessions.open
        self.lap.recorder.write(
            SESSIONS.name,
            {"at": self.lap.clock.at(), "open": open_, "wanted": open_ + refused, "refused": refused, "result": result},
        )

    def _note_order(self, order: PurchaseOrder) -> None:
        row = order.to_json()
        self.lap.recorder.write(PURCHASE_ORDERS.name, row | {"order_id": row.pop("order")})

    def logout(self, call: Call) -> str:
        """Carry out `Abmelden`."""
        self.sessions.logout(call.one("Sitzung", TOKEN_LENGTH))
        return element("Ergebnis", "ok")

    def read_level(self, call: Call) -> str:
        """Carry out `BestandLesen`."""
        return self._level(call.one("ArtikelNr", ARTICLE_LENGTH))

    def list_levels(self, call: Call) -> str:
        """Carry out `BestandListe`. Raises `ErpFault` when the list is empty or too long."""
        articles = call.values.get("ArtikelNr", [])
        if not 1 <= len(articles) <= AT_MOST:
            raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"1 bis {AT_MOST} Artikel je Abfrage zulässig")
        return "".join(map(self._level, articles))

    def _level(self, article: str) -> str:
        self._known(article)
        now = self.lap.clock.now()
        level = self.stock.at(article, now)
        return "<Bestand>{}{}{}{}{}</Bestand>".format(
            element("ArtikelNr", article),
            element("Bezeichnung", name(article)),
            element("Menge", "-" if article in self._counted else render(level.quantity, self.rules.locale)),
            element("LieferTage", level.lead_days),
            element("Stand", f"{now:%d.%m.%Y %H:%M}"),
        )

    def wanted(self, call: Call) -> tuple[str, str | None, str, Decimal]:
        """Return order, reference, article and quantity of a write. Raises `ErpFault` when it is refused."""
        if self.rules.writes == "nightly-file":
            raise ErpFault(Code.NUR_DATEI)
        order = call.one("Auftrag", ORDER_LENGTH)
        article = self._known(call.one("ArtikelNr", ARTICLE_LENGTH))
        quantity = self._quantity(call.one("Menge", TOKEN_LENGTH))
        return order, call.maybe("Referenz", REFERENCE_LENGTH), article, quantity

    def place_order(self, call: Call) -> str:
        """Carry out `BestellungAnlegen`. Raises `ErpFault` when it is refused."""
        placed, new = self.book.place(*self.wanted(call), self.lap.clock.at(), "soap")
        if new:
            self._note_order(placed)
        return element("BestellNr", placed.number)

    def told(self, call: Call, at: float | None) -> None:
        """Note which quantities a caller learnt with an answer at wall second `at`; None: it had left before."""
        articles = [article for article in call.values.get("ArtikelNr", ()) if article not in self._counted]
        if at is not None and articles:
            self.readings.append({"at": at, "articles": articles})

    def find_order(self, call: Call) -> str:
        """Carry out `BestellungSuchen`."""
        found = self.book.find(call.one("Referenz", REFERENCE_LENGTH))
        return element("BestellNr", found.number) if found else ""

    def _known(self, article: str) -> str:
        if article not in self._articles:
            raise ErpFault(Code.ARTIKEL_UNBEKANNT, article)
        return article

    def _quantity(self, text: str) -> Decimal:
        try:
            quantity = parse(text, self.rules.locale)
        except ValueError:
            raise ErpFault(Code.MENGE_UNGUELTIG, text) from None
        if quantity == 0:
            raise ErpFault(Code.MENGE_UNGUELTIG, text)
        return quantity


LOGIN, WRITE = "Anmelden", "BestellungAnlegen"
READS = frozenset({"BestandLesen", "BestandListe"})

OPERATIONS: dict[str, Callable[[Desk, Call], str]] = {
    "Abmelden": Desk.logout,
    "BestandLesen": Desk.read_level,
    "BestandListe": Desk.list_levels,
    WRITE: Desk.place_order,
    "BestellungSuchen": Desk.find_order,
}
"""Operations that need a session, by name; `LOGIN` is the one that creates it."""

PROMPT = frozenset({LOGIN, "Abmelden"})
"""Operations that are never slow: a lost answer would leave a session open that nobody has."""
