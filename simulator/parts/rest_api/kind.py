"""The REST API as the registry knows it; the server's libraries are imported only when one is made."""

import re
from collections.abc import Mapping
from typing import Any

from scenarios.vocabulary import ANY, Around
from simulator.clock import Timeline
from simulator.levels import Levels
from simulator.parts.base import Access, PartKind, TokenRequest, Told, made_by, refuses
from simulator.parts.rest_api.params import Contract, RestParams
from simulator.parts.rest_api.tables import TABLES


def _access(params: RestParams) -> Access:
    login = params.login
    if login is None:
        return Access()
    form = {"grant_type": "client_credentials", "client_id": login.client, "client_secret": login.secret}
    return Access(more={"CLIENT": login.client, "SECRET": login.secret}, token=TokenRequest("/oauth/token", form))


def _key(params: RestParams) -> str | None:
    """Return what follows a resource's name in the path; of a record that is created, its key in the body."""
    names = "|".join(map(re.escape, params.resources))
    fields = "|".join(dict.fromkeys(re.escape(resource.key or "id") for resource in params.resources.values()))
    return rf"""(?:{re.escape(params.base)}/(?:{names})/|[{{,]\s*"(?:{fields})"\s*:\s*")([^/?"\s]{{1,80}})"""


def _answers(params: RestParams, around: Around) -> list[Any] | None:
    """Return lists and records as they are shown, tokens and refusals; None where a dataset's columns are not known."""
    found: list[Any] = [{"access_token": "", "token_type": "", "expires_in": 0}]
    found.append({"type": "", "title": "", "status": 0, "detail": "", "errors": [{"field": "", "detail": ""}]})
    if params.errors == "ok":
        found.append({"success": False, "error": {"code": "", "message": "", "fields": ANY}})
    for name, resource in params.resources.items():
        columns = around.columns(resource.data) if resource.data is not None else frozenset({resource.key or "id"})
        if columns is None:
            return None
        record = dict.fromkeys(columns) | {field: value for one in resource.records for field, value in one.items()}
        contract = params.contract.get(name, Contract())
        record = dict.fromkeys(contract.required) | record
        shown = {contract.rename.get(field, field): record[field] for field in record if field not in contract.drop}
        shown |= {resource.stamp: None} if resource.stamp is not None else {}
        found += [{"data": [shown], "total": 0, "next": None, "success": True}, shown]
    return found


def _numbers(params: RestParams, seed: int, timeline: Timeline, data: Mapping[str, Any]) -> Levels:
    """Return what the numbers of records are, by resource, record and field."""
    # Late: not every scenario's truth is in here.
    from simulator.parts.rest_api.series import numbers

    return numbers(params, seed, timeline, data)


REST_API = PartKind(
    name="rest-api",
    params=RestParams,
    make=made_by("simulator.parts.rest_api.part:RestApi"),
    protocol="http",
    tables=TABLES,
    access=_access,
    example=lambda params: f"GET {params.base}/{next(iter(params.resources))}",
    speaks="json",
    series={"numbers": _numbers},
    settles=lambda params: {name: Told(path=(name, "records")) for name in params.resources},
    answers=_answers,
    key=_key,
    limits={"limit": refuses("rate_limited")},
)
