"""The ERP as the registry knows it; the server's libraries are imported only when one is made."""

from simulator.parts.base import PartKind, made_by
from simulator.parts.soap_erp.params import ErpParams
from simulator.parts.soap_erp.tables import TABLES

SOAP_ERP = PartKind(
    name="soap-erp",
    params=ErpParams,
    make=made_by("simulator.parts.soap_erp.part:SoapErp"),
    protocol="http",
    tables=TABLES,
    example=lambda _params: "GET /?wsdl",
    speaks="xml",
    key=lambda _params: r"<(?:[\w.-]+:)?Auftrag(?:\s[^>]*)?>\s*([^<\s]{1,20})\s*<",
)
