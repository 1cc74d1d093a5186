"""Envelopes, values and the order file."""

from datetime import date
from decimal import Decimal

import pytest

from app.erp import soap
from app.erp.errors import Fault, Unanswered
from app.erp.orderfile import Line, render
from app.erp.values import format_quantity, parse_quantity

FAULT = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    "<soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>Artikel nicht im Artikelstamm geführt"
    '</faultstring><detail><FehlerCode xmlns="urn:halden:erp:2009">ARTIKEL_UNBEKANNT</FehlerCode></detail></soap:Fault>'
    "</soap:Body></soap:Envelope>"
).encode("iso-8859-1")


def test_a_request_is_latin_1_and_may_repeat_a_value() -> None:
    content, headers = soap.request("BestandListe", [("ArtikelNr", "Ä & Ö"), ("ArtikelNr", "B")])
    assert "<h:ArtikelNr>Ä &amp; Ö</h:ArtikelNr><h:ArtikelNr>B</h:ArtikelNr>".encode("iso-8859-1") in content
    assert headers["SOAPAction"] == '"urn:halden:erp:2009#BestandListe"'


def test_a_fault_says_which_one_it_is() -> None:
    with pytest.raises(Fault) as raised:
        soap.response(FAULT)
    assert raised.value.code == "ARTIKEL_UNBEKANNT"


@pytest.mark.parametrize("content", [b"", b"Dienst startet", b"<html><br></html>", b"<html/>"])
def test_what_is_no_soap_is_no_answer(content: bytes) -> None:
    with pytest.raises(Unanswered):
        soap.response(content)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("1.250,00", "1250"), ("85,00", "85"), ("0,00", "0"), ("1.234.567,50", "1234567.5"), ("12", "12")],
)
def test_quantities_are_german(text: str, quantity: str) -> None:
    assert parse_quantity(text) == Decimal(quantity)


@pytest.mark.parametrize("text", ["1,250.00", "12.5", "", "1.25,0", "-1,00"])
def test_what_is_not_german_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="no German number"):
        parse_quantity(text)


def test_quantities_for_the_erp() -> None:
    assert format_quantity(120) == "120,00"


def test_a_file_has_a_header_its_orders_and_a_trailer() -> None:
    line = Line("HW-000123", "HW-000123", "A-1002", 120, date(2026, 3, 2))
    header, order, trailer, rest = render([line], date(2026, 3, 3)).decode("iso-8859-1").split("\n")
    assert header == f"{'01HALDEN  03032026':<80}"
    assert order == f"10{'HW-000123':<20}{'A-1002':<12}00000001200002032026{'HW-000123':<20}      "
    assert (trailer, rest) == (f"{'9900000001':<80}", "")
