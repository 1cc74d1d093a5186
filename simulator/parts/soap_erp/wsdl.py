"""The service's description (https://www.w3.org/TR/wsdl, 1.1), generated from a list of the operations."""

from functools import lru_cache
from xml.sax.saxutils import quoteattr

from simulator.parts.soap_erp.envelope import ENCODING, NAMESPACE

# Each field is (name, type, occurrence).
_Fields = tuple[tuple[str, str, str], ...]

_ONE, _MAYBE, _ANY = "", ' minOccurs="0"', ' minOccurs="0" maxOccurs="unbounded"'
_FORTY = ' maxOccurs="40"'
_TEXT = "xsd:string"
_TOKEN = ("Sitzung", _TEXT, _ONE)

_STOCK: _Fields = (
    ("ArtikelNr", _TEXT, _ONE),
    ("Bezeichnung", _TEXT, _ONE),
    ("Menge", _TEXT, _ONE),
    ("LieferTage", "xsd:int", _ONE),
    ("Stand", _TEXT, _ONE),
)
_OPERATIONS: dict[str, tuple[_Fields, _Fields]] = {
    "Anmelden": (
        (("Benutzer", _TEXT, _ONE), ("Kennwort", _TEXT, _ONE)),
        (("Sitzung", _TEXT, _ONE), ("GueltigMinuten", "xsd:int", _ONE)),
    ),
    "Abmelden": ((_TOKEN,), (("Ergebnis", _TEXT, _ONE),)),
    "BestandLesen": ((_TOKEN, ("ArtikelNr", _TEXT, _ONE)), (("Bestand", "tns:Bestand", _ONE),)),
    "BestandListe": ((_TOKEN, ("ArtikelNr", _TEXT, _FORTY)), (("Bestand", "tns:Bestand", _ANY),)),
    "BestellungAnlegen": (
        (
            _TOKEN,
            ("Auftrag", _TEXT, _ONE),
            ("ArtikelNr", _TEXT, _ONE),
            ("Menge", _TEXT, _ONE),
            ("Referenz", _TEXT, _MAYBE),
        ),
        (("BestellNr", _TEXT, _ONE),),
    ),
    "BestellungSuchen": ((_TOKEN, ("Referenz", _TEXT, _ONE)), (("BestellNr", _TEXT, _MAYBE),)),
}

_HEAD = f"""<?xml version="1.0" encoding="{ENCODING}"?>
<wsdl:definitions name="HaldenERP" targetNamespace="{NAMESPACE}" xmlns:tns="{NAMESPACE}"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema">
"""


@lru_cache(maxsize=16)
def wsdl(host: str) -> bytes:
    """Return the WSDL of the service as the caller reaches it: `host` is the request's `Host` header."""
    parts = [
        _HEAD,
        f'<wsdl:types><xsd:schema targetNamespace="{NAMESPACE}" elementFormDefault="qualified">',
        f'<xsd:complexType name="Bestand">{_sequence(_STOCK)}</xsd:complexType>',
        '<xsd:element name="FehlerCode" type="xsd:string"/>',
        *(_elements(name) for name in _OPERATIONS),
        "</xsd:schema></wsdl:types>\n",
        '<wsdl:message name="Fehler"><wsdl:part name="code" element="tns:FehlerCode"/></wsdl:message>\n',
        *(_messages(name) for name in _OPERATIONS),
        '<wsdl:portType name="HaldenERPPort">',
        *(_port(name) for name in _OPERATIONS),
        '</wsdl:portType>\n<wsdl:binding name="HaldenERPBinding" type="tns:HaldenERPPort">',
        '<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>\n',
        *(_binding(name) for name in _OPERATIONS),
        '</wsdl:binding>\n<wsdl:service name="HaldenERP"><wsdl:port name="HaldenERP" binding="tns:HaldenERPBinding">',
        f"<soap:address location={quoteattr(f'http://{host}/erp')}/></wsdl:port></wsdl:service>\n",
        "</wsdl:definitions>\n",
    ]
    return "".join(parts).encode(ENCODING, "xmlcharrefreplace")


def _sequence(fields: _Fields) -> str:
    inner = "".join(f'<xsd:element name="{name}" type="{kind}"{times}/>' for name, kind, times in fields)
    return f"<xsd:sequence>{inner}</xsd:sequence>"


def _elements(name: str) -> str:
    asks, answers = _OPERATIONS[name]
    return "".join(
        f'<xsd:element name="{element}"><xsd:complexType>{_sequence(fields)}</xsd:complexType></xsd:element>\n'
        for element, fields in ((name, asks), (f"{name}Antwort", answers))
    )


def _messages(name: str) -> str:
    return "".join(
        f'<wsdl:message name="{element}"><wsdl:part name="parameters" element="tns:{element}"/></wsdl:message>\n'
        for element in (name, f"{name}Antwort")
    )


def _port(name: str) -> str:
    return (
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}"/><wsdl:output message="tns:{name}Antwort"/>'
        '<wsdl:fault name="Fehler" message="tns:Fehler"/></wsdl:operation>\n'
    )


def _binding(name: str) -> str:
    return (
        f'<wsdl:operation name="{name}"><soap:operation soapAction="{NAMESPACE}#{name}"/>'
        '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>'
        '<wsdl:fault name="Fehler"><soap:fault name="Fehler" use="literal"/></wsdl:fault></wsdl:operation>\n'
    )
