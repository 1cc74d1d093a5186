"""The keeper runs a world through its laps, survives what happens to it, and leaves nothing."""

import hashlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from simulator.runtime import gc
from tests.functional.keeper.conftest import LiveWorld, labelled

World = Callable[..., LiveWorld]


def gone(session: str, within: float = 5.0) -> bool:
    """Whether no process of the session is left, soon."""
    deadline = time.monotonic() + within
    while labelled(session) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not labelled(session)


def test_an_exam_is_one_lap_whose_evidence_says_finished_and_then_all_is_gone(world: World) -> None:
    live = world(laps=1, exam=True)
    live.process.wait(timeout=40)
    run = live.run(1)
    assert (run["finished"], run["failed"], run["seed"]) == (True, None, 3)
    assert [span["name"] for span in run["timeline"]] == ["morning", "slow-erp", "drain"]
    assert {"requests.field.jsonl", "calls.site.jsonl", "logs.keeper.jsonl", "resources.keeper.jsonl"} <= {
        file.name for file in live.files.lap(1).iterdir()
    }
    lines = [json.loads(line) for line in (live.files.lap(1) / "logs.keeper.jsonl").read_text("utf-8").splitlines()]
    assert any("Uvicorn running" in row["line"] and row["at"] <= 0 for row in lines), "lines from before the lap count"
    assert gone(live.spec.session)
    assert not live.files.keeper.exists()


def test_a_practice_world_runs_laps_with_seeds_of_their_own_until_it_is_stopped(world: World) -> None:
    live = world()
    live.until("lap-finished", times=2)
    assert live.run(1)["seed"] != live.run(2)["seed"]
    assert live.call("POST", "/stop") == {"stopping": True}
    live.process.wait(timeout=20)
    assert live.events()[-1]["kind"] == "stopped"
    assert gone(live.spec.session)


def test_pause_ends_the_deployment_and_resume_begins_a_new_lap(world: World) -> None:
    live = world()
    live.until("lap-started")
    live.call("POST", "/pause")
    assert live.call("GET", "/status")["phase"] == "paused"
    assert not live.processes("uvicorn")
    live.call("POST", "/resume")
    live.until("lap-finished")
    run = live.run(1)
    assert (run["finished"], run["aborted"], run["failed"]) == (False, True, None)


def _holder(process: subprocess.Popen[bytes], token: str) -> dict[str, Any]:
    return {"pid": process.pid, "created": psutil.Process(process.pid).create_time(), "token": token}


def test_a_pause_lasts_until_its_last_holder_has_ended_or_died(world: World) -> None:
    live = world()
    live.until("lap-started")
    with subprocess.Popen(["sleep", "600"]) as exam:
        try:
            ended, killed = _holder(exam, "one"), _holder(exam, "two")
            for holder in (ended, killed):
                live.call("POST", "/pause", holder)
            assert live.call("POST", "/resume", ended)["phase"] == "paused"
            assert not live.events("resumed")
        finally:
            exam.kill()
    live.until("resumed")
    live.until("lap-finished")


def test_a_redeploy_is_on_record_and_the_new_files_run(world: World, tmp_path: Path) -> None:
    live = world()
    live.until("phase")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "app").mkdir()
    (fresh / "app/__init__.py").write_text("")
    (fresh / "app/main.py").write_text(
        "from fastapi import FastAPI\napp = FastAPI()\nprint('fresh files', flush=True)\n"
        "@app.get('/health')\ndef health():\n    return {}\n"
    )
    live.call("POST", "/redeploy", {"snapshot": str(fresh)})
    lap = live.until("redeployed")["lap"]
    assert len(live.run(lap)["redeploys"]) == 1
    live.until("lap-finished", times=lap + 1)
    # Where this lap was over before they were imported, they say so in the next.
    logs = [(live.files.lap(n) / "logs.keeper.jsonl").read_text("utf-8") for n in (lap, lap + 1)]
    assert "fresh files" in "".join(logs)


