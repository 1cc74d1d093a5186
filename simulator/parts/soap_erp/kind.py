"""The ERP as the registry knows it; the server's libraries are imported only when one is made."""

from simulator.parts.base import Part, PartKind
from simulator.parts.soap_erp.params import ErpParams
from simulator.parts.soap_erp.tables import TABLES


def _make(name: str, params: ErpParams) -> Part:
    from simulator.parts.soap_erp.part import SoapErp

    return SoapErp(name, params)


SOAP_ERP = PartKind(
    name="soap-erp",
    params=ErpParams,
    make=_make,
    protocol="http",
    tables=TABLES,
    speaks="xml",
    key=lambda _params: r"<(?:[\w.-]+:)?Auftrag(?:\s[^>]*)?>\s*([^<\s]{1,20})\s*<",
)
