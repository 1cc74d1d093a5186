"""Where a request holds its business key: found as a link finds it, in the target and the body."""

import json
import re
from typing import Any

import pytest

from simulator.parts import PARTS

RESOURCES = {"orders": {"records": [{"id": "HX-1"}]}, "customers": {"key": "number", "records": [{"number": "C-1"}]}}


def found(part: str, given: dict[str, Any], target: str, body: str = "") -> str | None:
    kind = PARTS[part]
    pattern = kind.key(kind.params.model_validate(given))
    if pattern is None:
        return None
    match = re.compile(pattern.encode()).search(target.encode()) or re.compile(pattern.encode()).search(body.encode())
    return match.group(1).decode() if match else None


@pytest.mark.parametrize(
    ("target", "body", "key"),
    [
        ("/api/v1/orders/HX-000123", "", "HX-000123"),
        ("/api/v1/orders/HX-000123/lines?of=C-9", "", "HX-000123"),
        ("/api/v1/customers/C-42", '{"number": "C-43"}', "C-42"),
        ("/api/v1/orders?limit=20", "", None),
        ("/api/v1/orders", '{"town": "Ulm", "id": "HX-000124"}', "HX-000124"),
        ("/api/v1/customers", '{"number":"C-44"}', "C-44"),
        ("/api/v1/orders", '{"customer": {"name": "x"}}', None),
        ("/oauth/token", "grant_type=client_credentials", None),
    ],
)
def test_a_rest_api_has_it_in_the_path_or_in_what_is_created(target: str, body: str, key: str | None) -> None:
    assert found("rest-api", {"resources": RESOURCES}, target, body) == key


def test_a_rest_api_has_it_behind_its_own_base() -> None:
    given = {"base": "/v2", "resources": RESOURCES}
    assert found("rest-api", given, "/v2/orders/HX-7") == "HX-7"
    assert found("rest-api", given, "/api/v1/orders/HX-7") is None


def script(pattern: Any, key: str | None = "order") -> dict[str, Any]:
    return {"read": {"order": pattern}, "key": key, "rules": [{"name": "any", "says": "Hello"}]}


@pytest.mark.parametrize(
    ("pattern", "key"),
    [(r"Order (HX-\d+) is", "HX-000123"), (r"HX-\d+", "HX-000123"), ("^Order", None), ("(?i)order", None)],
)
def test_a_model_has_the_fact_that_its_script_names(pattern: str, key: str | None) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "Order HX-000123 is late"}]})
    assert found("llm", script(pattern), "/v1/chat/completions", body) == key


def test_a_model_whose_script_names_none_has_none() -> None:
    assert found("llm", script("HX-[0-9]+", key=None), "/v1/chat/completions", "HX-000123") is None
    assert found("llm", script({"pattern": ["late", "lost"]}), "/v1/chat/completions", "late") is None
