"""The service desk as the registry knows it; the server's libraries are imported only when one is made."""

from simulator.parts.base import Part, PartKind
from simulator.parts.service_desk.params import DeskParams
from simulator.parts.service_desk.tables import TABLES


def _make(name: str, params: DeskParams) -> Part:
    from simulator.parts.service_desk.part import ServiceDesk

    return ServiceDesk(name, params)


SERVICE_DESK = PartKind(
    name="service-desk",
    params=DeskParams,
    make=_make,
    protocol="http",
    tables=TABLES,
    speaks="json",
    key=lambda _params: r'"chat"\s*:\s*"([^"\\]{1,40})"',
)
