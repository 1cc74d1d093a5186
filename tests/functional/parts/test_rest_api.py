"""The REST API as a partner meets it, with httpx as the stock client."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

LOCALHOST = "127.0.0.1"
CUSTOMERS = [
    {"id": f"C-{n:03}", "name": f"Customer {n}", "income": 1000.5 + n, "since": f"2019-03-{n % 28 + 1:02}T00:00:00",
     "active": n % 2 == 0}
    for n in range(1, 121)
]  # fmt: skip
CRM: dict[str, Any] = {
    "resources": {"customers": {"records": CUSTOMERS}},
    "latency": {"median": "1ms", "p99": "2ms"},
    "paging": {"size": 20, "most": 50},
}
BUSY = {"customers": {"every": "20s sim", "updates": 6, "inserts": 2, "deletes": 2}}
"""About 22 edits a second of wall time."""


def oldest(**more: Any) -> dict[str, Any]:
    return CRM | {"resources": {"customers": {"records": CUSTOMERS, "order": "oldest"}}} | more


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("rest-api", **oldest())


@pytest.fixture(scope="module")
def plain(start_site: Callable[..., Any]) -> Any:
    return start_site("rest-api", **CRM)


def _client(site: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{LOCALHOST}:{site.port}/api/v1", timeout=60) as client:
        yield client
    site.control.post("/settle")


@pytest.fixture
def shifting(site: Any) -> Iterator[httpx.Client]:
    yield from _client(site)


@pytest.fixture
def crm(plain: Any) -> Iterator[httpx.Client]:
    yield from _client(plain)


def scan(client: httpx.Client, pause: float = 0.0, path: str = "/customers") -> list[str]:
    """Keys in the order in which paging through gives them."""
    keys: list[str] = []
    following: str | None = path
    while following:
        page = client.get(following.removeprefix("/api/v1")).raise_for_status().json()
        keys += [row["id"] for row in page["data"]]
        following = page["next"]
        time.sleep(pause)
    return keys


def test_pages_records_and_what_the_evidence_says(plain: Any, crm: httpx.Client) -> None:
    plain.begin()
    first = crm.get("/customers").json()
    assert (len(first["data"]), first["total"], first["next"]) == (20, 120, "/api/v1/customers?offset=20&limit=20")
    assert first["data"][0] == CUSTOMERS[0] | {"updated_at": "2026-03-02T08:00:00"}
    assert scan(crm) == [customer["id"] for customer in CUSTOMERS]
    assert len(crm.get("/customers?limit=500").json()["data"]) == 50
    assert crm.get("/customers/C-007").json()["name"] == "Customer 7"
    assert [row["id"] for row in crm.get("/customers", params={"name": "Customer 9"}).json()["data"]] == ["C-009"]
    assert crm.get("/customers?updated_since=2026-03-02T09:00:00").json()["data"] == []
    state = plain.settle()
    assert state["customers"] == {"records": CUSTOMERS, "edits": 0}
    whole = [row for row in plain.rows("facts_api_scans") if row["complete"] and row["filter"] is None]
    assert [(row["pages"], row["rows"], row["skipped"], row["repeated"]) for row in whole] == [(6, 120, 0, 0)]
    assert plain.rows("calls")[-1]["route"] == "list customers"
    assert next(row["key"] for row in plain.rows("calls") if row["route"] == "get customers") == "C-007"


def test_offsets_skip_what_cursors_do_not(site: Any, shifting: httpx.Client) -> None:
    site.begin(**oldest(edits=BUSY))
    by_offset = set(scan(shifting, pause=0.15))
    site.configure(**oldest(edits=BUSY, paging={"style": "cursor", "size": 20}))
    by_cursor = set(scan(shifting, pause=0.05))
    site.configure(**oldest())
    there = set(scan(shifting))
    state = site.settle()
    assert there == {record["id"] for record in state["customers"]["records"]}
    offset, cursor, calm = (row for row in site.rows("facts_api_scans") if row["complete"])
    assert offset["skipped"] > 0
    assert (cursor["skipped"], calm["skipped"]) == (0, 0)
    missed = {row["record"] for row in site.rows("facts_api_skipped")}
    assert len(missed) == offset["skipped"]
    assert missed.isdisjoint(by_offset)
    edits = site.rows("facts_api_edits")
    assert {row["op"] for row in edits} == {"update", "insert", "delete"}
    assert state["customers"]["edits"] == len(edits)
    begun = {customer["id"] for customer in CUSTOMERS}
    assert missed <= begun
    assert by_cursor & begun >= there & begun


def test_tokens_expire_by_the_customers_clock(plain: Any, crm: httpx.Client) -> None:
    login = {"client": "shop", "secret": "s3"}
    plain.begin(**CRM | {"login": login | {"token": "1d sim"}})
    token = f"http://{LOCALHOST}:{plain.port}/oauth/token"
    assert crm.get("/customers").headers["WWW-Authenticate"] == "Bearer"
    form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "wrong"}
    assert httpx.post(token, data=form).status_code == 401
    form |= {"client_secret": "s3"}
    long = httpx.post(token, data=form).json()
    assert long["expires_in"] == 24 * 60 * 60 // 450
    plain.configure(**CRM | {"login": login | {"token": "10m sim"}})
    short = httpx.post(token, data=form).json()
    assert short["expires_in"] == 1
    time.sleep(10 * 60 / 450)
    crm.headers["Authorization"] = f"Bearer {short['access_token']}"
    expired = crm.get("/customers")
    assert (expired.status_code, expired.json()["type"]) == (401, "urn:problem:token-expired")
    crm.headers["Authorization"] = f"Bearer {long['access_token']}"
    assert crm.get("/customers").status_code == 200
    assert httpx.post(token, json=form).status_code == 200
    plain.settle()
    assert [row["refused"] for row in plain.rows("facts_api_logins")] == [True, False, False, False]


@pytest.mark.parametrize("tells", [True, False])
def test_limits_that_say_when_to_come_again_and_that_do_not(plain: Any, crm: httpx.Client, tells: bool) -> None:
    plain.begin(**CRM | {"limit": {"requests": 3, "per": "100h sim", "tells": tells}})
    answers = [crm.get("/customers/C-001") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert ("Retry-After" in answers[3].headers) is tells
    plain.configure(**CRM | {"limit": {"requests": 1, "per": "10m sim", "tells": tells}})
    while crm.get("/customers/C-001").status_code == 200:  # until two come within the 1.3 s
        pass
    time.sleep(10 * 60 / 450)
    assert crm.get("/customers/C-001").status_code == 200


def test_a_contract_that_changes_overnight(plain: Any, crm: httpx.Client) -> None:
    plain.begin()
    new = {"name": "New", "income": 7.5, "since": "2020-01-01T00:00:00", "active": True}
    made = crm.post("/customers", json=new)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/customers/C-121")
    contract = {
        "rename": {"income": "yearly_income"}, "required": ["consent"], "drop": ["active"],
        "types": {"income": "german"}, "dates": {"since": ["german", "iso"]},
    }  # fmt: skip
    plain.configure(**CRM | {"contract": {"customers": contract}})
    shown = crm.get("/customers?limit=50").json()["data"]
    assert {name for row in shown for name in row} == {"id", "name", "yearly_income", "since", "updated_at"}
    assert shown[0]["yearly_income"] == "1.001,50"
    assert {len(row["since"]) for row in shown} == {10, 19}
    refused = crm.patch("/customers/C-001", json={"name": "Renamed"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (422, "application/problem+json")
    assert refused.json()["errors"] == [{"field": "consent", "detail": "is required"}]
    body = {"income": 1, "yearly_income": "2.000,25", "consent": True, "since": "24.12.2020"}
    changed = crm.patch("/customers/C-001", json=body)
    assert changed.status_code == 200
    assert changed.json()["consent"] is True
    wrong = crm.patch("/customers/C-001", json={"yearly_income": 3, "since": "12/24/2020"})
    assert {error["field"] for error in wrong.json()["errors"]} == {"yearly_income", "since"}
    records = {record["id"]: record for record in plain.settle()["customers"]["records"]}
    assert (records["C-001"]["income"], records["C-001"]["since"]) == (2000.25, "2020-12-24T00:00:00")
    writes = [(row["op"], row["record"], row["result"], row["ignored"]) for row in plain.rows("facts_api_writes")]
    assert writes == [
        ("create", "C-121", "ok", None), ("change", "C-001", "validation_failed", None),
        ("change", "C-001", "ok", "income"), ("change", "C-001", "validation_failed", None),
    ]  # fmt: skip


def test_writes_that_are_safe_to_repeat_and_to_race(plain: Any, crm: httpx.Client) -> None:
    plain.begin(**CRM | {"writes": {"idempotency": True, "conditional": "required"}})
    once = {"Idempotency-Key": "k-1"}
    first, again = (crm.post("/customers", json={"name": "A"}, headers=once) for _ in "ab")
    assert (first.json()["id"], again.json()["id"]) == ("C-121", "C-121")
    assert crm.post("/customers", json={"name": "B"}, headers=once).status_code == 422
    tag = crm.get("/customers/C-005").headers["ETag"]
    assert crm.put("/customers/C-005", json={"name": "X"}).status_code == 428
    assert crm.put("/customers/C-005", json={"name": "X"}, headers={"If-Match": tag}).status_code == 200
    assert crm.put("/customers/C-005", json={"name": "Y"}, headers={"If-Match": tag}).status_code == 412
    assert crm.delete("/customers/C-006", headers={"If-Match": "*"}).status_code == 204
    assert crm.get("/customers/C-006").status_code == 404
    plain.settle()
    results = [row["result"] for row in plain.rows("facts_api_writes")]
    assert results == [
        "ok",
        "replayed",
        "validation_failed",
        "precondition_required",
        "ok",
        "precondition_failed",
        "ok",
    ]
    assert [row["blind"] for row in plain.rows("facts_api_writes")][-1] is True


def test_errors_in_the_customers_style(plain: Any, crm: httpx.Client) -> None:
    plain.begin(**CRM | {"errors": "ok"})
    lost = crm.get("/customers/C-999")
    assert lost.status_code == 200
    assert (lost.json()["success"], lost.json()["error"]["code"]) == (False, "NOT_FOUND")
    assert crm.get("/customers/C-001").json()["success"] is True
    plain.configure(**CRM | {"errors": "plain"})
    assert crm.get("/customers?offset=x").text == "offset must be a whole number of at least 0.\n"
    plain.settle()
    calls = [(row["status"], row["result"]) for row in plain.rows("calls")]
    assert calls == [(200, "not_found"), (200, "ok"), (400, "bad_request")]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/orders", b"", 404),
        ("GET", "/customers/a/b", b"", 404),
        ("POST", "/customers/C-001", b"{}", 405),
        ("POST", "/customers", b"[]", 400),
        ("POST", "/customers", b"{", 400),
        ("POST", "/customers", b'{"id": "C-001"}', 409),
        ("POST", "/customers", b'{"name": 3}', 422),
        ("GET", "/customers?limit=0", b"", 400),
        ("GET", "/customers?updated_since=today", b"", 400),
    ],
)
def test_what_is_wrong_with_a_request_is_said(
    plain: Any, crm: httpx.Client, method: str, path: str, body: bytes, status: int
) -> None:
    plain.begin()
    assert crm.request(method, path, content=body).status_code == status


def test_a_cursor_of_somebody_else_is_refused(site: Any, shifting: httpx.Client) -> None:
    site.begin(**oldest(paging={"style": "cursor"}))
    for cursor in ("!!", "b3JkZXJzOjE=", "Y3VzdG9tZXJzOng="):
        assert "not one of ours" in shifting.get(f"/customers?cursor={cursor}").text


def test_a_site_without_a_lap_says_that_it_is_starting(plain: Any, crm: httpx.Client) -> None:
    plain.control.post("/settle")
    assert crm.get("/customers").status_code == 503
