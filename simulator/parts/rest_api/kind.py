"""The REST API as the registry knows it; the server's libraries are imported only when one is made."""

from simulator.parts.base import Access, Part, PartKind
from simulator.parts.rest_api.params import RestParams
from simulator.parts.rest_api.tables import TABLES


def _make(name: str, params: RestParams) -> Part:
    from simulator.parts.rest_api.part import RestApi

    return RestApi(name, params)


def _access(params: RestParams) -> Access:
    login = params.login
    return Access(more={"CLIENT": login.client, "SECRET": login.secret} if login else {})


REST_API = PartKind(
    name="rest-api",
    params=RestParams,
    make=_make,
    protocol="http",
    tables=TABLES,
    access=_access,
    speaks="json",
)
