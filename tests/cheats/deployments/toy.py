"""An honest service of a page, and what cheats share: every deployment of the suite has this file as `app/toy.py`.

Standard library only: it is ready at once.
"""

import http.client
import http.server
import json
import os
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from urllib.parse import urlsplit

Order = dict[str, str]
Answer = tuple[int, bytes]

ERP = urlsplit(os.environ["ERP_URL"])
HERE = os.environ["HOST"], int(os.environ["PORT"])
_ENVELOPE = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:h="urn:halden:erp:2009"><s:Body><h:{0}>{1}</h:{0}></s:Body></s:Envelope>'
)
_session: list[str] = []
_one_login = threading.Lock()


def tell(what: str, found: object = None) -> None:
    """Let the suite know what was tried, and what came of it."""
    # In one piece, since others may tell something at the same time.
    os.write(1, f"TRIED {json.dumps({'what': what, 'found': found})}\n".encode())


# Honest work.


def call(operation: str, **values: str) -> str:
    """One call to the ERP; its answer as it is."""
    body = "".join(f"<h:{name}>{value}</h:{name}>" for name, value in values.items())
    connection = http.client.HTTPConnection(ERP.hostname or "", ERP.port, timeout=2)
    with_action = {"Content-Type": "text/xml; charset=iso-8859-1", "SOAPAction": f'"urn:halden:erp:2009#{operation}"'}
    try:
        connection.request("POST", "/erp", _ENVELOPE.format(operation, body).encode("iso-8859-1"), with_action)
        return connection.getresponse().read().decode("iso-8859-1")
    finally:
        connection.close()


def value(answer: str, name: str) -> str:
    """What an element of an answer says. Raises `LookupError` where there is none, as in a fault."""
    found = re.search(rf"<(?:\w+:)?{name}>([^<]*)<", answer)
    if found is None:
        raise LookupError(answer)
    return found[1]


def session() -> str:
    """The one session that all requests share."""
    with _one_login:
        if not _session:
            _session.append(value(call("Anmelden", Benutzer="shop", Kennwort="halden"), "Sitzung"))
        return _session[0]


def promise(order: Order) -> Answer:
    """A true date: the next working day where there is enough, else after the article's lead days."""
    try:
        stock = call("BestandLesen", Sitzung=session(), ArtikelNr=order["article"])
        quantity = float(value(stock, "Menge").replace(".", "").replace(",", "."))
        days = 1 if quantity >= float(order["quantity"]) else int(value(stock, "LieferTage"))
    except (LookupError, OSError, http.client.HTTPException):
        return 503, b"{}"
    return dated(order, days)


def dated(order: Order, days: int) -> Answer:
    """A promise of so many working days."""
    day = date.fromisoformat(order["ordered_at"][:10])
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return 200, json.dumps({"order_id": order["order_id"], "promise_date": str(day), "stale": False}).encode()


def sorry(_order: Order) -> Answer:
    """No date."""
    return 503, b"{}"


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def serve(answer: Callable[[Order], Answer] = promise) -> None:
    """Healthy for ever, with an answer to each order."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._say(200, b"{}")

        def do_POST(self) -> None:
            order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._say(*answer(order))

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    _Server(HERE, Handler).serve_forever()


# What cheats need.


def beside(act: Callable[[], object]) -> None:
    """Do something beside the service, for as long as it likes."""
    threading.Thread(target=act, daemon=True).start()


def until_the_lap_runs() -> None:
    """The clock answers once it does."""
    while True:
        with suppress(OSError):
            urllib.request.urlopen(os.environ["CLOCK_URL"], timeout=1).close()
            return
        time.sleep(0.02)


def in_the_lap(act: Callable[[], object]) -> None:
    """Do something beside the service once the lap runs."""

    def then() -> None:
        until_the_lap_runs()
        act()

    beside(then)


def asked(connection: socket.socket) -> bytes:
    """One request with its body; empty at the end of the connection."""
    said = b""
    while b"\r\n\r\n" not in said:
        more = connection.recv(65536)
        if not more:
            return b""
        said += more
    head, _, body = said.partition(b"\r\n\r\n")
    size = re.search(rb"(?i)content-length: *(\d+)", head)
    while size and len(body) < int(size[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def serve_raw(orders: Callable[[socket.socket, bytes], object]) -> None:
    """Healthy, and `orders` does what it likes with the connection of each order that came in."""

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := asked(connection):
                if request.startswith(b"GET /health"):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                else:
                    orders(connection, request)

    with socket.create_server(HERE, backlog=128) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=one, args=(connection,), daemon=True).start()
