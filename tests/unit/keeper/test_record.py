"""What the keeper writes of a lap."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios import loader
from scenarios.ranges import Draw
from simulator.clock import Span
from simulator.drawing import drawn
from simulator.evidence.listing import FOLDER
from simulator.files import write_json
from simulator.keeper import record
from simulator.keeper.record import LapRecord
from simulator.keeper.spec import WorldSpec
from simulator.runtime.base import Exit, Sample

MORNING = Span("morning", 0.0, 1.0, datetime(2026, 3, 2, 8), 60.0, graded=True, shift=False)


@pytest.fixture
def spec() -> WorldSpec:
    scenario = loader.load(Path(__file__).parents[3] / "scenarios/library/promise-dates")
    return WorldSpec(
        session="s", scenario=scenario, scenario_folder="f", scenario_hash="h", snapshot="x", seed=1, exam=True
    )


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / f"{table}.keeper.jsonl").read_text("utf-8").splitlines()]


def run(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "run.json").read_text("utf-8"))
    return found


def test_a_lap_is_unfinished_until_it_is_closed_without_a_failure(tmp_path: Path, spec: WorldSpec) -> None:
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    assert run(tmp_path)["finished"] is False
    lap.started((MORNING,), at=-0.2)
    lap.close(timeline=(replace(MORNING, ends=1.1),), lag_p99=0.01, slowdown=1.2, others=0.3)
    found = run(tmp_path)
    assert (found["finished"], found["lag_p99"], found["deployment"]) == (True, 0.01, {"started": True})
    assert (found["slowdown"], found["others"]) == (1.2, 0.3)
    assert found["timeline"] == [
        {"name": "morning", "begins": 0.0, "ends": 1.1, "sim_begins": "2026-03-02T08:00:00", "rate": 60.0,
         "graded": True, "shift": False, "excused": False}
    ]  # fmt: skip


def test_a_finished_lap_says_which_files_it_has(tmp_path: Path, spec: WorldSpec) -> None:
    (tmp_path / "requests.field.jsonl").write_bytes(b"{}\n")
    (tmp_path / "keeper.log").write_text("no table")
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    lap.started((), at=0.0)
    lap.line("api", "stdout", "up")
    lap.close()
    data = {name: (tmp_path / name).read_bytes() for name in ("logs.keeper.jsonl", "requests.field.jsonl")}
    listed = {name: {"size": len(one), "sha256": hashlib.sha256(one).hexdigest()} for name, one in data.items()}
    assert (run(tmp_path)["format"], run(tmp_path)["files"]) == (3, listed)
    assert data["logs.keeper.jsonl"]


@pytest.mark.parametrize("how", [{"failed": "the field ended"}, {"aborted": True}])
def test_a_lap_that_was_not_finished_says_nothing_of_files(
    tmp_path: Path, spec: WorldSpec, how: dict[str, Any]
) -> None:
    """The field and the site may not have written all of it."""
    LapRecord(tmp_path, spec, "local", 1, 1).close(**how)
    assert (run(tmp_path)["finished"], run(tmp_path)["files"]) == (False, None)


def test_a_failed_lap_never_says_finished(tmp_path: Path, spec: WorldSpec) -> None:
    LapRecord(tmp_path, spec, "local", 1, 1).close(failed="the field ended")
    assert (run(tmp_path)["finished"], run(tmp_path)["failed"]) == (False, "the field ended")


def test_lines_from_before_the_start_are_kept_with_times_before_it(tmp_path: Path, spec: WorldSpec) -> None:
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    lap.line("api", "stdout", "early")
    lap.started((), at=0.5)
    lap.line("api", "stderr", "late")
    lap.close()
    early, late = rows(tmp_path, "logs")
    assert (early["line"], late["line"], late["stream"]) == ("early", "late", "stderr")
    assert isinstance(early["at"], float)
    assert isinstance(late["at"], float)
    assert early["at"] <= 0.5 <= late["at"]


def test_a_flood_of_lines_is_bounded_and_the_rest_is_counted(
    tmp_path: Path, spec: WorldSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "MAX_LOG_LINES", 10)
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    lap.started((), at=0.0)
    for number in range(25):
        lap.line("api", "stdout", str(number))
    lap.close()
    kept = rows(tmp_path, "logs")
    assert len(kept) == 11
    assert kept[-1]["line"] == "(15 more lines were printed and not kept)"
    assert [(row["source"], row["dropped"]) for row in rows(tmp_path, "cuts")] == [("logs", 1), ("logs", 15)]


@pytest.mark.parametrize("early", [True, False])
def test_a_flood_of_long_lines_is_bounded_too(
    tmp_path: Path, spec: WorldSpec, monkeypatch: pytest.MonkeyPatch, early: bool
) -> None:
    monkeypatch.setattr(record, "MAX_LOG_SIZE", 1000)
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    if not early:
        lap.started((), at=0.0)
    for _ in range(25):
        lap.line("api", "stdout", "x" * 100)
    assert len(lap._waiting) == (10 if early else 0)
    lap.started((), at=0.0)
    lap.close()
    kept = rows(tmp_path, "logs")
    assert [row["line"] for row in kept] == ["x" * 100] * 10 + ["(15 more lines were printed and not kept)"]


def test_a_deployment_that_did_not_start_takes_its_last_lines_along(tmp_path: Path, spec: WorldSpec) -> None:
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    for number in range(100):
        lap.line("api", "stderr", str(number))
    last = lap.did_not_start("api", "ended with exit code 1")
    assert last == [str(n) for n in range(100 - record.LAST_LINES, 100)]
    lap.close()
    kept = [(row["line"], row["at"] <= 0) for row in rows(tmp_path, "logs")]  # type: ignore[operator]
    assert kept == [(str(n), True) for n in range(100)]


def test_what_a_service_printed_can_be_read_once_its_end_is_on_record(tmp_path: Path, spec: WorldSpec) -> None:
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    lap.started((), at=0.0)
    lap.line("api", "stderr", "ImportError")
    lap.restarted("api", Exit(1))
    assert [row["line"] for row in rows(tmp_path, "logs")] == ["ImportError"]
    lap.close()


def test_restarts_redeploys_and_resources_are_on_record(tmp_path: Path, spec: WorldSpec) -> None:
    lap = LapRecord(tmp_path, spec, "local", 1, 1)
    lap.used("api", Sample(cpu=0.5, memory=100, pids=1))
    lap.started((), at=0.0)
    lap.used("api", Sample(cpu=0.5, memory=100, pids=1))
    lap.restarted("api", Exit(137, out_of_memory=True))
    lap.redeployed()
    lap.close()
    assert len(rows(tmp_path, "resources")) == 1
    found = run(tmp_path)
    assert isinstance(found["redeploys"], list)
    assert len(found["redeploys"]) == 1
    assert [(r["code"], r["out_of_memory"]) for r in found["restarts"]] == [(137, True)]  # type: ignore[attr-defined]


def test_json_is_replaced_whole_and_private_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    write_json(path, {"a": 1}, mode=0o600)
    write_json(path, {"a": 2}, mode=0o600)
    assert json.loads(path.read_text("utf-8")) == {"a": 2}
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_lap_is_on_record_as_it_was_drawn(tmp_path: Path, spec: WorldSpec) -> None:
    draws = (
        Draw(("phases", 0, "lasts"), "phases/warm-up/lasts", text="3s..5s"),
        Draw(("clock", "starts"), "clock/starts", text="2026-03-02T08:00..2026-03-20T08:00"),
    )
    template = spec.scenario.model_copy(update={"draws": draws})
    world = spec.model_copy(update={"scenario": template, "seed": 3})
    laps = []
    for number in (1, 2):
        LapRecord(tmp_path / str(number), world, "local", number, seed=100 + number)
        laps.append(run(tmp_path / str(number) / FOLDER)["scenario"])
    assert laps == [
        drawn(template, 100 + number, customer=3).model_dump(mode="json", by_alias=True) for number in (1, 2)
    ]
    assert laps[0]["phases"][0]["lasts"] != laps[1]["phases"][0]["lasts"]  # type: ignore[index]
    assert laps[0]["clock"] == laps[1]["clock"]  # type: ignore[index]
    assert "draws" not in laps[0]  # type: ignore[operator]
