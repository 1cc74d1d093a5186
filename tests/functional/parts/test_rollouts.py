"""What a registry and an event store are for: champion and challenger, shadow, canary and roll-back.

Each is done by a little deployment over simulated time with nothing but httpx, and then judged by questions to the
evidence alone. Labels come minutes after the predictions that they are about.
"""

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from scenarios.model import DatasetSpec
from simulator.dirt import Datasets

RATE = 450.0
LOANS = {
    "rows": 300,
    "columns": {
        "id": {"sequence": "L-{:03d}"},
        "x": {"number": {"uniform": {"from": 0, "to": 1}}},
        "at": {"time": {"from": "2026-03-02T08:00", "spans": "5m", "arrival": "even"}},
        "bad": {"outcome": {"logistic": {"bias": -4, "x": 8}}},
        "known_at": {"later": {"than": "at", "from": "30m sim", "to": "35m sim"}},
    },
}
TRUE, BLIND, WRONG = ({"bias": bias, "x": weight} for bias, weight in ((-4.0, 8.0), (0.0, 0.0), (4.0, -8.0)))
EVENTS: dict[str, Any] = {
    "streams": {
        "predictions": {"key": "loan", "value": "score", "required": ["score", "version", "role"]},
        "labels": {"data": "loans", "time": "known_at", "fields": ["id", "bad"], "value": "bad"},
    },
    "latency": {"median": "1ms", "p99": "2ms"},
}
VERSIONS = [{"artefacts": {"model.json": "blind.json"}}, {"artefacts": {"model.json": "wrong.json"}, "after": "2m sim"}]
MODELS: dict[str, Any] = {
    "models": {"risk": {"versions": VERSIONS}},
    "aliases": {"risk": {"champion": 1}},
    "latency": {"median": "1ms", "p99": "2ms"},
}
COMPARED = """
    select e.version, e.role, avg((e.value - l.value) ** 2), count(*)
    from events e join labels l on l.key = e.key and l.came group by all order by e.version
"""


