"""Whatever a deployment says, wherever it can say something, ends in a verdict: never in "could not judge".

Each scenario's real parts and workloads are told what no sensible deployment says. All kinds in the registries take
part: of one that is in no scenario here, and of one that nothing knows how to drive, a test says so.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader.verdict import Result
from labs.base import paths
from scenarios.folder import SCENARIO
from scenarios.variants import TEMPLATE
from simulator.parts import PARTS
from simulator.parts.postgres import probing
from simulator.workloads import WORKLOADS
from tests.conftest import Figure
from tests.functional.entrances.bottle import Bottle
from tests.functional.entrances.doors import door
from tests.functional.entrances.hostile import NUMBERS, SAID, TEXTS, TIMES, Said
from tests.unit.workloads.cases import labels

LAPS = 6
"""Examples a scenario, each of which says `TOGETHER` things everywhere."""
TOGETHER = 5

LIBRARY = sorted(path.parent for path in paths.library().glob(f"*/{SCENARIO}"))
STORES: dict[str, Any] = {
    "events": {"part": "event-store", "with": {"streams": {"events": {}}}},
    "registry": {"part": "model-registry", "with": {
        "models": {"eta": {"versions": [{"metrics": {"auc": 0.7}}]}},
        "gates": {"champion": {"metrics": {"auc": {"least": 0.5}}}},
    }},
    "jobs": {"part": "queue", "with": {
        "queues": {"work": {"may": ["publish", "receive"]}},
        "setup": [
            "CREATE TABLE said (at timestamp, zoned timestamptz, day date, took interval, amount numeric)",
            "ALTER TABLE said ADD share float8, ADD small real, ADD whole bigint, ADD raw bytea, ADD text text",
            "ALTER TABLE said ADD doc json, ADD tree jsonb, ADD list text[], ADD times timestamp[], ADD span tsrange",
        ],
        "probes": {"amount": "SELECT sum(amount) FROM said", "last": "SELECT max(share) FROM said"},
        "tells": {"said": "SELECT * FROM said"},
    }},
}  # fmt: skip
"""Parts that are in no scenario of the library, beside that of the template."""


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = yaml.safe_load((TEMPLATE / SCENARIO).read_text("utf-8"))
    folder = tmp_path_factory.mktemp("stores")
    (folder / SCENARIO).write_text(yaml.safe_dump(given | {"site": given["site"] | STORES}), "utf-8")
    return folder


class Running:
    """A bottle, and the loop that it lives in."""

    def __init__(self, folder: Path, scenario: Path) -> None:
        self.loop = asyncio.Runner()
        self.bottle = Bottle(folder, scenario)
        self.loop.run(self.bottle.start())

    def lap(self, said: list[Said]) -> None:
        report = self.loop.run(self.bottle.lap(said))
        assert report.result in (Result.FAILED, Result.PASSED), report.reason
        assert not [check for check in report.checks if check.verdict == "error"], report.checks

    def end(self) -> None:
        self.loop.run(self.bottle.stop())
        self.loop.close()


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario with a business of its own, which is settled by SQL over what a deployment left in a database."""
    table = 'setup: ["CREATE TABLE manifest (parcel text, tracking text, loaded_at timestamp)"]'
    wms = f"with:\n      {table}\n      grants: {{manifest: [insert, select]}}\n      tells: {{"
    return labels.write(tmp_path_factory.mktemp("business"), scenario=labels.SCENARIO.replace("with: {tells: {", wms, 1)
                        .replace('FROM manifest"}}', 'FROM manifest"}', 1))  # fmt: skip


@pytest.fixture(scope="module", params=[*(path.name for path in LIBRARY), "stores", "business"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, stores: Path, business: Path
) -> Iterator[Running]:
    own = {"stores": stores, "business": business}
    folder = own.get(request.param, paths.library() / request.param)
    running = Running(tmp_path_factory.mktemp("lap"), folder)
    yield running
    running.end()


def test_every_kind_of_part_and_workload_is_driven() -> None:
    given = [yaml.safe_load((path / SCENARIO).read_text("utf-8")) for path in (*LIBRARY, TEMPLATE)]
    sites = [STORES, *(scenario["site"] for scenario in given)]
    assert {part["part"] for site in sites for part in site.values()} == {*PARTS}, "one is in no scenario here"
    assert {flow["workload"] for s in given for flow in s["traffic"].values()} >= {*WORKLOADS}
    for name in PARTS:
        door(PARTS[name])


def test_whatever_is_said_ends_in_a_verdict(running: Running, figure: Figure) -> None:
    # Those that have broken something are always said; the rest is Hypothesis'.
    known = [Said(text.encode(), text) for text in NUMBERS] + [Said(f'"{text}"'.encode(), text) for text in TIMES]
    deep = [Said(b"[" * n + b"]" * n, "x") for n in (31, 33, 480, 700, 990, 1015)] + [
        Said(b"[" + b",".join([b"[]"] * 21_500) + b"]", "x")
    ]
    running.lap([*known[:12], *deep])
    running.lap([*known[12:], *(Said(b'"x"', text) for text in TEXTS)])

    @settings(max_examples=LAPS, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.explicit])
    @given(st.lists(SAID, min_size=TOGETHER, max_size=TOGETHER))
    def hold(said: list[Said]) -> None:
        running.lap(said)

    hold()
    for entrance, count in running.bottle.counts.items():
        assert count, f"nothing got into {entrance}"
        figure(entrance, float(count), "examples", scenario=running.bottle.scenario.id)


def test_the_whole_of_what_a_database_is_asked_takes_less_time_than_the_field_waits() -> None:
    from simulator.field import site

    assert probing.IN_ALL + probing.PATIENCE < site.SETTLE_SECONDS - 10
