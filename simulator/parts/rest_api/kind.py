"""The REST API as the registry knows it; the server's libraries are imported only when one is made."""

from simulator.parts.base import Part, PartKind
from simulator.parts.rest_api.params import RestParams
from simulator.parts.rest_api.tables import TABLES


def _make(name: str, params: RestParams) -> Part:
    from simulator.parts.rest_api.part import RestApi

    return RestApi(name, params)


REST_API = PartKind(name="rest-api", params=RestParams, make=_make, protocol="http", tables=TABLES)
