"""Puts into the evidence, by every way there is, what would break whoever reads it."""

import http.client
import os
import random
import socket
import sys
from contextlib import suppress

from app import toy

ODD = (
    b"\x00",
    b"\xff\xfe\xfd",
    b"\xed\xa0\x80",
    b'{"at": 1e999, "lap": "',
    b'"}\n{"table": null',
    b"\\u0000\\ud800",
    b"\r\x1b[0m",
    "\u2028\u202e\U0010ffff".encode(),
    b"'; DROP TABLE requests; --",
    b"9" * 400,
    b"x" * 60_000,
)


def printed() -> None:
    for stream in (sys.stdout.buffer, sys.stderr.buffer):
        for odd in ODD:
            stream.write(odd + b"\n")
        stream.flush()


def called() -> None:
    for odd in ODD:
        with (
            suppress(OSError, http.client.HTTPException),
            socket.create_connection((toy.ERP.hostname or "", toy.ERP.port or 0), 1) as s,
        ):
            s.sendall(
                b"POST /erp?"
                + odd[:2000].replace(b"\n", b"")
                + b" HTTP/1.1\r\nHost: x\r\nSOAPAction: "
                + odd[:2000].replace(b"\n", b"")
            )
            s.sendall(
                b"\r\nX-Order: " + odd[:2000].replace(b"\n", b"") + b"\r\nContent-Length: %d\r\n\r\n" % len(odd) + odd
            )
            s.settimeout(0.3)
            s.recv(4096)
    for odd in ODD:
        with suppress(LookupError, OSError, http.client.HTTPException, UnicodeError):
            text = odd[:40].decode("latin-1")
            toy.call(
                "BestellungAnlegen",
                Sitzung=toy.session(),
                Auftrag=text,
                ArtikelNr="A-1001",
                Menge="1e400",
                Referenz=text,
            )
        with suppress(LookupError, OSError, http.client.HTTPException, UnicodeError):
            toy.call("Anmelden", Benutzer=odd.decode("latin-1"), Kennwort="&#0;&#xD800;")


def looked_up() -> None:
    resolver = "127.0.0.1"
    with suppress(OSError), open("/etc/resolv.conf") as file:
        resolver = next((line.split()[1] for line in file if line.startswith("nameserver")), resolver)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for odd in (*ODD, *(random.randbytes(200) for _ in range(200))):
            label = odd[:63]
            with suppress(OSError):
                s.sendto(
                    b"\x00\x01\x01\x00\x00\x01" + bytes(6) + bytes([len(label)]) + label + b"\x00\x00\x01\x00\x01",
                    (resolver, 53),
                )
                s.sendto(odd[:1000], (resolver, 53))


def poison() -> None:
    for act in (printed, called, looked_up):
        act()
        toy.tell(act.__name__, os.getpid())


def odd_answer(order: toy.Order) -> toy.Answer:
    odd = random.choice(ODD)[:3000]
    return random.choice(
        (
            (200, odd),
            (200, b"[" * 100_000),
            (200, b'{"order_id": "\\ud800", "promise_date": "9999-12-31", "stale": false}'),
            (200, b'{"order_id": "%b", "promise_date": "0001-01-01", "stale": true}' % order["order_id"].encode()),
            (200, b'{"order_id": "%b", "promise_date": 1e308, "stale": 1}' % order["order_id"].encode()),
            (
                200,
                b'{"order_id": "\\u0000", "promise_date": "2026-03-04", "stale": false, "x": ' + b"9" * 10_000 + b"}",
            ),
            (999, odd),
        )
    )


toy.in_the_lap(poison)
toy.serve(odd_answer)
