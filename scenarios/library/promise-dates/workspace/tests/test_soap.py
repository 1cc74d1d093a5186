"""Envelopes and values."""

import pytest

from app.erp import soap
from app.erp.errors import ErpError
from app.erp.values import format_quantity, parse_quantity

FAULT = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    "<soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>Artikel nicht im Artikelstamm geführt"
    '</faultstring><detail><FehlerCode xmlns="urn:halden:erp:2009">ARTIKEL_UNBEKANNT</FehlerCode></detail></soap:Fault>'
    "</soap:Body></soap:Envelope>"
).encode("iso-8859-1")


def test_a_request_is_latin_1() -> None:
    content, headers = soap.request("BestandLesen", {"Sitzung": "X", "ArtikelNr": "Ä & Ö"})
    assert "<h:ArtikelNr>Ä &amp; Ö</h:ArtikelNr>".encode("iso-8859-1") in content
    assert headers["SOAPAction"] == '"urn:halden:erp:2009#BestandLesen"'


def test_a_fault_is_an_error() -> None:
    with pytest.raises(ErpError):
        soap.response("BestandLesen", FAULT)


def test_html_is_an_error() -> None:
    with pytest.raises(ErpError):
        soap.response("BestandLesen", b"<html><br></html>")


@pytest.mark.parametrize(("text", "quantity"), [("1,250.00", 1250), ("85.00", 85), ("0.00", 0)])
def test_quantities_from_the_demo_system(text: str, quantity: float) -> None:
    assert parse_quantity(text) == quantity


def test_quantities_for_the_erp() -> None:
    assert format_quantity(120) == "120,00"
