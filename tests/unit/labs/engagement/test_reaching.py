"""Requests to a part as one types them, and the command that does the same by hand."""

import shlex

import pytest

from labs.base.errors import UsageProblem
from labs.engagement.parts import ReachablePart
from labs.engagement.requests import Asked, curl, parse
from simulator.parts.base import Access, TokenRequest

OPEN = ReachablePart("erp", "soap-erp", "http", "127.0.0.1", 8001, Access(), "GET /?wsdl", {})


def test_a_path_is_a_get_and_with_a_body_a_post() -> None:
    assert parse(("/a",)) == Asked("GET", "/a")
    assert parse(("/a",), body="{}") == Asked("POST", "/a", {}, "{}")
    assert parse(("patch", "/a"), ("If-Match: x",), "{}") == Asked("PATCH", "/a", {"If-Match": "x"}, "{}")


@pytest.mark.parametrize("words", [("GET",), ("DANCE", "/a"), ("GET", "a"), ("GET", "/a", "/b")])
def test_what_is_no_request_is_said_to_be_none(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageProblem, match="is no request"):
        parse(words)


def test_a_header_has_a_colon() -> None:
    with pytest.raises(UsageProblem, match="is no header"):
        parse(("/a",), ("X",))


def test_the_command_has_the_login() -> None:
    assert shlex.split(curl(OPEN)) == ["curl", "http://127.0.0.1:8001/?wsdl"]
    bearer = ReachablePart("llm", "llm", "http", "127.0.0.1", 8001, Access(bearer="sk-1"), "GET /v1/models", {})
    assert shlex.split(curl(bearer))[-2:] == ["-H", "Authorization: Bearer sk-1"]
    token = Access(token=TokenRequest("/oauth/token", {"client_id": "a b", "client_secret": "s"}))
    fetch, use = curl(ReachablePart("crm", "rest-api", "http", "127.0.0.1", 8001, token, "GET /x", {})).split("\n")
    assert "-d 'client_id=a b'" in fetch
    assert "http://127.0.0.1:8001/oauth/token" in fetch
    assert use.endswith('-H "Authorization: Bearer $TOKEN"')
