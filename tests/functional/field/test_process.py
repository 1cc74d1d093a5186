"""The field as a process: a world of toys, driven through control as the keeper does it."""

import json
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
import pytest

from scenarios.draws import Template
from scenarios.model import DatasetSpec
from simulator.field.config import FieldConfig, Link
from simulator.field.field import MAX_LOOKUPS
from simulator.plan import Listen
from simulator.runtime.ports import Ports
from tests.functional.field import toys
from tests.toys import rows

MESSAGE = {"from": "dieter", "text": "From now on by file."}
PHASES: list[dict[str, Any]] = [
    {"name": "morning", "lasts": "1s", "simulates": "10m"},
    {
        "name": "storm",
        "lasts": "1s",
        "faults": [{"link": "api", "abort": 503, "share": "20%"}],
        "set": {"erp": {"locked": True}},
    },
    {"name": "shifted", "lasts": "1s", "shift": True, "set": {"erp": {"writes": "file"}}, "message": MESSAGE},
]
LONG: list[dict[str, Any]] = [{"name": "morning", "lasts": "60s", "simulates": "60m"}]
STOCK = {"rows": 40, "columns": {"id": {"sequence": "A-{}"}}, "dirt": [{"missing": {"column": "id"}, "share": "5%"}]}


def scenario(workload: str = "toy", rate: str = "60/s", phases: list[dict[str, Any]] = PHASES) -> Template:
    return Template.model_validate(
        {
            "id": "toy",
            "title": "Toy",
            "customer": {"name": "Halden", "trade": "tools", "currency": "EUR"},
            "level": 0,
            "minutes": 1,
            "people": {"dieter": {"name": "Dieter", "role": "IT"}},
            "site": {"erp": {"part": "toy", "with": {"sessions": 2}}},
            "deployment": {"services": {"api": {"command": ["true"]}}, "editable": ["*"]},
            "datasets": {"stock": STOCK},
            "traffic": {"orders": {"workload": workload, "to": "api", "rate": rate, "timeout": "20s"}},
            "phases": phases,
            "checks": [{"id": "any", "family": "reliability", "expect": ">= 1", "says": "…", "sql": "select 1"}],
        }
    )


class World:
    """A field with its toys; `field` is its control."""

    def __init__(self, folder: Path, plan: Template, practice: bool = False) -> None:
        def here(port: int) -> Listen:
            return Listen(host="127.0.0.1", port=port)

        self._ports = Ports()
        service, site, erp, api, link, control, clock = (self._ports.take() for _ in range(7))
        dns = self._ports.take(udp=True)
        self.config = FieldConfig(
            scenario=plan,
            links=[
                Link(name="api", protocol="http", listen=here(api), target=here(service), ready="/health"),
                Link(name="erp", protocol="http", listen=here(link), target=here(erp)),
            ],
            control=here(control),
            clock=here(clock),
            dns=here(dns),
            site={"site": f"http://127.0.0.1:{site}"},
            hosts={"erp": "site"},
            token=toys.TOKEN,
            practice=practice,
            evidence=str(folder / "laps"),
        )
        self.laps = folder / "laps"
        (self.laps / "1").mkdir(parents=True)
        self.log = folder / "site.log"
        path = folder / "field.json"
        path.write_text(self.config.model_dump_json(by_alias=True))
        self._ports.release((service, site, erp, api, link, control, clock, dns))
        self.site = toys.start("site", str(site), str(self.log))
        self.service = toys.start("service", str(service))
        self.process = toys.start("field", str(path))
        self.field = httpx.Client(
            base_url=f"http://127.0.0.1:{self.config.control.port}",
            headers={"Authorization": f"Bearer {toys.TOKEN}"},
            timeout=60,
        )

    def ready(self) -> None:
        _wait(lambda: self.field.get("/ready").json() == {"ready": True, "waiting": []})

    def clock(self) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.config.clock.port}/")

    def events(self, until: str, **told: Any) -> list[dict[str, Any]]:
        """All events up to the first one of that kind that tells that."""
        last = {"kind": until, **told}
        seen: list[dict[str, Any]] = []
        with self.field.stream("GET", "/events") as lines:
            for line in lines.iter_lines():
                if line:
                    seen.append(json.loads(line))
                    if last.items() <= seen[-1].items():
                        return seen
        raise AssertionError(f"no {last} in {seen}")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What the first lap's evidence has, for the examiner."""
        return rows(self.laps / "1", table)

    def asked(self, path: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line["body"] for line in lines if line["path"] == path]

    def close(self) -> None:
        self.field.close()
        for process in (self.process, self.service, self.site):
            if process.poll() is None:
                toys.stop(process)
        self._ports.close()


