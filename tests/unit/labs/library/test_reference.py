"""What is said of words is there, and is so."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from labs.library.catalogue import CALIBRATION, find, slugs
from labs.library.parameters import kind_of, parameters
from labs.library.reference import words
from scenarios.units import Rate, Share, Simulated, Size, Wall
from scenarios.vocabulary import Params
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Context
from simulator.workloads.kinds import kinds

PAGE = Path(__file__).parents[4] / "simulator" / "workloads" / "README.md"


def test_every_word_says_what_it_is() -> None:
    assert [word["name"] for word in words() if not word["about"]] == []


class Inner(Params):
    """A block."""

    cost: float = 4.5


class Outer(Params):
    wait: Wall = 0.25
    late: Simulated = 5400.0
    part: Share = 0.125
    pace: Rate | None = None
    room: Size = 64 * 2**20
    names: dict[str, list[int]] = Field(default={})
    inner: Inner = Inner()
    day: datetime
    sure: bool = False


def test_defaults_are_as_authors_write_them() -> None:
    found = {one["name"]: (one["type"], one["default"]) for one in parameters(Outer)}
    assert found == {
        "wait": ("such as 8s", "250ms"),
        "late": ("such as 30m sim", "90m sim"),
        "part": ("such as 5%", "12.5%"),
        "pace": ("such as 20/s", None),
        "room": ("such as 256m", "64m"),
        "names": ("list of whole number by name", None),
        "inner": ("block", None),
        "inner.cost": ("number", "4.5"),
        "day": ("time", None),
        "sure": ("true or false", "false"),
    }
    assert kind_of({}, {}) == "any"


@pytest.mark.parametrize("slug", slugs())
def test_workloads_ask_what_they_say_and_book_what_they_say(slug: str, tmp_path: Path) -> None:
    entry = find(slug)
    scenario = entry.scenario
    booked: set[str] = set()
    clock = Clock(timeline(scenario), 0)
    data = Datasets(scenario.datasets, 5, clock.timeline.spans[0].sim_begins)
    for name, flow in scenario.traffic.items():
        kind = kinds(scenario, WORKLOADS)[flow.workload]
        booked |= kind.accounts.keys()
        context = Context(name, flow, scenario, 5, clock, Recorder(tmp_path, name), data)
        asked = kind.make(context, kind.params.model_validate(flow.with_)).intents()
        for route in kind.routes:
            method, path = route.line.split()
            mine = [i for i in asked if i.method == method and i.path.startswith(path.partition("{")[0])]
            bodies = {tuple(json.loads(intent.body or b"{}")) for intent in mine}
            assert bodies == {tuple(route.body)}
    found: dict[str, Any] = json.loads((entry.folder / CALIBRATION).read_bytes())
    seen = {account for end in ("untouched", "reference") for account in found[end]["ledger"]}
    assert seen <= booked


@pytest.mark.parametrize("name", list(WORKLOADS))
def test_the_page_on_workloads_has_it_all(name: str) -> None:
    section = PAGE.read_text("utf-8").partition(f"## `{name}`\n")[2].partition("\n## ")[0]
    word = next(one for one in words(name) if one["kind"] == "workload")
    answers = [field["name"] for route in word["routes"] for field in route["answer"]]
    bodies = [field for route in word["routes"] for field in route["body"]]
    lines = [route["line"] for route in word["routes"]]
    accounts = [*word["accounts"]]
    tables = word["tables"]
    missing = [one for one in (*lines, *bodies, *answers, *accounts, *tables) if f"`{one}`" not in section]
    assert missing == []
    assert issubclass(WORKLOADS[name].params, BaseModel)
