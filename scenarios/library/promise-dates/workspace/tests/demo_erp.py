"""The vendor's public demo system as recorded in October: English, one user, always in a good mood."""

from xml.etree import ElementTree

import httpx

STOCK = {"A-1001": ("1,250.00", 4), "A-1002": ("85.00", 3), "A-1003": ("0.00", 6)}
_ANSWER = (
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<{0}Antwort xmlns="urn:halden:erp:2009">{1}</{0}Antwort></soap:Body></soap:Envelope>'
)


class DemoErp:
    """Answers every call; remembers what was ordered."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.purchases: list[dict[str, str]] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One SOAP call."""
        operation = request.headers["SOAPAction"].strip('"').partition("#")[2]
        self.calls.append(operation)
        root = ElementTree.fromstring(request.content)
        values = {e.tag.rpartition("}")[2]: (e.text or "").strip() for e in root.iter() if not len(e)}
        content = getattr(self, f"_{operation}")(values)
        return httpx.Response(200, content=_ANSWER.format(operation, content).encode("iso-8859-1"))

    def _Anmelden(self, values: dict[str, str]) -> str:
        return "<Sitzung>DEMO0001</Sitzung><GueltigMinuten>30</GueltigMinuten>"

    def _BestandLesen(self, values: dict[str, str]) -> str:
        quantity, days = STOCK[values["ArtikelNr"]]
        return (
            f"<Bestand><ArtikelNr>{values['ArtikelNr']}</ArtikelNr><Bezeichnung>Schlüssel</Bezeichnung>"
            f"<Menge>{quantity}</Menge><LieferTage>{days}</LieferTage><Stand>03/02/2026 08:14</Stand></Bestand>"
        )

    def _BestellungAnlegen(self, values: dict[str, str]) -> str:
        self.purchases.append(values)
        return f"<BestellNr>{4500000000 + len(self.purchases)}</BestellNr>"