def _wait(done: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if done():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("it never came to that")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[Template], World]]:
    worlds: list[World] = []

    def world(plan: Template) -> World:
        worlds.append(World(tmp_path, plan))
        worlds[-1].ready()
        return worlds[-1]

    yield world
    for one in worlds:
        one.close()


def test_a_lap_that_runs_is_told_of(make: Callable[[Template], World]) -> None:
    world = make(scenario(phases=LONG))
    assert world.clock().status_code == 503
    assert world.field.post("/laps", json={"number": 1, "seed": 5}).status_code == 201
    assert world.field.post("/laps", json={"number": 2, "seed": 5}).status_code == 409
    _wait(lambda: world.clock().status_code == 200)
    assert world.clock().json()["now"].startswith("2026-03-02T08:")
    assert world.clock().json()["rate"] == 60.0
    state = world.field.get("/state").json()
    assert (state["lap"], state["phase"]) == (1, "morning")


def test_a_lap_leaves_complete_evidence(make: Callable[[Template], World]) -> None:
    world = make(scenario())
    world.field.post("/laps", json={"number": 1, "seed": 5})
    events = world.events(until="lap-finished")
    assert [e["kind"] for e in events] == ["lap-started", "phase", "phase", "phase", "message", "phase", "lap-finished"]
    assert [e["phase"] for e in events if e["kind"] == "phase"] == ["morning", "storm", "shifted", "drain"]
    assert [e["seq"] for e in events] == [1, 2, 3, 4, 5, 6, 7]
    assert 6.0 <= events[-1]["timeline"][-1]["ends"] < events[0]["timeline"][-1]["ends"]  # it ends as soon as it may
    assert (None in events[-1]["turns"]) == (sys.platform != "linux")

    requests = world.rows("requests")
    assert len({row["id"] for row in requests}) == len(requests) > 120
    aborted = {row["id"]: row["key"] for row in requests if row["status"] == 503}
    assert {row["outcome"] for row in requests if row["id"] not in aborted} == {"ok"}
    assert all(row["sent_at"] >= row["intended_at"] and row["done_at"] >= row["sent_at"] for row in requests)
    assert 0 <= events[-1]["lag_p99"] <= max(row["sent_at"] - row["intended_at"] for row in requests)
    strikes = world.rows("faults")
    assert {row["request"]: row["key"] for row in strikes} == aborted
    assert {(row["link"], row["kind"]) for row in strikes} == {("api", "abort")}
    storm, calm = (event["at"] for event in events if event.get("phase") in ("storm", "shifted"))
    assert {row["status"] for row in requests if row["done_at"] < storm or row["sent_at"] > calm} == {200}
    assert {row["status"] for row in requests if row["sent_at"] > storm and row["done_at"] < calm} == {200, 503}

    assert world.asked("/laps")[0]["number"] == 1
    (data,) = world.asked("/data")
    assert data["seed"] == 5
    told = {name: DatasetSpec.model_validate(spec) for name, spec in data["datasets"].items()}
    assert told == {"stock": DatasetSpec.model_validate(STOCK)}
    corruptions = world.rows("corruptions")
    assert [(row["dataset"], row["column"], row["dirty"]) for row in corruptions] == [("stock", "id", None)] * 2
    assert [row["clean"] for row in corruptions] == [f"A-{row['row'] + 1}" for row in corruptions]
    assert world.asked("/settings") == [
        {"erp": {"sessions": 2, "locked": True}},
        {"erp": {"sessions": 2, "writes": "file"}},
    ]
    (message,) = world.rows("messages")
    assert message.pop("at") >= 2.0
    assert message == {"sender": "dieter", "text": "From now on by file."}
    assert world.rows("ledger")[0]["amount"] == 7.0
    assert world.clock().status_code == 503
    state = world.field.get("/state").json()
    assert (state["lap"], state["intended"]) == (None, len(requests))
    assert state["ok"] + state["failed"] == len(requests)


def test_a_fault_that_flaps_strikes_while_it_is_on(make: Callable[[Template], World]) -> None:
    flapping = {"link": "api", "abort": 503, "from": "10m sim", "flap": {"on": "5m sim", "off": "5m sim"}}
    world = make(scenario(phases=[{"name": "storm", "lasts": "2s", "simulates": "40m", "faults": [flapping]}]))
    world.field.post("/laps", json={"number": 1, "seed": 5})
    world.events(until="lap-finished")
    struck = {row["request"] for row in world.rows("faults")}
    requests = world.rows("requests")
    assert struck == {row["id"] for row in requests if row["status"] == 503} != set()
    assert all(row["at"] >= 0.5 for row in world.rows("faults"))
    spells = [hit for hit, _ in groupby(sorted(requests, key=lambda row: row["sent_at"]), lambda row: row["status"])]
    assert spells.count(503) > 1  # a machine that stands still may miss one of the three