def test_a_deployment_that_does_not_start_is_the_laps_whole_story(world: World) -> None:
    live = world(laps=1, exam=True, edit=lambda folder: (folder / "app/main.py").write_text("import nothing_there\n"))
    live.process.wait(timeout=40)
    run = live.run(1)
    assert run["finished"]
    assert (run["deployment"]["started"], run["deployment"]["service"]) == (False, "promise-api")
    assert "nothing_there" in "\n".join(run["deployment"]["last_lines"])
    assert live.events("deployment-failed")[0]["last_lines"] == run["deployment"]["last_lines"]


def test_a_practice_world_waits_for_a_redeploy_when_the_deployment_is_broken(world: World) -> None:
    live = world(edit=lambda folder: (folder / "app/main.py").write_text("import nothing_there\n"))
    live.until("deployment-failed")
    whole = world().spec.snapshot
    live.call("POST", "/redeploy", {"snapshot": whole})
    live.until("lap-finished")
    assert live.run(1)["redeploys"]
    assert live.run(2)["finished"]


def test_a_deployment_that_ends_where_the_site_is_not_up_yet_is_started_again(world: World) -> None:
    """Site and deployment start together: who first comes to the site is a matter of luck."""

    def fail_fast(snapshot: Path) -> None:
        main = snapshot / "app/main.py"
        dial = (
            "import os, sys, urllib.error, urllib.request\n"
            "try:\n    urllib.request.urlopen(os.environ['ERP_URL'], timeout=5)\n"
            "except urllib.error.HTTPError:\n    pass\n"
            "except OSError:\n    sys.exit('no ERP')\n"
        )
        main.write_text(dial + main.read_text("utf-8"), "utf-8")

    live = world(laps=1, exam=True, edit=fail_fast)
    live.process.wait(timeout=60)
    run = live.run(1)
    assert (run["finished"], run["deployment"]["started"], run["restarts"]) == (True, True, [])
    lap = live.files.lap(1)
    files = {str(rows.relative_to(lap)): rows.read_bytes() for rows in lap.rglob("*.jsonl")}
    told = {name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()}
    assert told == run["files"]


def test_a_service_that_ends_is_started_again_and_the_lap_goes_on(world: World) -> None:
    live = world(laps=1)
    live.until("phase")
    live.processes("uvicorn")[0].kill()
    live.process.wait(timeout=40)
    run = live.run(1)
    assert run["finished"]
    assert [(row["service"], row["code"]) for row in run["restarts"]] == [("promise-api", 137)]


@pytest.mark.parametrize("module", ["simulator.field", "simulator.parts.host"])
def test_a_lost_field_or_site_voids_the_lap_and_ends_the_world(world: World, module: str) -> None:
    live = world(laps=1, exam=True)
    live.until("phase")
    live.processes(module)[0].kill()
    live.process.wait(timeout=30)
    run = live.run(1)
    assert not run["finished"]
    # The keeper says so, or the field, whoever misses it first.
    said = live.events("failed") + live.events("lap-failed")
    assert run["failed"] in [event["reason"] for event in said]
    assert gone(live.spec.session)


def test_a_killed_keeper_leaves_nothing_that_gc_does_not_remove(world: World, tmp_path: Path) -> None:
    live, other = world(), world()
    live.until("phase")
    other.until("phase")
    live.process.kill()
    live.process.wait()
    assert labelled(live.spec.session), "the world outlives its keeper, which is what gc is for"
    removed = gc.remove(tmp_path, live={other.spec.session})
    assert removed.sessions == {live.spec.session}
    assert gone(live.spec.session)
    assert other.processes("simulator.field")


def test_the_api_wants_its_token(world: World) -> None:
    live = world()
    live.until("ready")
    url = json.loads(live.files.keeper.read_bytes())["url"]
    assert live.files.keeper.stat().st_mode & 0o077 == 0
    for headers in ({}, {"Authorization": "Bearer guess"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url + "/status", headers=headers), timeout=10)
        assert refused.value.code in (401, 403)
        refused.value.close()
