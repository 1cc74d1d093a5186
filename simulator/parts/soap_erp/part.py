"""The ERP on the wire: SOAP at `/erp`, its WSDL, and the drop box.

That a caller has left is noticed only when its call is done, as in the original: it holds its session's slot to the
end, and what it wrote stays written.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web

from simulator.parts.base import Lap
from simulator.parts.soap_erp import envelope
from simulator.parts.soap_erp.dropbox import NAME, DropboxFull
from simulator.parts.soap_erp.envelope import ENCODING, Call
from simulator.parts.soap_erp.errors import Code, ErpFault, SoapFault
from simulator.parts.soap_erp.operations import (
    LOGIN,
    OPERATIONS,
    ORDER_LENGTH,
    PROMPT,
    READS,
    TOKEN_LENGTH,
    WRITE,
    Desk,
)
from simulator.parts.soap_erp.pace import Pace
from simulator.parts.soap_erp.params import ErpParams
from simulator.parts.soap_erp.sessions import PASSWORD, USER
from simulator.parts.soap_erp.wsdl import wsdl
from simulator.parts.visits import Visit, Visits
from simulator.parts.web import WebPart

_LARGEST = 2**17
"""Most bytes of a request: an order file of some 1,600 lines. Thousands of concurrent callers must fit into memory."""


_BASIC = f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode(ENCODING)).decode()}"
"""The `Authorization` header that the drop box requires."""


class _Service:
    """The ERP during one lap, with its pace and the requests that it has not answered yet."""

    def __init__(self, name: str, lap: Lap, rules: ErpParams) -> None:
        self.desk = Desk(lap, rules)
        self.pace = Pace(lap.seed, rules)
        self.visits = Visits(name, lap)
        self.until = self.visits.until

    def latency(self) -> float:
        return self.pace.base()

    def configure(self, rules: ErpParams) -> None:
        self.desk.configure(rules)
        self.pace.configure(rules)

    def settle(self) -> Mapping[str, Any]:
        """Import the files, and return `{"purchase_orders": [{number, order, …}], "readings": [{at, articles}]}`."""
        self.desk.import_files()
        orders = [order.to_json() for order in self.desk.book.orders]
        return {"purchase_orders": orders, "readings": self.desk.readings}


class SoapErp(WebPart[ErpParams, _Service]):
    """The part: each lap starts with no sessions, no orders, an empty drop box, and the stock of the lap's seed.

    The WSDL is available outside of laps, too.
    """

    largest = _LARGEST

    def route(self, app: web.Application) -> None:
        app.router.add_get("/", _wsdl)
        app.router.add_get("/erp", _wsdl)
        app.router.add_post("/erp", self.open(_soap))
        app.router.add_get("/dropbox/", self.open(_guarded(_list)))
        app.router.add_put("/dropbox/{name}", self.open(_guarded(_deliver)))
        app.router.add_get("/dropbox/{name}", self.open(_guarded(_fetch)))

    def serve(self, lap: Lap) -> _Service:
        return _Service(self.name, lap, self.params)

    def starting(self) -> web.Response:
        return web.Response(status=503, text="Dienst startet\n", headers={"Retry-After": "1"})


async def _wsdl(request: web.Request) -> web.Response:
    if "wsdl" not in {key.lower() for key in request.query}:
        raise web.HTTPNotFound(text="HaldenERP: GET /?wsdl, POST /erp, /dropbox/\n")
    return web.Response(body=wsdl(request.host), content_type="text/xml", charset=ENCODING)


async def _soap(service: _Service, request: web.Request, visit: Visit) -> web.Response:
    body = await request.read()
    try:
        call = envelope.read(body, request.charset)
        visit.route = call.operation if call.operation in {LOGIN, *OPERATIONS} else "?"
        # No longer than an order's number can be: the caller decides what stands there.
        visit.key = next((value[:ORDER_LENGTH] for value in call.values.get("Auftrag", ())), None)
        _check_action(call, request.headers.get("SOAPAction", ""))
        content = envelope.answer(call.operation, await _perform(service, call, visit))
        visit.result = "ok"
    except SoapFault as error:
        content = envelope.fault(error)
        visit.result = error.code
    await service.until(visit.due)
    return web.Response(body=content, content_type="text/xml", charset=ENCODING)


async def _perform(service: _Service, call: Call, visit: Visit) -> str:
    desk = service.desk
    if call.operation == LOGIN:
        token, content = desk.login(call)
        await service.until(visit.due)
        if visit.gone():
            desk.sessions.drop(token)
        return content
    if desk.rules.locked:
        raise ErpFault(Code.NACHTSPERRE)
    with desk.sessions.call(call.one("Sitzung", TOKEN_LENGTH)):
        slow = 0.0 if call.operation in PROMPT else service.pace.slow()
        if call.operation == WRITE:
            return await _write(service, call, visit, slow)
        # What is read is read last, so that an answer is true when it is given.
        await service.until(visit.due + slow)
        content = desk.run(call)
        if call.operation in READS:
            visit.also = partial(desk.told, call)
        return content


async def _write(service: _Service, call: Call, visit: Visit, slow: float) -> str:
    """Create a purchase order. One whose answer hangs has mostly been done; else that is seen to at the end."""
    desk = service.desk
    desk.wanted(call)  # what is refused is refused at once
    hang = desk.hangs(call)
    due = visit.due + max(slow, service.pace.hung() if hang != "not" else 0.0)
    if hang != "undone":
        content = desk.run(call)
        await service.until(due)
        return content
    await service.until(due)
    return "" if visit.gone() else desk.run(call)


def _check_action(call: Call, action: str) -> None:
    named = action.strip('"')
    if call.operation not in OPERATIONS and call.operation != LOGIN:
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"Operation {call.operation} unbekannt")
    if named and named != f"{envelope.NAMESPACE}#{call.operation}":
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, "SOAPAction passt nicht zur Operation")


_Serve = Callable[[_Service, web.Request, Visit], Awaitable[web.Response]]


def _guarded(serve: _Serve) -> _Serve:
    """Return `serve` for callers that know the password, with the base latency."""

    async def handle(service: _Service, request: web.Request, visit: Visit) -> web.Response:
        visit.route = f"{request.method} dropbox"
        if request.headers.get("Authorization") != _BASIC:
            visit.result = Code.ZUGANG_FALSCH
            headers = {"WWW-Authenticate": 'Basic realm="dropbox"'}
            return web.Response(status=401, text="Benutzer oder Kennwort falsch\n", headers=headers)
        response = await serve(service, request, visit)
        visit.result = visit.result or "ok"
        await service.until(visit.due)
        return response

    return handle


async def _list(service: _Service, _request: web.Request, _visit: Visit) -> web.Response:
    box = service.desk.dropbox
    return web.Response(text="".join(f"{name}\n" for name in sorted([*box.files, *box.protocols])))


async def _deliver(service: _Service, request: web.Request, visit: Visit) -> web.Response:
    name = request.match_info["name"]
    if NAME.fullmatch(name) is None:
        visit.result = Code.ANFRAGE_UNGUELTIG
        return web.Response(status=400, text="Dateiname: Buchstaben, Ziffern, ._- und am Ende .txt\n")
    replaced = name in service.desk.dropbox.files
    try:
        delivered = service.desk.dropbox.deliver(name, await request.read())
    except DropboxFull:
        visit.result = "FULL"
        return web.Response(status=507, text="Ablage voll\n")
    service.desk.note_file(delivered, "delivered")
    return web.Response(status=204 if replaced else 201)


async def _fetch(service: _Service, request: web.Request, visit: Visit) -> web.Response:
    name = request.match_info["name"]
    box = service.desk.dropbox
    if name in box.protocols:
        return web.Response(text=box.protocols[name], charset=ENCODING)
    if name in box.files:
        return web.Response(body=box.files[name], content_type="text/plain", charset=ENCODING)
    visit.result = "UNKNOWN"
    return web.Response(status=404, text="Datei nicht vorhanden\n")
