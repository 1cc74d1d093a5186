"""Calls to the ERP: one session that all requests share, and retries."""

import asyncio
import logging
import time
import uuid
from dataclasses import dataclass

import httpx

from app.erp import soap
from app.erp.errors import ErpError
from app.erp.values import format_quantity, parse_quantity
from app.log import fields
from app.settings import Settings

log = logging.getLogger("promise.erp")


@dataclass(frozen=True)
class Level:
    """What the warehouse has of an article."""

    quantity: float
    lead_days: int


class ErpAdapter:
    """The ERP as the rest of the service sees it."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._settings = settings.erp
        self._http = httpx.AsyncClient(
            base_url=settings.erp_url,
            timeout=settings.erp.timeout_seconds,
            limits=httpx.Limits(max_connections=settings.erp.max_connections),
            transport=transport,
        )
        self._session: str | None = None
        self._one_login = asyncio.Lock()

    async def close(self) -> None:
        """Leave the ERP."""
        await self._http.aclose()

    async def stock(self, article: str, order_id: str) -> Level:
        """Stock and lead time of one article."""
        answer = await self._call("BestandLesen", order_id, {"ArtikelNr": article})
        return Level(parse_quantity(answer["Menge"]), int(answer["LieferTage"]))

    async def purchase(self, order_id: str, article: str, quantity: int) -> str:
        """Order `quantity` from the supplier; returns the number of the purchase order."""
        values = {"Auftrag": order_id, "ArtikelNr": article, "Menge": format_quantity(quantity)}
        answer = await self._call("BestellungAnlegen", order_id, values)
        return answer["BestellNr"]

    async def _call(self, operation: str, order_id: str, values: dict[str, str]) -> dict[str, str]:
        for attempt in range(1, self._settings.retries + 2):
            try:
                return await self._attempt(operation, values)
            except ErpError as error:
                log.warning(fields("call failed", operation=operation, order=order_id, attempt=attempt, error=error))
                if str(error) == "SITZUNG_UNGUELTIG":
                    self._session = None
        raise ErpError("ERP not available")

    async def _attempt(self, operation: str, values: dict[str, str]) -> dict[str, str]:
        async with self._one_login:
            if self._session is None:
                self._session = await self._login()
        values = {"Sitzung": self._session, **values}
        if operation == "BestellungAnlegen":
            # The ERP wants references to be unique.
            values["Referenz"] = uuid.uuid4().hex[:20]
        return await self._post(operation, values)

    async def _login(self) -> str:
        credentials = {"Benutzer": self._settings.user, "Kennwort": self._settings.password}
        answer = await self._post("Anmelden", credentials)
        log.info(fields("new session", minutes=answer.get("GueltigMinuten")))
        return answer["Sitzung"]

    async def _post(self, operation: str, values: dict[str, str]) -> dict[str, str]:
        content, headers = soap.request(operation, values)
        began = time.monotonic()
        try:
            answer = await self._http.post("/erp", content=content, headers=headers)
        except Exception as error:
            waited = f"{time.monotonic() - began:.1f}s"
            log.warning(fields("no answer", operation=operation, why=type(error).__name__, waited=waited))
            raise ErpError("no answer") from error
        if answer.status_code != 200:
            log.warning(fields("no answer", operation=operation, why=answer.status_code))
            raise ErpError("no answer")
        return soap.response(operation, answer.content)
