"""The model registry as a deployment meets it, with httpx as the stock client."""

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

RATE = 450.0
PARAMS: dict[str, Any] = {
    "models": {
        "eta": {
            "versions": [
                {"metrics": {"mae": 4.06}, "params": {"depth": 6}, "artefacts": {"model.json": "eta-1.json"}},
                {"description": "late", "metrics": {"mae": 3.63}, "after": "45m sim"},
            ]
        }
    },
    "aliases": {"eta": {"champion": 1}},
    "latency": {"median": "1ms", "p99": "2ms"},
}


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("files")
    (folder / "eta-1.json").write_bytes(b'{"depth": 6}')
    return start_site("model-registry", process={"files": folder}, **PARAMS)


@pytest.fixture
def registry(site: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{site.port}/api/v1", timeout=60) as client:
        yield client
    site.control.post("/settle")


def test_the_customers_versions_are_there_some_of_them_later(site: Any, registry: httpx.Client) -> None:
    site.begin()
    assert registry.get("/models/eta").json() == {"name": "eta", "latest": 1, "aliases": {"champion": 1}}
    first = registry.get("/models/eta/versions/champion").json()
    assert (first["version"], first["metrics"], first["params"]) == (1, {"mae": 4.06}, {"depth": 6})
    digest = hashlib.sha256(b'{"depth": 6}').hexdigest()
    assert first["artefacts"] == {"model.json": {"bytes": 12, "sha256": digest}}
    got = registry.get("/models/eta/versions/1/artefacts/model.json")
    assert (got.content, got.headers["ETag"]) == (b'{"depth": 6}', f'"{digest}"')
    made = registry.post("/models/eta/versions", json={"metrics": {"mae": 3.9}, "who": "trainer"})
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/models/eta/versions/3")
    assert registry.get("/models/eta/versions/2").status_code == 404
    time.sleep(45 * 60 / RATE)
    assert [v["version"] for v in registry.get("/models/eta/versions").json()["versions"]] == [1, 2, 3]
    assert site.settle() == {"eta": {"aliases": {"champion": 1}, "versions": 3}}
    audit = [(row["event"], row["version"], row["customer"], row["who"]) for row in site.rows("facts_registry")]
    assert sorted(audit, key=str) == sorted(
        [("alias", 1, True, None), ("registered", 1, True, None), ("registered", 2, True, None),
         ("registered", 3, False, "trainer")], key=str,
    )  # fmt: skip
    (late,) = (row for row in site.rows("facts_registry") if row["version"] == 2)
    assert (late["sim"], round(late["at"], 2)) == ("2026-03-02T08:45:00", round(45 * 60 / RATE, 2))


def test_versions_grow_and_artefacts_stay(site: Any, registry: httpx.Client) -> None:
    site.begin()
    registry.post("/models", json={"name": "churn"}).raise_for_status()
    assert registry.post("/models", json={"name": "churn"}).status_code == 409
    registry.post("/models/churn/versions", json={"tags": {"run": "a", "owner": "jun"}}).raise_for_status()
    changed = registry.patch("/models/churn/versions/1", json={"metrics": {"auc": 0.8}, "tags": {"run": None}}).json()
    assert (changed["metrics"], changed["tags"]) == ({"auc": 0.8}, {"owner": "jun"})
    path = "/models/churn/versions/1/artefacts/weights/a.bin"
    body = bytes(range(256)) * 4096
    assert [registry.put(path, content=body).status_code for _ in "ab"] == [201, 200]
    assert registry.put(path, content=b"other").status_code == 409
    assert registry.get(path).content == body
    listed = registry.get("/models/churn/versions/1/artefacts").json()["artefacts"]
    assert listed["weights/a.bin"]["sha256"] == hashlib.sha256(body).hexdigest()
    for bad in ("../x", ".hidden", "a b"):
        assert registry.put(f"/models/churn/versions/1/artefacts/{bad}", content=b"").status_code in (400, 404)
    site.configure(**PARAMS | {"largest": "1k", "room": "1500b"})
    too_large = registry.put("/models/churn/versions/1/artefacts/b", content=bytes(1025))
    assert (too_large.status_code, too_large.headers["Content-Type"]) == (413, "application/problem+json")
    assert registry.put("/models/churn/versions/1/artefacts/b", content=bytes(1000)).status_code == 507
    site.settle()
    stored = [row["result"] for row in site.rows("facts_registry") if row["event"] == "artefact"]
    assert stored == ["ok", "ok", "conflict", "too_large", "full"]


def test_a_gate_says_what_it_misses_and_reviewers_take_their_time(site: Any, registry: httpx.Client) -> None:
    gate = {"metrics": {"mae": {"most": 4.0}, "coverage": {}}, "tags": ["owner"], "artefacts": ["m"], "approvals": 1,
            "served": {"shadow": "5m sim"}}  # fmt: skip
    reviewers = {"jun": {"takes": "4m sim", "tags": ["owner"]}, "noor": {"takes": "0s sim"}}
    site.begin(**PARAMS | {"gates": {"champion": gate}, "reviewers": reviewers})
    registry.post("/models/eta/versions", json={"metrics": {"mae": 4.5}}).raise_for_status()
    move = {"version": 3, "who": "bot", "reason": "better offline"}
    refused = registry.put("/models/eta/aliases/champion", json=move)
    assert (refused.status_code, refused.json()["missing"]) == (422, [
        "metric mae of at most 4, not 4.5", "metric coverage", "tag owner", "artefact m", "1 approvals, not 0",
        "0:05:00 as shadow, not 0:00:00",
    ])  # fmt: skip
    asked = registry.post("/models/eta/versions/3/reviews", json={"reviewer": "jun"})
    assert (asked.status_code, asked.json()["jun"]["state"]) == (202, "pending")
    assert "Who does: jun, noor" in registry.post("/models/eta/versions/3/reviews", json={"reviewer": "bot"}).text
    registry.put("/models/eta/aliases/shadow", json={"version": 3}).raise_for_status()
    time.sleep(4 * 60 / RATE)
    registry.patch("/models/eta/versions/3", json={"metrics": {"mae": 3.9, "coverage": 1}, "tags": {"owner": "x"}})
    rejected = registry.get("/models/eta/versions/3").json()["reviews"]["jun"]
    assert (rejected["state"], rejected["reason"]) == ("rejected", "I miss: tag owner")
    registry.put("/models/eta/versions/3/artefacts/m", content=b"m").raise_for_status()
    registry.post("/models/eta/versions/3/reviews", json={"reviewer": "jun"})
    time.sleep(4 * 60 / RATE)
    assert registry.get("/models/eta/versions/3").json()["reviews"]["jun"]["state"] == "approved"
    assert registry.put("/models/eta/aliases/champion", json=move | {"expects": 2}).status_code == 409
    moved = registry.put("/models/eta/aliases/champion", json=move | {"expects": 1})
    assert (moved.status_code, moved.json()["aliases"]) == (200, ["shadow", "champion"])
    site.settle()
    rows = site.rows("facts_registry")
    tries = [
        (row["result"], row["was"], row["who"]) for row in rows if row["alias"] == "champion" and row["version"] == 3
    ]
    assert tries == [("gate_closed", 1, "bot"), ("conflict", 1, "bot"), ("ok", 1, "bot")]
    assert [row["event"] for row in rows if row["who"] == "jun"] == ["rejected", "approved"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/nope", None, 404, "no model"),
        ("GET", "/eta/versions/9", None, 404, "no version"),
        ("GET", "/eta/versions/challenger", None, 404, "no version"),
        ("PUT", "/eta/aliases/king", {"version": 1}, 404, "There are: champion"),
        ("PUT", "/eta/aliases/champion", {"version": "1"}, 422, "version"),
        ("PUT", "/eta/aliases/champion", {"version": 7}, 404, "no version"),
        ("DELETE", "/eta/aliases/shadow", None, 404, "No version of eta is shadow"),
        ("POST", "/eta/versions", {"metric": {}}, 422, "metric"),
        ("POST", "", {"name": "a b"}, 422, "name"),
        ("PATCH", "/eta/versions/1", {"metrics": {"a": "b"}}, 422, "metrics.a"),
    ],
)
def test_what_is_wrong_is_said(
    site: Any, registry: httpx.Client, method: str, path: str, body: Any, status: int, said: str
) -> None:
    site.begin()
    answer = registry.request(method, f"/models{path}", json=body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]


def test_who_has_no_token_stays_out(site: Any, registry: httpx.Client) -> None:
    site.begin(**PARAMS | {"token": "s3"})
    assert registry.get("/models").status_code == 401
    assert registry.get("/models", headers={"Authorization": "Bearer s3"}).status_code == 200
    site.settle()
    assert registry.get("/models").status_code == 503
