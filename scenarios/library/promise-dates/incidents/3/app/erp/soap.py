"""SOAP envelopes, there and back."""

import logging
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from app.erp.errors import ErpError
from app.log import fields

log = logging.getLogger("promise.erp")

NAMESPACE = "urn:halden:erp:2009"
ENCODING = "iso-8859-1"
_ENVELOPE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:h="{namespace}">
<soap:Body><h:{operation}>{body}</h:{operation}></soap:Body>
</soap:Envelope>"""


def request(operation: str, values: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a call."""
    body = "".join(f"<h:{name}>{escape(value)}</h:{name}>" for name, value in values.items())
    envelope = _ENVELOPE.format(namespace=NAMESPACE, operation=operation, body=body)
    headers = {
        "Content-Type": f"text/xml; charset={ENCODING}",
        "SOAPAction": f'"{NAMESPACE}#{operation}"',
    }
    return envelope.encode(ENCODING, "xmlcharrefreplace"), headers


def response(operation: str, content: bytes) -> dict[str, str]:
    """The values in an answer, by name; raises `ErpError` when it is a fault or no SOAP at all."""
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ErpError("unreadable answer") from error
    values = {_local(element.tag): (element.text or "").strip() for element in root.iter() if not len(element)}
    if any(_local(element.tag) == "Fault" for element in root.iter()):
        fault, text = values.get("FehlerCode"), values.get("faultstring")
        log.warning(fields("fault", operation=operation, code=fault, text=text))
        raise ErpError(fault or "SOAP fault")
    return values


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
