"""Toxiproxy's REST contract: status codes, bodies, and who may not."""

import json
import socket
from typing import Any

import httpx
import pytest

from tests.functional.field import toys
from tests.functional.field.test_process import World


def _six() -> bool:
    with socket.socket(socket.AF_INET6) as made:
        try:
            made.bind(("::1", 0))
        except OSError:
            return False
    return True


_SIX = socket.has_ipv6 and _six()


def test_what_the_api_answers(api: httpx.Client) -> None:
    assert api.get("/version").json()["version"].startswith("2.12.0")
    made = api.post("/proxies", json={"name": "x", "upstream": "127.0.0.1:1", "listen": "127.0.0.1:0"})
    assert made.status_code == 201
    assert made.json() == {
        "name": "x", "listen": made.json()["listen"], "upstream": "127.0.0.1:1", "enabled": True, "toxics": []
    }  # fmt: skip
    toxic = api.post("/proxies/x/toxics", json={"type": "bandwidth", "stream": "upstream", "attributes": {"rate": 5}})
    assert toxic.status_code == 200
    shown = {"attributes": {"rate": 5}, "name": "bandwidth_upstream", "type": "bandwidth", "stream": "upstream"}
    assert toxic.json() == shown | {"toxicity": 1.0}
    assert api.get("/proxies/x/toxics").json() == [toxic.json()]
    assert api.get("/proxies/x").json()["toxics"] == [toxic.json()]
    assert api.get("/proxies/x/toxics/bandwidth_upstream").json() == toxic.json()
    for method in ("POST", "PATCH"):
        edit = api.request(method, "/proxies/x/toxics/bandwidth_upstream", json={"toxicity": 0.5, "strange": 1})
        assert (edit.status_code, edit.json()) == (200, shown | {"toxicity": 0.5})
        update = api.request(method, "/proxies/x", json={"enabled": method == "PATCH"})
        assert (update.status_code, update.json()["enabled"]) == (200, method == "PATCH")
    assert api.delete("/proxies/x/toxics/bandwidth_upstream").status_code == 204
    assert api.post("/reset").status_code == 204
    assert api.delete("/proxies/x").status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "/proxies", "{", 400, "bad request body: "),
        ("POST", "/proxies", [], 400, "bad request body: "),
        ("POST", "/proxies", {"upstream": "127.0.0.1:1"}, 400, "missing required field: name"),
        ("POST", "/proxies", {"name": "x"}, 400, "missing required field: upstream"),
        ("POST", "/proxies", {"name": "x", "upstream": "nowhere"}, 400, "upstream 'nowhere' is not host:port"),
        ("POST", "/proxies", {"name": "x", "upstream": "h:1", "listen": "192.0.2.1:0"}, 400, "listen '192.0.2.1:0' is"),
        ("POST", "/proxies", {"name": "x", "upstream": "h:1", "listen": "::1:0"}, 400, "listen '::1:0' is not host:po"),
        ("POST", "/proxies", {"name": "x", "upstream": "h:²"}, 400, "upstream 'h:²' is not host:port"),
        ("POST", "/proxies", None, 400, "bad request body: "),
        ("POST", "/proxies", "null", 400, "missing required field: name"),
        ("POST", "/proxies", {"name": "api", "upstream": "h:1", "listen": "127.0.0.1:1"}, 409, "proxy already exists"),
        ("GET", "/proxies/none", None, 404, "proxy not found"),
        ("PATCH", "/proxies/none", {}, 404, "proxy not found"),
        ("DELETE", "/proxies/none", None, 404, "proxy not found"),
        ("PATCH", "/proxies/api", {"enabled": "yes"}, 400, "bad request body: enabled"),
        ("PATCH", "/proxies/api", {"upstream": "127.0.0.1:1"}, 403, "api is a link of this world"),
        ("DELETE", "/proxies/api", None, 403, "api is a link of this world"),
        ("GET", "/proxies/none/toxics", None, 404, "proxy not found"),
        ("POST", "/proxies/api/toxics", {"type": "fire"}, 400, "invalid toxic type"),
        ("POST", "/proxies/api/toxics", {}, 400, "invalid toxic type"),
        ("POST", "/proxies/api/toxics", {"type": "latency", "stream": "up"}, 400, "stream was invalid, can be either"),
        ("POST", "/proxies/api/toxics", {"type": "latency", "toxicity": 2}, 400, "bad request body: toxicity"),
        ("POST", "/proxies/api/toxics", {"type": "latency", "attributes": {"latency": "1s"}}, 400, "bad request body"),
        ("GET", "/proxies/api/toxics/none", None, 404, "toxic not found"),
        ("PATCH", "/proxies/api/toxics/none", {}, 404, "toxic not found"),
        ("DELETE", "/proxies/api/toxics/none", None, 404, "toxic not found"),
        ("POST", "/populate", {}, 400, "bad request body: "),
        ("POST", "/populate", [None], 400, "missing required field: name at proxy 1"),
        ("POST", "/populate", [[]], 400, "bad request body: proxy 1 is not an object"),
        ("POST", "/populate", [{"name": "x"}], 400, "missing required field: upstream at proxy 1"),
        ("POST", "/populate", [{"name": "x", "upstream": "h:1"}] * 2, 500, 'duplicate proxy name "x"'),
    ],
)
def test_what_the_api_refuses(api: httpx.Client, method: str, path: str, body: Any, status: int, error: str) -> None:
    content = body if isinstance(body, str) else None if body is None else json.dumps(body)
    answer = api.request(method, path, content=content)
    said = answer.json()
    assert (answer.status_code, said["status"]) == (status, status)
    assert said["error"].startswith(error)
    assert set(api.get("/proxies").json()) == {"api", "erp"}


