"""One session with the ERP, for one caller at a time. Errors are those of `app.erp.errors`."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import httpx

from app.erp import soap
from app.erp.errors import Fault, Unanswered
from app.erp.orderfile import Line
from app.erp.values import format_quantity, parse_quantity
from app.log import fields
from app.settings import Settings

log = logging.getLogger("promise.erp")


@dataclass(frozen=True)
class Level:
    """What the warehouse has of an article."""

    quantity: Decimal
    lead_days: int
    as_of: datetime
    """When that was so, by the ERP's own clock, to the minute."""


class ErpAdapter:
    """The ERP. Not for two callers at once: the one session is renewed without a lock."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._credentials = (settings.erp.user, settings.erp.password)
        self._http = httpx.AsyncClient(
            base_url=settings.erp_url, timeout=settings.erp.timeout_seconds, transport=transport
        )
        self._token: str | None = None

    async def stock(self, articles: Sequence[str]) -> dict[str, Level]:
        """Stock and lead time of up to 40 articles; those that are being counted have none."""
        answer = await self._call("BestandListe", [("ArtikelNr", article) for article in articles])
        return {row["ArtikelNr"]: _level(row) for row in answer.rows if row["Menge"] != "-"}

    async def purchase(self, line: Line) -> str:
        """Order from the supplier; with the same reference again it returns the same number, and orders nothing."""
        values = [
            ("Auftrag", line.order),
            ("ArtikelNr", line.article),
            ("Menge", format_quantity(line.quantity)),
            ("Referenz", line.reference),
        ]
        return (await self._call("BestellungAnlegen", values)).value("BestellNr")

    async def deliver(self, name: str, content: bytes) -> str:
        """Leave a file for the nightly import; returns the first line of its protocol."""
        try:
            put = await self._http.put(f"/dropbox/{name}.txt", content=content, auth=self._credentials)
            put.raise_for_status()
            protocol = await self._http.get(f"/dropbox/{name}.log", auth=self._credentials)
            protocol.raise_for_status()
        except Exception as error:  # noqa: BLE001 -- as in `_post`
            raise Unanswered(f"file not delivered: {type(error).__name__}") from error
        return protocol.text.partition("\n")[0]

    async def close(self) -> None:
        """Give the session back and leave."""
        if self._token is not None:
            await self._post("Abmelden", [("Sitzung", self._token)])
        await self._http.aclose()

    async def _call(self, operation: str, values: soap.Values) -> soap.Answer:
        if self._token is None:
            self._token = await self._login()
        try:
            return await self._post(operation, [("Sitzung", self._token), *values])
        except Fault as fault:
            if fault.code != "SITZUNG_UNGUELTIG":
                raise
        # It has ended, so there is room for a new one. Nothing else is a reason to log in.
        self._token = None
        self._token = await self._login()
        return await self._post(operation, [("Sitzung", self._token), *values])

    async def _login(self) -> str:
        user, password = self._credentials
        answer = await self._post("Anmelden", [("Benutzer", user), ("Kennwort", password)])
        log.info("new session")
        return answer.value("Sitzung")

    async def _post(self, operation: str, values: soap.Values) -> soap.Answer:
        content, headers = soap.request(operation, values)
        try:
            response = await self._http.post("/erp", content=content, headers=headers)
        except Exception as error:  # noqa: BLE001 -- whatever happened on the way, the ERP did not answer
            log.warning(fields("no answer", operation=operation, why=type(error).__name__))
            raise Unanswered(f"{operation}: {type(error).__name__}") from error
        return soap.response(response.content)


def _level(row: dict[str, str]) -> Level:
    try:
        as_of = datetime.strptime(row["Stand"], "%d.%m.%Y %H:%M")
        return Level(parse_quantity(row["Menge"]), int(row["LieferTage"]), as_of)
    except (KeyError, ValueError) as error:
        raise Unanswered(f"unreadable stock: {error}") from error
