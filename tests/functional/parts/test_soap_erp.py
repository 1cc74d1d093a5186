"""The ERP as a partner meets it: a stock SOAP client, files, and callers that hang up."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any

import httpx
import pytest
import requests
import zeep
import zeep.exceptions
from lxml import etree

from simulator import seeds
from simulator.parts.soap_erp.envelope import SOAP
from simulator.parts.soap_erp.stock import Stock

LOCALHOST = "127.0.0.1"
QUICK = {"median": "1ms", "p99": "2ms"}
PLAIN: dict[str, Any] = {"latency": QUICK, "slow": {"share": "0%"}, "hung_writes": {"share": "0%"}}
CALM = PLAIN | {"token": "1d sim"}
"""Sessions that outlast what a busy machine makes of a test."""


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("soap-erp", **CALM)


@pytest.fixture(scope="module")
def erp(site: Any) -> Iterator[Any]:
    with requests.Session() as session:
        transport = zeep.Transport(session=session)  # type: ignore[no-untyped-call]
        client = zeep.Client(f"http://{LOCALHOST}:{site.port}/?wsdl", transport=transport)  # type: ignore[no-untyped-call]
        yield client.service


@pytest.fixture(autouse=True)
def _settled(site: Any) -> Iterator[None]:
    yield
    site.control.post("/settle")


def code(call: Callable[[], Any]) -> str:
    """The code of the fault that a call ends in."""
    with pytest.raises(zeep.exceptions.Fault) as caught:
        call()
    return str(caught.value.detail.findtext("{urn:halden:erp:2009}FehlerCode"))


def login(erp: Any) -> str:
    return str(erp.Anmelden("shop", "halden").Sitzung)


def order(erp: Any, token: str, number: str, reference: str | None = None, **more: str) -> str:
    asked = {"ArtikelNr": "A-1001", "Menge": "120,00"} | more
    return str(erp.BestellungAnlegen(token, Auftrag=number, Referenz=reference, **asked))


def envelope_fault(call: Callable[[], Any]) -> str:
    """The fault code of a fault that is not about the body: it has no detail."""
    with pytest.raises(zeep.exceptions.Fault) as caught:
        call()
    assert caught.value.detail is None
    return str(caught.value.code)


def header(actor: str | None = None, must: str | None = "1") -> Any:
    made = etree.Element("{urn:other}Security")
    for name, value in (("actor", actor), ("mustUnderstand", must)):
        if value is not None:
            made.set(f"{{{SOAP}}}{name}", value)
    return made


def test_header_entries_that_must_be_understood_are_refused_and_others_are_not(site: Any, erp: Any) -> None:
    site.begin()
    for actor in (None, "", "http://schemas.xmlsoap.org/soap/actor/next"):
        entry = header(actor)
        assert envelope_fault(lambda: erp.Anmelden("shop", "halden", _soapheaders=[entry])) == "soap:MustUnderstand"  # noqa: B023
    for entry in (header(must="0"), header(must=None), header("urn:somebody-else")):
        token = erp.Anmelden("shop", "halden", _soapheaders=[entry]).Sitzung
        assert erp.Abmelden(token, _soapheaders=[entry]) == "ok"
    site.settle()
    results = [row["result"] for row in site.rows("calls")]
    assert results == ["MustUnderstand"] * 3 + ["ok"] * 6


def test_an_envelope_of_soap_1_2_is_told_the_version(site: Any, erp: Any) -> None:
    site.begin()
    body = '<Anmelden xmlns="urn:halden:erp:2009"><Benutzer>shop</Benutzer><Kennwort>halden</Kennwort></Anmelden>'
    for namespace in ("http://www.w3.org/2003/05/soap-envelope", "urn:none"):
        text = f'<e:Envelope xmlns:e="{namespace}"><e:Body>{body}</e:Body></e:Envelope>'
        answer = httpx.post(
            f"http://{LOCALHOST}:{site.port}/erp", content=text, headers={"Content-Type": "application/soap+xml"}
        )
        fault = etree.fromstring(answer.content).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=ISO-8859-1")
        assert (fault.findtext("faultcode"), fault.find("detail")) == ("soap:VersionMismatch", None)
    site.settle()
    assert [row["result"] for row in site.rows("calls")] == ["VersionMismatch"] * 2


def test_every_operation(site: Any, erp: Any) -> None:
    site.begin(**PLAIN)
    assert erp.Anmelden("shop", "halden").GueltigMinuten == 30
    site.configure(**CALM)
    token = login(erp)
    stock = erp.BestandLesen(token, "A-1004")
    assert stock.Bezeichnung == "Sägeblatt grün 6 mm"
    truth = Stock(seeds.child(7, "site", "part"), 80, datetime(2026, 3, 2, 8)).at("A-1004", datetime(2026, 3, 2, 8))
    assert (stock.Menge, stock.LieferTage) == (_german(truth.quantity), truth.lead_days)
    assert stock.Stand.startswith("02.03.2026 08:")
    assert [s.ArtikelNr for s in erp.BestandListe(token, ["A-1002", "A-1001"])] == ["A-1002", "A-1001"]
    number = order(erp, token, "HW-000001", "ref-ä")
    assert erp.BestellungSuchen(token, "ref-ä") == number
    assert erp.BestellungSuchen(token, "other") is None
    assert erp.Abmelden(token) == "ok"
    assert code(lambda: erp.Abmelden(token)) == "SITZUNG_UNGUELTIG"


def _german(quantity: int) -> str:
    return f"{quantity:,}".replace(",", ".") + ",00"


def test_faults_ride_in_200_and_speak_german_in_latin_1(site: Any) -> None:
    site.begin()
    raw = httpx.post(
        f"http://{LOCALHOST}:{site.port}/erp", content=_envelope("BestandLesen", Sitzung="x", ArtikelNr="A")
    )
    assert raw.status_code == 200
    assert raw.headers["Content-Type"] == "text/xml; charset=ISO-8859-1"
    assert "Sitzung ungültig".encode("iso-8859-1") in raw.content
    site.settle()
    (row,) = site.rows("calls")
    assert (row["route"], row["status"], row["result"]) == ("BestandLesen", 200, "SITZUNG_UNGUELTIG")


def test_what_is_wrong_with_a_request_is_said(site: Any, erp: Any) -> None:
    site.begin()
    token = login(erp)
    assert code(lambda: erp.BestandLesen(token, "A-9999")) == "ARTIKEL_UNBEKANNT"
    assert code(lambda: order(erp, token, "HW-1", Menge="120.00")) == "MENGE_UNGUELTIG"
    assert code(lambda: order(erp, token, "HW-1", Menge="0")) == "MENGE_UNGUELTIG"
    assert code(lambda: order(erp, token, "HW-1" * 6)) == "ANFRAGE_UNGUELTIG"
    assert code(lambda: erp.Anmelden("shop", "guess")) == "ZUGANG_FALSCH"
    many = _envelope("BestandListe", Sitzung=token).replace("</Best", "<ArtikelNr>A-1001</ArtikelNr>" * 41 + "</Best")
    for body in (
        many.encode(),
        b"",
        b"no XML",
        b"<a/>",
        _envelope("Nichts"),
        b"<!DOCTYPE a>" + _envelope("Anmelden").encode(),
    ):
        answer = httpx.post(f"http://{LOCALHOST}:{site.port}/erp", content=body)
        assert "ANFRAGE_UNGUELTIG" in answer.text
    assert site.settle() == {"purchase_orders": [], "readings": []}


def test_a_session_expires_by_the_customers_clock(site: Any, erp: Any) -> None:
    site.begin()
    long = login(erp)
    site.configure(**PLAIN, token="6m sim")
    short = login(erp)
    time.sleep(6 * 60 / 450)
    assert code(lambda: erp.BestandLesen(short, "A-1001")) == "SITZUNG_UNGUELTIG"
    erp.BestandLesen(long, "A-1001")


def test_more_sessions_than_there_are_lock_the_user_out(site: Any, erp: Any) -> None:
    site.begin(**CALM, lockout={"after": 3, "within": "1d sim", "lasts": "1d sim"})
    first, _ = login(erp), login(erp)
    assert [code(lambda: login(erp)) for _ in range(3)] == ["SITZUNGSLIMIT"] * 3
    assert code(lambda: login(erp)) == "KENNUNG_GESPERRT"
    assert code(lambda: erp.BestandLesen(first, "A-1001")) == "SITZUNG_UNGUELTIG"
    site.settle()
    rows = [(row["open"], row["wanted"], row["refused"]) for row in site.rows("facts_sessions")]
    assert rows == [(1, 1, False), (2, 2, False), (2, 3, True), (2, 3, True), (0, 1, True), (0, 1, True)]


def test_the_night_refuses_everything_and_counts_nothing(site: Any, erp: Any) -> None:
    site.begin()
    token = login(erp)
    site.configure(**CALM, locked=True)
    assert code(lambda: erp.BestandLesen(token, "A-1001")) == "NACHTSPERRE"
    assert code(lambda: login(erp)) == "NACHTSPERRE"
    site.configure(**CALM)
    erp.BestandLesen(token, "A-1001")
    site.settle()
    assert [row["refused"] for row in site.rows("facts_sessions")] == [False, False]


def test_a_reference_makes_a_write_safe_to_repeat(site: Any, erp: Any) -> None:
    site.begin()
    token = login(erp)
    first = order(erp, token, "HW-000001", "r-1")
    assert order(erp, token, "HW-000001", "r-1") == first
    assert len({order(erp, token, "HW-000002"), order(erp, token, "HW-000002")}) == 2
    orders = site.settle()["purchase_orders"]
    assert [(o["order"], o["reference"], o["quantity"], o["channel"]) for o in orders] == [
        ("HW-000001", "r-1", 120.0, "soap"),
        ("HW-000002", None, 120.0, "soap"),
        ("HW-000002", None, 120.0, "soap"),
    ]
    assert [row["order_id"] for row in site.rows("facts_purchase_orders")] == [o["order"] for o in orders]
    writes = [row["key"] for row in site.rows("calls") if row["route"] == "BestellungAnlegen"]
    assert writes == ["HW-000001", "HW-000001", "HW-000002", "HW-000002"]


LONG = {"share": "100%", "from": "1h", "to": "1h"}
"""A delay that no test outlasts: what is answered was not delayed."""

IMPATIENT = httpx.Timeout(20, read=1.0)


def test_a_hung_write_is_done_and_answered_late_once(site: Any, erp: Any) -> None:
    site.begin(**CALM | {"hung_writes": LONG})
    token = login(erp)
    body = _envelope("BestellungAnlegen", Sitzung=token, Auftrag="HW-7", ArtikelNr="A-1001", Menge="5", Referenz="r")
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"http://{LOCALHOST}:{site.port}/erp", content=body, timeout=IMPATIENT)
    number = _soon(lambda: erp.BestellungSuchen(token, "r"))
    assert order(erp, token, "HW-7", "r", Menge="5") == number
    assert len(site.settle()["purchase_orders"]) == 1


def test_a_late_write_is_undone_when_nobody_waits_for_it(site: Any, erp: Any) -> None:
    site.begin(**CALM | {"hung_writes": {"share": "100%", "from": "2s", "to": "2s", "undone": "100%"}})
    token = login(erp)
    body = _envelope("BestellungAnlegen", Sitzung=token, Auftrag="HW-7", ArtikelNr="A-1001", Menge="5", Referenz="r")
    _hang_up(site, body)
    assert order(erp, token, "HW-8", "s", Menge="5"), "whoever waits is served in the end"
    assert erp.BestellungSuchen(token, "r") is None
    assert order(erp, token, "HW-7", "r", Menge="5")
    assert len(site.settle()["purchase_orders"]) == 2


def test_slow_calls_are_answered_late_and_logins_are_exempt(site: Any, erp: Any) -> None:
    site.begin(**CALM | {"slow": LONG})
    token = login(erp)
    body = _envelope("BestandLesen", Sitzung=token, ArtikelNr="A-1001")
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"http://{LOCALHOST}:{site.port}/erp", content=body, timeout=IMPATIENT)


def test_a_session_carries_few_calls_at_once(site: Any, erp: Any) -> None:
    site.begin()
    token = login(erp)
    site.configure(**CALM | {"latency": {"median": "3s", "p99": "3s"}}, calls=1)
    body = _envelope("BestandLesen", Sitzung=token, ArtikelNr="A-1001")
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(httpx.post, f"http://{LOCALHOST}:{site.port}/erp", content=body, timeout=60) for _ in "ab"]
    assert sorted("ZU_VIELE_AUFRUFE" in answer.result().text for answer in both) == [False, True]
    site.configure(**CALM, calls=1)
    erp.BestandLesen(token, "A-1001")


def test_a_caller_that_leaves_holds_its_slot_until_the_call_is_done(site: Any, erp: Any) -> None:
    site.begin(**CALM | {"slow": {"share": "100%", "from": "3s", "to": "3s"}}, calls=1)
    token = login(erp)
    _hang_up(site, _envelope("BestandLesen", Sitzung=token, ArtikelNr="A-1001"))
    assert code(lambda: erp.BestandLesen(token, "A-1001")) == "ZU_VIELE_AUFRUFE"
    site.configure(**CALM, calls=1)
    _soon(lambda: erp.BestandLesen(token, "A-1001"))
    told = site.settle()["readings"]
    reads = [row for row in site.rows("calls") if row["route"] == "BestandLesen" and row["result"] == "ok"]
    assert [row["done_at"] is None for row in reads] == [True, False]
    assert told == [{"at": reads[1]["done_at"], "articles": ["A-1001"]}]


def test_a_login_whose_caller_left_leaves_no_session(site: Any, erp: Any) -> None:
    site.begin(**CALM | {"latency": {"median": "1s", "p99": "1s"}}, sessions=1)
    _hang_up(site, _envelope("Anmelden", Benutzer="shop", Kennwort="halden"))
    _soon(lambda: login(erp))


def _soon(call: Callable[[], Any]) -> Any:
    """What a call answers once it answers something, and no fault."""
    answer: Any = None

    def answered() -> bool:
        nonlocal answer
        with suppress(zeep.exceptions.Fault):
            answer = call()
        return answer is not None

    _until(answered)
    return answer


def _until(true: Callable[[], bool], within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_call_that_outlives_its_lap_is_in_that_laps_evidence(site: Any, erp: Any) -> None:
    site.begin(**CALM | {"slow": {"share": "100%", "from": "3s", "to": "3s"}})
    token = login(erp)
    _hang_up(site, _envelope("BestandLesen", Sitzung=token, ArtikelNr="A-1001"))
    site.settle()
    site.begin()
    assert code(lambda: erp.BestandLesen(token, "A-1001")) == "SITZUNG_UNGUELTIG"
    before = site.lap - 1
    _until(lambda: len(site.rows("calls", before)) == 2)
    site.settle()
    assert [row["result"] for row in site.rows("calls")] == ["SITZUNG_UNGUELTIG"]
    assert [row["done_at"] is None for row in site.rows("calls", before)] == [False, True]


def test_orders_by_file(site: Any, erp: Any) -> None:
    site.begin()
    token = login(erp)
    order(erp, token, "HW-000001", "HW-000001")
    site.configure(**CALM, writes="nightly-file", locked=True)
    box = f"http://{LOCALHOST}:{site.port}/dropbox/"
    assert httpx.put(f"{box}a.txt", content=b"").status_code == 401
    with httpx.Client(base_url=box, auth=("shop", "halden"), timeout=60) as client:
        assert client.put("a.txt", content=b"").status_code == 201
        assert client.put("a.txt", content=_file("HW-000001", "HW-000002", "HW-000003")).status_code == 204
        assert client.put("b.txt", content=_file("HW-000004")[:-1]).status_code == 201
        assert client.put("c.csv", content=b"").status_code == 400
        assert client.get("").text.split() == ["a.log", "a.txt", "b.log", "b.txt"]
        assert client.get("a.log").text.startswith("DELIVERED: 3 orders")
        assert "line 3: not ended by a line feed" in client.get("b.log").text
        assert client.get("a.txt").content == _file("HW-000001", "HW-000002", "HW-000003")
        assert client.get("d.log").status_code == 404
    site.configure(**CALM, writes="nightly-file")
    assert code(lambda: order(erp, token, "HW-000005")) == "NUR_DATEI"
    orders = site.settle()["purchase_orders"]
    assert [(o["order"], o["channel"]) for o in orders] == [
        ("HW-000001", "soap"), ("HW-000002", "file"), ("HW-000003", "file")
    ]  # fmt: skip
    events = [(row["name"], row["event"], row["created"]) for row in site.rows("facts_dropbox")]
    assert events[-2:] == [("a.txt", "imported", 2), ("b.txt", "rejected", 0)]


def _file(*orders: str) -> bytes:
    lines = [f"{'01HALDEN':10}02032026{'':62}"]
    lines += [f"10{order:20}{'A-1001':12}{12000:012}02032026{order:20}{'':6}" for order in orders]
    lines.append(f"99{len(orders):08}{'':70}")
    return "".join(f"{line}\n" for line in lines).encode("iso-8859-1")


def _envelope(operation: str, **values: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<{operation} xmlns="urn:halden:erp:2009">{inner}</{operation}></s:Body></s:Envelope>'
    )


def _hang_up(site: Any, body: str) -> None:
    """Send a request and, once it is being served, leave without waiting for the answer."""
    head = f"POST /erp HTTP/1.1\r\nHost: erp\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((LOCALHOST, site.port)) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(body.encode())
