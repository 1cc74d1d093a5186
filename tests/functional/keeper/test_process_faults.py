"""Faults of processes, dealt to a real deployment on the local runtime: each does what it says, and ends whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from scenarios import loader
from tests import toys
from tests.functional.keeper.conftest import LiveWorld
from tests.unit.labs import little

World = Callable[..., LiveWorld]

APP = '''
import json
import os
import threading
import time
import urllib.request

from fastapi import FastAPI

app = FastAPI()


def beat():
    """Tells every 50 ms who it is, what the customer's clock says to it, and what the machine's."""
    while True:
        with urllib.request.urlopen(os.environ["CLOCK_URL"], timeout=5) as answer:
            # In one write: the server's own log goes the same way.
            print(f"beat {os.getpid()} {json.load(answer)['now']} {time.monotonic()}\\n", end="", flush=True)
        time.sleep(0.05)


def begin():
    while True:
        try:
            beat()
        except OSError:
            time.sleep(0.05)


threading.Thread(target=begin, daemon=True).start()


@app.on_event("shutdown")
def end():
    print("asked to end", flush=True)


@app.get("/health")
def health():
    return {}
'''


def struck(world: World, tmp_path: Path, fault: Mapping[str, Any]) -> LiveWorld:
    """An exam of two phases, with that fault in the first; it is over, and in order."""
    phases = [
        {"name": "struck", "lasts": "6s", "simulates": "6m", "faults": [{"service": "promise-api", **fault}]},
        {"name": "calm", "lasts": "6s", "simulates": "6m"},
    ]
    scenario = loader.load(little.make(tmp_path / "struck", phases=phases))
    live = world(laps=1, exam=True, scenario=scenario, edit=lambda f: (f / "app/main.py").write_text(APP))
    live.process.wait(timeout=120)
    run = live.run(1)
    assert (run["finished"], run["failed"], run["restarts"]) == (True, None, []), live.log()
    return live


def rows(live: LiveWorld, table: str) -> list[dict[str, Any]]:
    return toys.rows(live.files.lap(1), table)


@dataclass(frozen=True)
class Beat:
    """That it lives, as it says itself: when we read that is another matter."""

    pid: int
    clock: datetime
    """The customer's."""
    at: float
    """By the machine's monotonic clock."""


def beats(live: LiveWorld) -> list[Beat]:
    words = [row["line"].split() for row in rows(live, "logs") if row["line"].startswith("beat")]
    return [Beat(int(pid), datetime.fromisoformat(clock), float(at)) for _, pid, clock, at in words]


def the(live: LiveWorld, kind: str, writer: str = "keeper") -> dict[str, Any]:
    (row,) = rows(live, "faults")
    assert [file.name for file in live.files.lap(1).rglob("faults.*.jsonl")] == [f"faults.{writer}.jsonl"]
    assert (row["kind"], row["link"]) == (kind, "promise-api")
    return row


def test_a_killed_service_is_gone_so_long_and_another_takes_its_place(world: World, tmp_path: Path) -> None:
    live = struck(world, tmp_path, {"kill": "1500ms", "from": "1m sim"})
    row = the(live, "kill")
    assert row["lasted"] >= 1.5
    assert row["at"] >= 1.0
    (away,) = [then.at - last.at for last, then in pairwise(beats(live)) if then.pid != last.pid]
    assert away >= 1.5
    assert not [line for line in rows(live, "logs") if line["line"] == "asked to end"]


def test_a_service_that_is_still_to_come_back_is_back_when_the_fault_is_over(world: World, tmp_path: Path) -> None:
    flap = {"on": "1m sim", "off": "1m sim"}
    live = struck(world, tmp_path, {"kill": "1h", "from": "1m sim", "flap": flap, "first": 1})
    assert the(live, "kill")["lasted"] < 3600, "it had an hour to be away"
    assert len({beat.pid for beat in beats(live)}) == 2


def test_a_restart_asks_first(world: World, tmp_path: Path) -> None:
    live = struck(world, tmp_path, {"restart": {"grace": "20s"}, "from": "1m sim"})
    row = the(live, "restart")
    assert [line for line in rows(live, "logs") if line["line"] == "asked to end"]
    assert "SIGTERM" in row["effect"]
    assert len({beat.pid for beat in beats(live)}) == 2


def test_a_paused_service_stands_still_and_goes_on_as_the_same(world: World, tmp_path: Path) -> None:
    live = struck(world, tmp_path, {"pause": "2s", "from": "1m sim"})
    row = the(live, "pause")
    assert row["lasted"] >= 2.0
    told = beats(live)
    assert max(then.at - last.at for last, then in pairwise(told)) >= 2.0
    assert len({beat.pid for beat in told}) == 1


def test_a_skewed_clock_is_off_for_its_phase_and_right_again(world: World, tmp_path: Path) -> None:
    live = struck(world, tmp_path, {"skew": "3h sim"})
    row = the(live, "skew", "field")
    assert "10800 s ahead" in row["effect"]
    # The lap begins at half past; the minutes in which it goes wrong and is put right may have both.
    (struck_hour,) = {beat.clock.hour for beat in beats(live) if 30 < beat.clock.minute < 36}
    (calm_hour,) = {beat.clock.hour for beat in beats(live) if beat.clock.minute > 36}
    assert struck_hour - calm_hour == 3


def test_a_runtime_that_cannot_do_it_says_so_and_plays_nothing(world: World, tmp_path: Path) -> None:
    phases = [{"name": "struck", "lasts": "4s", "faults": [{"service": "promise-api", "cpu": "20%"}]}]
    scenario = loader.load(little.make(tmp_path / "struck", phases=phases))
    live = world(laps=1, exam=True, scenario=scenario)
    live.process.wait(timeout=60)
    (failed,) = live.events("failed")
    assert failed["unavailable"]
    assert "runtime local cannot" in failed["reason"]
    assert "--runtime docker" in failed["reason"]
