"""Read and write SOAP 1.1 envelopes (https://www.w3.org/TR/2000/NOTE-SOAP-20000508/), document/literal wrapped.

Answers are ISO-8859-1. Requests are read in the character set that the HTTP header or else the XML declaration names,
and in ISO-8859-1 when neither does.
"""

import codecs
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from simulator.parts.soap_erp.errors import Code, ErpFault, SoapFault, not_understood, version_mismatch

NAMESPACE = "urn:halden:erp:2009"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING = "ISO-8859-1"
_NEXT = "http://schemas.xmlsoap.org/soap/actor/next"
"""The actor that stands for whoever gets the message first."""

_DECLARED = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_MOST = 100
"""Most elements of one call."""
# Supersets of ASCII only: in these, a document type declaration cannot hide from a search of the bytes.
_ENCODINGS = {"utf-8": "UTF-8", "iso8859-1": "ISO-8859-1", "ascii": "US-ASCII", "cp1252": "windows-1252"}


@dataclass(frozen=True)
class Call:
    """One requested operation: its name, and the text of its elements by name."""

    operation: str
    values: dict[str, list[str]]

    def one(self, name: str, longest: int) -> str:
        """Return the only value of `name`. Raises `ErpFault` when it is missing, repeated, empty or too long."""
        value = self.maybe(name, longest)
        if value is None:
            raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"{name} fehlt")
        return value

    def maybe(self, name: str, longest: int) -> str | None:
        """Return the value of `name`, None when missing or empty. Raises `ErpFault` when repeated or too long."""
        values = self.values.get(name, [])
        if len(values) > 1:
            raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"{name} mehrfach angegeben")
        value = values[0] if values else ""
        if len(value) > longest:
            raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"{name} länger als {longest} Zeichen")
        if not value.isascii() and not _fits(value):
            raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"{name} enthält Zeichen außerhalb von {ENCODING}")
        return value or None


def read(body: bytes, charset: str | None) -> Call:
    """Return the call in a request body; no entity is ever expanded.

    Raises `SoapFault`, or its subclass `ErpFault`, when it is not a call.
    """
    if b"<!DOCTYPE" in body:
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, "DOCTYPE nicht erlaubt")
    parser = etree.XMLParser(
        encoding=_encoding(body, charset), resolve_entities=False, no_network=True, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, "kein wohlgeformtes XML") from None
    name = etree.QName(envelope)
    if name.localname == "Envelope" and name.namespace != SOAP:
        raise version_mismatch()
    content = envelope.find(f"{{{SOAP}}}Body") if name.localname == "Envelope" else None
    _check_header(envelope)
    if content is None or len(content) != 1:
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, "kein SOAP-1.1-Umschlag mit einer Operation")
    return _call(content[0])


def _check_header(envelope: "etree._Element") -> None:
    """Refuse header entries that must be understood by whoever gets the message first (§4.2).

    Nothing in a header is understood here.
    """
    for entry in envelope.iterfind(f"{{{SOAP}}}Header/*"):
        actor = (entry.get(f"{{{SOAP}}}actor") or "").strip()
        must = (entry.get(f"{{{SOAP}}}mustUnderstand") or "").strip()
        if actor in ("", _NEXT) and must in ("1", "true"):
            raise not_understood(etree.QName(entry).localname)


def _call(element: "etree._Element") -> Call:
    name = etree.QName(element)
    if name.namespace != NAMESPACE:
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"Namensraum nicht {NAMESPACE}")
    if len(element) > _MOST:
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, f"mehr als {_MOST} Elemente")
    values: dict[str, list[str]] = {}
    for child in element:
        values.setdefault(etree.QName(child).localname, []).append((child.text or "").strip())
    return Call(name.localname, values)


def answer(operation: str, content: str) -> bytes:
    """Return the envelope of an answer; `content` is XML of this namespace."""
    return _envelope(f'<{operation}Antwort xmlns="{NAMESPACE}">{content}</{operation}Antwort>')


def fault(error: SoapFault) -> bytes:
    """Return the envelope of a fault (SOAP 1.1 §4.4); without `detail`, it is about the envelope and not the body."""
    code = f'<FehlerCode xmlns="{NAMESPACE}">{error.code}</FehlerCode>'
    detail = f"<detail>{code}</detail>" if isinstance(error, ErpFault) else ""
    return _envelope(
        f"<soap:Fault><faultcode>soap:{error.side}</faultcode><faultstring>{escape(error.text)}</faultstring>"
        f"{detail}</soap:Fault>"
    )


def element(name: str, text: str | int) -> str:
    """Return one element with text."""
    return f"<{name}>{escape(str(text))}</{name}>"


def _envelope(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="{ENCODING}"?>\n'
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{body}</soap:Body></soap:Envelope>'
    ).encode(ENCODING, "xmlcharrefreplace")


def _encoding(body: bytes, charset: str | None) -> str:
    declared = _DECLARED.match(body[:200])
    name = charset or (declared[1].decode() if declared else ENCODING)
    try:
        return _ENCODINGS[codecs.lookup(name).name]
    except LookupError:
        raise ErpFault(Code.ANFRAGE_UNGUELTIG, "Zeichensatz nicht unterstützt") from None


def _fits(text: str) -> bool:
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
