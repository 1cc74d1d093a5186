"""The ERP as the rest of the service sees it: stock, purchase orders, files. Errors are those of `app.erp.errors`."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import httpx

from app.erp import soap
from app.erp.breaker import Breaker
from app.erp.errors import Closed, ErpError, Fault, Unanswered
from app.erp.sessions import Sessions
from app.erp.values import format_quantity, parse_quantity
from app.log import fields
from app.settings import ErpSettings

log = logging.getLogger("promise.erp")

CLOSED = {"NACHTSPERRE", "KENNUNG_GESPERRT", "SITZUNGSLIMIT"}
ATTEMPTS = 3


@dataclass(frozen=True)
class Level:
    """What the warehouse has of an article."""

    quantity: Decimal
    lead_days: int


class ErpAdapter:
    """Calls to the ERP."""

    def __init__(self, url: str, settings: ErpSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(base_url=url, transport=transport, auth=(settings.user, settings.password))
        self._sessions = Sessions(settings.sessions, self._login)
        self._breaker = Breaker(settings.probe_seconds)

    async def stock(self, articles: Sequence[str]) -> dict[str, Level]:
        """Stock and lead time of up to 40 articles, without those that the ERP has no quantity of at the moment."""
        answer = await self._call("BestandListe", [("ArtikelNr", article) for article in articles])
        levels = {}
        for row in answer.rows:
            try:
                levels[row["ArtikelNr"]] = Level(parse_quantity(row["Menge"]), int(row["LieferTage"]))
            except ValueError as error:
                log.warning(fields("no quantity", article=row["ArtikelNr"], why=error))
        return levels

    async def purchase(self, order: str, article: str, quantity: int, reference: str) -> str:
        """Order from the supplier; with the same reference again it returns the same number, and orders nothing."""
        values = [
            ("Auftrag", order),
            ("ArtikelNr", article),
            ("Menge", format_quantity(quantity)),
            ("Referenz", reference),
        ]
        answer = await self._call("BestellungAnlegen", values, self._settings.write_timeout_seconds)
        return answer.value("BestellNr")

    async def deliver(self, name: str, content: bytes) -> str:
        """Leave a file for the nightly import, which takes files at any time; returns its protocol's first line."""
        try:
            (await self._http.put(f"/dropbox/{name}.txt", content=content)).raise_for_status()
            protocol = (await self._http.get(f"/dropbox/{name}.log")).raise_for_status()
        except Exception as error:  # noqa: BLE001 -- as in `_post`
            raise Unanswered(f"file not delivered: {type(error).__name__}") from error
        return protocol.text.partition("\n")[0]

    async def close(self) -> None:
        """Give our sessions back and leave."""
        for session in self._sessions.all:
            if token := session.surrender():
                try:
                    await self._post("Abmelden", [("Sitzung", token)])
                except ErpError as error:
                    log.warning(fields("not logged out", why=error))
        await self._http.aclose()

    async def _call(self, operation: str, values: soap.Values, timeout: float | None = None) -> soap.Answer:
        session = self._sessions.next()
        for _ in range(ATTEMPTS):
            self._breaker.check()
            token = None
            try:
                token = await session.token()
                answer = await self._post(operation, [("Sitzung", token), *values], timeout)
            except Fault as fault:
                if fault.code in CLOSED:
                    self._breaker.trip(fault.code)
                    raise Closed(str(fault)) from fault
                if fault.code == "SITZUNG_UNGUELTIG" and token:
                    session.ended(token)
                elif fault.code == "ZU_VIELE_AUFRUFE":
                    session = self._sessions.next()
                else:
                    raise
            else:
                self._breaker.reset()
                return answer
        raise Unanswered(f"{operation}: no session took it")

    async def _login(self) -> str:
        credentials = [("Benutzer", self._settings.user), ("Kennwort", self._settings.password)]
        answer = await self._post("Anmelden", credentials)
        log.info("new session")
        return answer.value("Sitzung")

    async def _post(self, operation: str, values: soap.Values, timeout: float | None = None) -> soap.Answer:
        content, headers = soap.request(operation, values)
        timeout = timeout or self._settings.read_timeout_seconds
        try:
            response = await self._http.post("/erp", content=content, headers=headers, auth=None, timeout=timeout)
        except Exception as error:  # noqa: BLE001 -- whatever happened on the way, the ERP did not answer
            log.warning(fields("no answer", operation=operation, why=type(error).__name__))
            raise Unanswered(f"{operation}: {type(error).__name__}") from error
        try:
            return soap.response(response.content)
        except Fault as fault:
            log.warning(fields("fault", operation=operation, code=fault.code))
            raise
