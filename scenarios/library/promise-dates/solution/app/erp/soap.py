"""SOAP envelopes, there and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from app.erp.errors import Fault, Unanswered

NAMESPACE = "urn:halden:erp:2009"
ENCODING = "iso-8859-1"
_ENVELOPE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:h="{namespace}">
<soap:Body><h:{operation}>{body}</h:{operation}></soap:Body>
</soap:Envelope>"""

Values = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What an operation answered."""

    values: dict[str, str]
    """Its elements that hold text, by name."""
    rows: list[dict[str, str]]
    """Its elements that hold elements, in order."""

    def value(self, name: str) -> str:
        """The text of one element; raises `Unanswered` when it is missing."""
        if name not in self.values:
            raise Unanswered(f"no {name} in the answer")
        return self.values[name]


def request(operation: str, values: Values) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a call."""
    body = "".join(f"<h:{name}>{escape(value)}</h:{name}>" for name, value in values)
    envelope = _ENVELOPE.format(namespace=NAMESPACE, operation=operation, body=body)
    headers = {
        "Content-Type": f"text/xml; charset={ENCODING}",
        "SOAPAction": f'"{NAMESPACE}#{operation}"',
    }
    return envelope.encode(ENCODING, "xmlcharrefreplace"), headers


def response(content: bytes) -> Answer:
    """The answer in an envelope; raises `Fault` when it is one, `Unanswered` when it is no SOAP at all."""
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise Unanswered("unreadable answer") from error
    for element in root.iter():
        if _local(element) == "Fault":
            values = _leaves(element.iter())
            raise Fault(values.get("FehlerCode", "?"), values.get("faultstring", ""))
    body = root.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
    if body is None or len(body) != 1:
        raise Unanswered("an answer without content")
    return Answer(_leaves(body[0]), [_leaves(row) for row in body[0] if len(row)])


def _leaves(elements: Iterable[ElementTree.Element]) -> dict[str, str]:
    return {_local(element): (element.text or "").strip() for element in elements if not len(element)}


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
