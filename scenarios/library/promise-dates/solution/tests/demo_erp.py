"""Halden's ERP as we have come to know it: German, few sessions, late answers, and moods."""

from collections.abc import Callable
from xml.etree import ElementTree

import httpx

STOCK = {"A-1001": ("1.250,00", 4), "A-1002": ("85,00", 3), "A-1003": ("0,00", 6)}
_ENVELOPE = (
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{}</soap:Body></soap:Envelope>'
)
_ANSWER = '<{0}Antwort xmlns="urn:halden:erp:2009">{1}</{0}Antwort>'
_FAULT = (
    "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>Geht nicht, später wieder</faultstring>"
    '<detail><FehlerCode xmlns="urn:halden:erp:2009">{}</FehlerCode></detail></soap:Fault>'
)

Values = list[tuple[str, str]]


class Refused(Exception):
    """The call is answered with a fault."""


class DemoErp:
    """One installation; set its moods, read what happened."""

    def __init__(self) -> None:
        self.mood: str | None = None
        """A fault code for every operation."""
        self.writes_by_file = False
        self.late: set[str] = set()
        """Orders whose next write is done and not answered."""
        self.stand = "02.03.2026 08:14"
        self.delisted: set[str] = set()
        self.counted: set[str] = set()
        self.sessions: set[str] = set()
        self.calls: list[str] = []
        self.purchases: dict[str, dict[str, str]] = {}
        """By reference."""
        self.files: dict[str, bytes] = {}
        self.protocol = "DELIVERED: fine"

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        if request.url.path.startswith("/dropbox/"):
            return self._dropbox(request)
        operation = request.headers["SOAPAction"].strip('"').partition("#")[2]
        self.calls.append(operation)
        root = ElementTree.fromstring(request.content)
        values = [(e.tag.rpartition("}")[2], (e.text or "").strip()) for e in root.iter() if not len(e)]
        try:
            if self.mood:
                raise Refused(self.mood)
            if operation not in ("Anmelden",) and dict(values)["Sitzung"] not in self.sessions:
                raise Refused("SITZUNG_UNGUELTIG")
            serve: Callable[[Values], str] = getattr(self, f"_{operation}")
            content = _ANSWER.format(operation, serve(values))
        except Refused as refused:
            content = _FAULT.format(refused)
        return httpx.Response(200, content=_ENVELOPE.format(content).encode("iso-8859-1"))

    def _Anmelden(self, values: Values) -> str:
        if len(self.sessions) >= 2:
            raise Refused("SITZUNGSLIMIT")
        token = f"S{len(self.calls)}"
        self.sessions.add(token)
        return f"<Sitzung>{token}</Sitzung><GueltigMinuten>30</GueltigMinuten>"

    def _Abmelden(self, values: Values) -> str:
        self.sessions.discard(dict(values)["Sitzung"])
        return "<Ergebnis>ok</Ergebnis>"

    def _BestandListe(self, values: Values) -> str:
        articles = [value for name, value in values if name == "ArtikelNr"]
        if self.delisted & set(articles):
            raise Refused("ARTIKEL_UNBEKANNT")
        return "".join(map(self._level, articles))

    def _level(self, article: str) -> str:
        quantity, days = STOCK.get(article, ("7,00", 2))
        quantity = "-" if article in self.counted else quantity
        return (
            f"<Bestand><ArtikelNr>{article}</ArtikelNr><Bezeichnung>Schlüssel</Bezeichnung>"
            f"<Menge>{quantity}</Menge><LieferTage>{days}</LieferTage><Stand>{self.stand}</Stand></Bestand>"
        )

    def _BestellungAnlegen(self, values: Values) -> str:
        if self.writes_by_file:
            raise Refused("NUR_DATEI")
        purchase = dict(values)
        self.purchases.setdefault(purchase["Referenz"], purchase)
        if purchase["Auftrag"] in self.late:
            self.late.remove(purchase["Auftrag"])
            raise httpx.ReadTimeout("late")
        return f"<BestellNr>{4500000000 + list(self.purchases).index(purchase['Referenz']) + 1}</BestellNr>"

    def _dropbox(self, request: httpx.Request) -> httpx.Response:
        if "Authorization" not in request.headers:
            return httpx.Response(401)
        if request.method == "PUT":
            self.files[request.url.path.removeprefix("/dropbox/")] = request.content
            return httpx.Response(201)
        return httpx.Response(200, text=f"{self.protocol}\n")