class World:
    """The two parts, and the deployment's clients of them."""

    def __init__(self, registry: Any, store: Any) -> None:
        self.sites = (registry, store)
        self.models, self.events = (
            httpx.Client(base_url=f"http://127.0.0.1:{site.port}", timeout=60) for site in self.sites
        )
        self.loans: list[dict[str, Any]] = []

    def begin(self, **rules: Any) -> None:
        self.sites[0].begin(**MODELS | rules)
        self.sites[1].begin()

    def model(self, alias: str) -> tuple[int, dict[str, float]]:
        """The version that has the alias, and what it computes with."""
        version = self.models.get(f"/api/v1/models/risk/aliases/{alias}").raise_for_status().json()["version"]
        file = self.models.get(f"/api/v1/models/risk/versions/{version}/artefacts/model.json")
        return version, file.raise_for_status().json()

    def register(self, weights: dict[str, float]) -> int:
        version = self.models.post("/api/v1/models/risk/versions", json={"who": "trainer"}).raise_for_status().json()
        path = f"/api/v1/models/risk/versions/{version['version']}/artefacts/model.json"
        self.models.put(path, content=json.dumps(weights)).raise_for_status()
        return int(version["version"])

    def give(self, alias: str, version: int, **more: Any) -> httpx.Response:
        return self.models.put(f"/api/v1/models/risk/aliases/{alias}", json={"version": version, "who": "bot", **more})

    def predict(self, role: str, loans: list[dict[str, Any]], propensity: float = 1.0) -> None:
        version, weights = self.model(role)
        self.events.post("/v1/streams/predictions", json=[
            {"loan": loan["id"], "score": score(weights, loan["x"]), "version": version, "role": role,
             "propensity": propensity} for loan in loans
        ]).raise_for_status()  # fmt: skip

    def read(self, stream: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = {"next": 0, "more": True}
        while page["more"]:
            path, since = f"/v1/streams/{stream}", {"since": page["next"]}
            page = self.events.get(path, params=since).raise_for_status().json()
            found += [event["data"] for event in page["events"]]
        return found

    def wait(self, minutes: float) -> None:
        time.sleep(minutes * 60 / RATE)

    def brier(self) -> dict[int, float]:
        """Squared error of each version by the labels that have come, all of it read back from the store."""
        known = {label["id"]: label["bad"] for label in self.read("labels")}
        errors: dict[int, list[float]] = {}
        for event in self.read("predictions"):
            if event["loan"] in known:
                errors.setdefault(event["version"], []).append((event["score"] - known[event["loan"]]) ** 2)
        return {version: sum(found) / len(found) for version, found in errors.items()}

    def settle(self) -> duckdb.DuckDBPyConnection:
        """The lap is over; what the evidence has, to be asked."""
        for site in self.sites:
            site.settle()
        db = duckdb.connect()
        registry, store = (site.folder / str(site.lap) for site in self.sites)
        for view, folder, table in (("audit", registry, "facts_registry"), ("spells", registry, "facts_aliases"),
                                    ("events", store, "facts_events"), ("labels", store, "facts_labels")):  # fmt: skip
            (file,) = folder.rglob(f"{table}.site.jsonl")  # the examiner's, such as true labels, lie in a folder beside
            db.execute(f"create view {view} as select * from '{file}'")
        return db


def score(weights: dict[str, float], x: float) -> float:
    return 1 / (1 + math.exp(-(weights["bias"] + weights["x"] * x)))


@pytest.fixture(scope="module")
def world(start_site: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    files: Path = tmp_path_factory.mktemp("files")
    for name, weights in (("blind", BLIND), ("wrong", WRONG)):
        (files / f"{name}.json").write_text(json.dumps(weights))
    registry = start_site("model-registry", process={"files": files}, **MODELS)
    store = start_site("event-store", process={"datasets": {"loans": LOANS}}, **EVENTS)
    world = World(registry, store)
    # What the applications say; a scenario's traffic would bring them. Data of a lap are the same for the same seed.

    made = Datasets({"loans": DatasetSpec.model_validate(LOANS)}, 7)["loans"].records()
    world.loans = [{"id": loan["id"], "x": loan["x"]} for loan in made]
    yield world
    world.models.close()
    world.events.close()


def test_a_challenger_takes_over_once_it_has_been_measured(world: World) -> None:
    world.begin(gates={"champion": {"metrics": {"live_brier": {"most": 0.2}}}})
    challenger = world.register(TRUE)
    assert world.give("champion", challenger).json()["missing"] == ["metric live_brier"]
    world.give("challenger", challenger).raise_for_status()
    for role in ("champion", "challenger"):
        world.predict(role, world.loans)
    assert world.brier() == {}
    world.wait(41)
    brier = world.brier()
    assert brier[challenger] < 0.2 < brier[1]
    measured = {"metrics": {"live_brier": brier[challenger]}}
    world.models.patch(f"/api/v1/models/risk/versions/{challenger}", json=measured).raise_for_status()
    world.give("champion", challenger, expects=1, reason="better on 300 outcomes").raise_for_status()
    assert world.model("champion") == (challenger, TRUE)
    db = world.settle()
    compared = db.execute(COMPARED).fetchall()
    assert [row[:2] for row in compared] == [("1", "champion"), (str(challenger), "challenger")]
    assert [row[3] for row in compared] == [300, 300]
    assert [error for _, _, error, _ in compared] == pytest.approx([brier[1], brier[challenger]])
    moves = db.execute("select version, result, was from audit where alias = 'champion' and not customer").fetchall()
    assert moves == [(challenger, "gate_closed", 1), (challenger, "ok", 1)]


def test_a_shadow_is_judged_on_what_it_would_have_said(world: World) -> None:
    world.begin(gates={"champion": {"served": {"shadow": "30m sim"}}})
    shadow = world.register(TRUE)
    world.give("shadow", shadow).raise_for_status()
    for begin in range(0, 300, 100):
        for role in ("champion", "shadow"):
            world.predict(role, world.loans[begin : begin + 100])
        world.wait(2)
    assert "0:30:00 as shadow" in world.give("champion", shadow).json()["missing"][0]
    world.wait(35)
    half = world.brier()
    assert half[shadow] < half[1]
    assert world.give("champion", shadow, reason="shadowed").status_code == 200
    db = world.settle()
    said = db.execute("select role, count(*), count(distinct key) from events group by role order by role").fetchall()
    assert said == [("champion", 300, 300), ("shadow", 300, 300)]
    (held,) = db.execute("""select s.until is null and c.since - s.since > 30 * 60 / 450.0 - 0.01 from spells s
        join spells c on c.version = s.version and c.alias = 'champion' where s.alias = 'shadow'""").fetchall()
    assert held == (True,)
    # What nobody could know yet when it was promoted counts when the lap is judged.
    everything = COMPARED.replace("and l.came", "")
    assert [row[3] for row in db.execute(everything).fetchall()] == [300, 300]


def test_a_canary_that_does_harm_is_taken_back_by_what_a_few_were_exposed_to(world: World) -> None:
    world.begin()
    canary = world.register(WRONG)
    world.give("challenger", canary).raise_for_status()
    share, rng = 0.2, random.Random(1)
    exposed = [loan for loan in world.loans if rng.random() < share]
    world.predict("challenger", exposed, share)
    world.predict("champion", [loan for loan in world.loans if loan not in exposed], 1 - share)
    world.wait(41)
    brier = world.brier()
    assert brier[canary] > brier[1]
    world.models.request(
        "DELETE", "/api/v1/models/risk/aliases/challenger", json={"who": "bot", "reason": "canary"}
    ).raise_for_status()
    assert world.models.get("/api/v1/models/risk/aliases/challenger").status_code == 404
    db = world.settle()
    weights = db.execute("select role, sum(1 / propensity) from events group by role order by role").fetchall()
    assert [role for role, _ in weights] == ["challenger", "champion"]
    assert all(weight == pytest.approx(300, rel=0.25) for _, weight in weights)
    (estimate, truth) = db.execute(
        """select sum((e.value - l.value) ** 2 / e.propensity) / sum(1 / e.propensity), avg(l.value)
           from events e join labels l using (key) where e.role = 'challenger'"""
    ).fetchone() or (0, 0)
    assert estimate == pytest.approx(brier[canary])
    assert 0 < truth < 1
    assert db.execute("select event, was, reason from audit where event = 'unalias'").fetchall() == [
        ("unalias", canary, "canary")
    ]


def test_somebody_promotes_a_bad_version_and_it_is_rolled_back(world: World) -> None:
    world.begin(gates={"champion": {"approvals": 1}}, reviewers={"paul": {}})
    world.predict("champion", world.loans[:150])
    world.wait(3)
    gates = {"gates": {"champion": {"approvals": 1}}, "reviewers": {"paul": {}}}
    world.sites[0].configure(**MODELS | gates | {"aliases": {"risk": {"champion": 2}}})
    assert world.model("champion") == (2, WRONG)
    world.predict("champion", world.loans[150:])
    world.wait(41)
    brier = world.brier()
    assert brier[2] > brier[1]
    assert world.give("champion", 1, expects=2, reason="harm").status_code == 200
    assert world.model("champion") == (1, BLIND)
    db = world.settle()
    moves = db.execute(
        "select version, was, back, customer, reason from audit where event = 'alias' order by sim"
    ).fetchall()
    assert moves == [(1, None, False, True, None), (2, 1, False, True, None), (1, 2, True, False, "harm")]
    (harmed,) = db.execute("""select count(*) from events e join spells s on s.alias = 'champion' and s.version = 2
        where e.version = '2' and e.role = 'champion'""").fetchone() or (0,)
    assert harmed == 150
    spells = db.execute("select version, until is null from spells where alias = 'champion' order by sim").fetchall()
    assert spells == [(1, False), (2, False), (1, True)]
