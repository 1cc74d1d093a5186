import resource
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("soap-erp")


@pytest.mark.parametrize("token", ["", "Bearer wrong", "only-the-field-knows", "Bearer ünsinn"])
def test_control_asks_for_the_token(site: Any, token: str) -> None:
    headers = {b"Authorization": token.encode()}
    with httpx.Client(base_url=site.control.base_url, headers=headers) as stranger:
        assert stranger.get("/ready").status_code == 401
        assert stranger.post("/settle").status_code == 401
        assert stranger.post("/laps", json={}).status_code == 401


def test_a_site_without_a_lap_is_ready_and_closed(site: Any) -> None:
    assert site.control.get("/ready").json() == {"ready": True, "waiting": []}
    assert site.control.post("/settle").status_code == 409
    assert httpx.post(f"http://127.0.0.1:{site.port}/erp").status_code == 503
    assert httpx.get(f"http://127.0.0.1:{site.port}/?wsdl").status_code == 200


def test_bad_messages_are_refused_with_a_reason(site: Any) -> None:
    site.begin()
    assert "sesions" in site.control.post("/settings", json={"part": {"sesions": 3}}).json()["error"]
    unknown = site.control.post("/settings", json={"crm": {}})
    assert unknown.status_code == 404
    assert "crm" in unknown.json()["error"]
    assert site.control.post("/settings", content=b"{").status_code == 422
    assert site.control.post("/laps", json={"number": 1}).status_code == 422
    site.settle()


def test_evidence_can_be_read_while_the_lap_runs(site: Any) -> None:
    site.begin()
    httpx.post(f"http://127.0.0.1:{site.port}/erp")
    deadline = time.monotonic() + 30
    while not site.rows("calls") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [row["route"] for row in site.rows("calls")] == ["?"]
    site.settle()


def test_a_new_lap_begins_with_the_scenario_s_settings(site: Any) -> None:
    site.begin(locked=True)
    assert b"NACHTSPERRE" in _login(site)
    site.begin()
    assert b"<Sitzung>" in _login(site)
    site.settle()


def _login(site: Any) -> bytes:
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Anmelden xmlns="urn:halden:erp:2009">'
        "<Benutzer>shop</Benutzer><Kennwort>halden</Kennwort></Anmelden></s:Body></s:Envelope>"
    )
    return httpx.post(f"http://127.0.0.1:{site.port}/erp", content=body).content


def test_whoever_holds_connections_keeps_nobody_from_steering(start_site: Callable[..., Any]) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    few = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))}
    site = start_site("soap-erp", process=few)
    with ExitStack() as held:
        for _ in range(300):
            held.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        field = held.enter_context(httpx.Client(base_url=site.control.base_url, headers=site.control.headers))
        assert field.get("/ready").json()["ready"]