def test_fields_count_whatever_their_case_as_clients_for_net_write_them(api: httpx.Client) -> None:
    proxy = {"Name": "x", "Listen": "127.0.0.1:0", "Upstream": "127.0.0.1:9", "Enabled": False}
    made = api.post("/proxies", json=proxy)
    assert (made.status_code, made.json()["name"], made.json()["enabled"]) == (201, "x", False)
    attributes = {"Latency": 250, "JITTER": 3}
    toxic = {"Name": "slow", "Type": "latency", "Stream": "Upstream", "Toxicity": 0.5, "Attributes": attributes}
    shown = {"attributes": {"latency": 250, "jitter": 3}, "name": "slow", "type": "latency", "stream": "upstream"}
    assert api.post("/proxies/x/toxics", json=toxic).json() == shown | {"toxicity": 0.5}
    edit = api.post("/proxies/x/toxics/slow", json={"Toxicity": 1.0, "Attributes": {"Jitter": 0}})
    assert edit.json() == shown | {"attributes": {"latency": 250, "jitter": 0}, "toxicity": 1.0}
    assert api.post("/proxies/x", json={"Enabled": True}).json()["enabled"]
    several = api.post("/populate", json=[proxy | {"Name": "y"}, {"name": "a", "NAME": "z", "upstream": "h:1"}])
    assert [one["name"] for one in several.json()["proxies"]] == ["y", "z"]


def test_a_client_that_sends_back_all_that_it_was_shown_changes_what_it_changed(api: httpx.Client) -> None:
    """Go's `proxy.Save()` and Java's setters send the whole proxy, toxics and all, also of a link of the world."""
    api.post("/proxies/api/toxics", json={"type": "latency"})
    shown = api.get("/proxies/api").json()
    saved = api.post("/proxies/api", json=shown | {"enabled": False, "toxics": None})
    assert (saved.status_code, saved.json()) == (200, shown | {"enabled": False})
    assert api.post("/proxies/api", json=shown).json() == shown