def test_control_asks_for_the_token(make: Callable[[Template], World]) -> None:
    world = make(scenario())
    for headers in ({}, {"Authorization": "Bearer other"}):
        assert httpx.get(f"{world.field.base_url}/state", headers=headers).status_code == 401
        assert httpx.get(f"{world.field.base_url}/events", headers=headers).status_code == 401


def test_an_aborted_lap_says_so_and_another_may_follow(make: Callable[[Template], World]) -> None:
    world = make(scenario())
    world.field.post("/laps", json={"number": 1, "seed": 5})
    _wait(lambda: world.clock().status_code == 200)
    assert world.field.delete("/laps/current").status_code == 204
    assert world.events(until="lap-failed")[-1]["reason"] == "aborted"
    (world.laps / "2").mkdir()
    assert world.field.post("/laps", json={"number": 2, "seed": 6}).status_code == 201
    world.events(until="phase", lap=2, phase="storm")


def test_a_site_host_that_is_gone_fails_the_lap(make: Callable[[Template], World]) -> None:
    world = make(scenario())
    world.field.post("/laps", json={"number": 1, "seed": 5})
    world.events(until="lap-started")
    toys.stop(world.site, signal.SIGKILL)
    reason = world.events(until="lap-failed")[-1]["reason"]
    assert reason.startswith("site host site cannot be reached for POST /set")  # settings, or already to settle


def test_a_site_host_that_stops_answering_fails_the_lap(make: Callable[[Template], World]) -> None:
    world = make(scenario())
    world.field.post("/laps", json={"number": 1, "seed": 5})
    world.events(until="lap-started")
    world.site.send_signal(signal.SIGSTOP)
    try:
        reason = world.events(until="lap-failed")[-1]["reason"]
    finally:
        world.site.send_signal(signal.SIGCONT)
    assert reason == "site host site did not answer POST /settings within 30 s"


def test_a_workload_with_a_bug_fails_the_lap_not_the_deployment(make: Callable[[Template], World]) -> None:
    world = make(scenario("faulty"))
    world.field.post("/laps", json={"number": 1, "seed": 5})
    assert world.events(until="lap-failed")[-1]["reason"] == "LookupError: no such truth"


def test_a_deployment_that_is_gone_shows_in_the_requests(make: Callable[[Template], World]) -> None:
    world = make(scenario())
    world.field.post("/laps", json={"number": 1, "seed": 5})
    _wait(lambda: world.clock().status_code == 200)
    toys.stop(world.service, signal.SIGKILL)
    gone = world.field.get("/state").json()["at"]
    world.events(until="lap-finished")
    late = [row for row in world.rows("requests") if row["sent_at"] > gone]
    assert {row["outcome"] for row in late} == {"error"}


def test_a_name_outside_is_refused_and_recorded(make: Callable[[Template], World]) -> None:
    world = make(scenario(phases=LONG))
    world.field.post("/laps", json={"number": 1, "seed": 5})
    _wait(lambda: world.clock().status_code == 200)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(30)
        asker.connect((world.config.dns.host, world.config.dns.port))
        asker.send(b"nonsense")
        asker.send(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03COM\x00\x00\x01\x00\x01")
        answer = asker.recv(512)
    assert answer[:4] == b"\x12\x34\x81\x83"  # the same question's number; name error
    world.field.delete("/laps/current")
    world.events(until="lap-failed")
    assert [row["name"] for row in world.rows("lookups")] == ["example.com"]


def test_a_flood_of_names_is_refused_and_the_record_of_it_bounded(
    make: Callable[[Template], World],
) -> None:
    world = make(scenario(phases=LONG))
    world.field.post("/laps", json={"number": 1, "seed": 5})
    _wait(lambda: world.clock().status_code == 200)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(30)
        asker.connect((world.config.dns.host, world.config.dns.port))
        for _ in range(MAX_LOOKUPS + 50):
            asker.send(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01")
            asker.recv(512)
    world.field.delete("/laps/current")
    world.events(until="lap-failed")
    assert len(world.rows("lookups")) == MAX_LOOKUPS


def test_sigterm_ends_it_cleanly_in_the_middle_of_a_lap(make: Callable[[Template], World]) -> None:
    world = make(scenario(phases=LONG))
    world.field.post("/laps", json={"number": 1, "seed": 5})
    _wait(lambda: world.clock().status_code == 200)
    assert toys.stop(world.process) == 0  # long before the lap is over