def test_null_is_as_if_it_were_left_out(api: httpx.Client) -> None:
    proxy = {"name": "x", "listen": None, "upstream": "127.0.0.1:9", "enabled": None, "toxics": None}
    assert api.post("/proxies", json=proxy).json()["enabled"]
    toxic = {"name": None, "type": "latency", "stream": None, "toxicity": None, "attributes": None}
    shown: dict[str, Any] = {"attributes": {"latency": 0, "jitter": 0}, "name": "latency_downstream", "type": "latency"}
    shown |= {"stream": "downstream", "toxicity": 1.0}
    made = api.post("/proxies/x/toxics", json=toxic)
    assert (made.status_code, made.json()) == (200, shown)
    edit = {"toxicity": None, "attributes": {"latency": 10, "jitter": None}}
    edited = shown | {"attributes": {"latency": 10, "jitter": 0}}
    assert api.post("/proxies/x/toxics/latency_downstream", json=edit).json() == edited
    assert api.post("/proxies/x/toxics/latency_downstream", content=b"null").json() == edited
    assert api.post("/proxies/x", json={"enabled": None, "listen": None, "upstream": None}).json()["enabled"]
    assert api.post("/populate", content=b"null").json() == {"proxies": []}


@pytest.mark.parametrize(
    ("listen", "host"),
    [
        ("", "127.0.0.1"),
        (":0", "127.0.0.1"),
        ("0.0.0.0:0", "127.0.0.1"),
        ("[::]:0", "127.0.0.1"),
        ("localhost:0", "127.0.0.1"),
        ("127.0.0.1:", "127.0.0.1"),
        ("127.0.0.2:0", "127.0.0.2"),
        pytest.param("[::1]:0", "::1", marks=pytest.mark.skipif(not _SIX, reason="no IPv6 loopback here")),
    ],
)
def test_where_a_proxy_listens(api: httpx.Client, listen: str, host: str) -> None:
    made = api.post("/proxies", json={"name": "x", "listen": listen, "upstream": "localhost:1"})
    assert made.status_code == 201
    there, _, port = made.json()["listen"].rpartition(":")
    assert there.strip("[]") == host
    assert int(port) > 0
    with socket.create_connection((host, int(port))):
        pass
    for enabled in (False, True):  # where it was, also after it was away
        shown = api.post("/proxies/x", json={"enabled": enabled}).json()
        assert shown["listen"] == made.json()["listen"]
    with socket.create_connection((host, int(port))):
        pass
    again = {"name": "x", "listen": made.json()["listen"], "upstream": "localhost:1"}
    api.post("/proxies/x/toxics", json={"type": "latency"})
    assert len(api.post("/populate", json=[again]).json()["proxies"][0]["toxics"]) == 1


def test_who_may_not(world: World, api: httpx.Client) -> None:
    browser = api.get("/proxies", headers={"User-Agent": "Mozilla/5.0"})
    assert (browser.status_code, browser.text) == (403, "User agent not allowed\n")
    for key in ("wrong", toys.TOKEN):
        assert httpx.get(f"{world.field.base_url}/toxiproxy/{key}/proxies").status_code == 401


def test_populate_makes_all_or_looks_at_all_first(api: httpx.Client) -> None:
    wanted = [{"name": name, "upstream": "127.0.0.1:1", "listen": "127.0.0.1:0"} for name in ("x", "y")]
    made = api.post("/populate", json=wanted)
    assert made.status_code == 201
    again = [{**one, "listen": shown["listen"]} for one, shown in zip(wanted, made.json()["proxies"], strict=True)]
    api.post("/proxies/x/toxics", json={"type": "latency"})
    kept = api.post("/populate", json=again).json()["proxies"]
    assert [len(proxy["toxics"]) for proxy in kept] == [1, 0]  # the same place: left as it is
    moved = api.post("/populate", json=[{**again[0], "upstream": "127.0.0.1:2"}]).json()["proxies"]
    assert (moved[0]["upstream"], moved[0]["toxics"]) == ("127.0.0.1:2", [])
    taken = api.post("/proxies", json={"name": "z", "upstream": "127.0.0.1:1", "listen": again[1]["listen"]})
    assert (taken.status_code, taken.json()["status"]) == (500, 500)
    assert "z" not in api.get("/proxies").json()
