"""Exams and proofs of a little scenario, in real worlds on the local runtime."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from simulator.evidence.packed import unpack
from tests.functional.labs.conftest import FDELAB, Run
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-exams")


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little scenario after a proof of one seed."""
    place = tmp_path_factory.mktemp("proven")
    folder = little.make(place / "little", **little.short())
    shortcut = folder / "shortcuts" / "nothing"
    shortcut.mkdir(parents=True)
    readme = (folder / "workspace" / "app" / "main.py").read_text().splitlines()[0]
    edit = {"file": "app/main.py", "find": readme, "replace": f"{readme}  # better"}
    (shortcut / "shortcut.yaml").write_text(json.dumps(little.SHORTCUT | {"edits": [edit]}))
    env = os.environ | {"FDELAB_STATE": str(place / "state")}
    argv = ["scenario", "verify", str(folder), "--seeds", "1", "--jobs", "2", "--runtime", "local", "--json"]
    argv += ["--results", str(place / "results.jsonl")]
    done = subprocess.run([str(FDELAB), *argv], env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["holds"] is True
    assert len((place / "results.jsonl").read_text().splitlines()) == 4
    assert [path.name for path in (place / "state" / "worlds").iterdir()] == []
    assert [path.name for path in (place / "state" / "proofs").iterdir()] == ["little.lock"]
    return folder


def test_a_proof_writes_what_ships_with_the_scenario(proven: Path, run: Run, tmp_path: Path) -> None:
    calibration = json.loads((proven / "calibration.json").read_text())
    assert calibration["proven"] is True
    ends = [sum(calibration[use]["ledger"].values()) for use in ("untouched", "reference")]
    assert ends[0] < ends[1]
    run("start", proven, "mine", "--files-only")
    assert (tmp_path / "mine" / "incident" / "run.json").is_file()
    assert not (tmp_path / "mine" / "incident" / "examiner").exists()
    (tmp_path / "whole").mkdir()
    unpack(proven / "incident.tar.gz", tmp_path / "whole")
    regraded = run("regrade", tmp_path / "whole", "--json")
    report = json.loads(regraded.stdout)
    assert (report["use"], report["result"]) == ("untouched", "failed")


def test_a_proof_goes_on_where_it_ended(proven: Path, run: Run) -> None:
    results = proven.parent / "results.jsonl"
    before = results.read_text()
    argv = ("--seeds", "1", "--only", "untouched,reference", "--runtime", "local", "--resume", "--results", results)
    done = run("scenario", "verify", proven, *argv)
    assert done.returncode == 0, done.stderr
    assert results.read_text() == before
    assert "as claimed" in done.stdout


def test_an_exam_that_is_passed(proven: Path, run: Run, tmp_path: Path, state: Path) -> None:
    out = tmp_path / "out"
    done = run("exam", proven, "--use", "reference", "--runtime", "local", "--out", out, "--format", "json,text")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["result"] == "passed"
    assert {"run.json", "report.json", "report.txt", "requests.field.jsonl"} <= set(os.listdir(out))
    assert os.listdir(state / "worlds") == []
    assert "everything is ready" in done.stderr
    assert json.loads(run("progress", "--json").stdout)["attempts"] == [], "the reference's exam is nobody's progress"
    again = run("regrade", out, "--json")
    assert again.returncode == 0
    assert again.stdout == done.stdout


def test_an_exam_that_is_not_passed(proven: Path, run: Run, tmp_path: Path, state: Path) -> None:
    folder = little.endure(shutil.copytree(proven, tmp_path / "little"))
    done = run("exam", folder, "--use", "untouched", "--runtime", "local", "--seed", "3")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NOT PASSED" in done.stdout
    (evidence,) = (state / "exams").iterdir()
    assert str(evidence) in done.stderr
    assert json.loads((evidence / "examiner" / "run.json").read_text())["seed"] == 3


def test_a_deployment_that_does_not_start_is_the_learners(proven: Path, run: Run, tmp_path: Path) -> None:
    run("start", proven, "mine", "--files-only")
    (tmp_path / "mine" / "workspace" / "app" / "main.py").write_text("import nothing_of_that_name\n")
    done = run("exam", "--runtime", "local", cwd=tmp_path / "mine" / "workspace")
    assert done.returncode == 1
    assert "nothing_of_that_name" in done.stdout


def test_an_invalid_submission_starts_nothing(proven: Path, run: Run, tmp_path: Path, state: Path) -> None:
    run("start", proven, "mine", "--files-only")
    (tmp_path / "mine" / "workspace" / "app" / "passwd").symlink_to("/etc/passwd")
    done = run("exam", proven, "--workspace", tmp_path / "mine", "--runtime", "local")
    assert done.returncode == 2
    assert "symbolic link" in done.stderr
    assert not (state / "exams").exists() or not os.listdir(state / "exams")


def _of(session: str) -> set[int]:
    """Every process of a world."""
    found = set()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("FDELAB_SESSION") == session:
                found.add(process.pid)
    return found


FOREGROUND = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""What a shell starts with `&` ignores Ctrl-C, and so would all that the tests start when they were."""


@pytest.fixture
def exam(proven: Path, state: Path) -> Iterator[subprocess.Popen[str]]:
    """An exam whose lap has begun."""
    argv = [str(FDELAB), "exam", str(proven), "--use", "untouched", "--runtime", "local"]
    argv = [sys.executable, "-c", FOREGROUND, *argv]
    env = os.environ | {"FDELAB_STATE": str(state)}
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as exam:
        try:
            assert exam.stderr is not None
            assert any("begins" in line for line in exam.stderr), "the exam ended before its lap began"
            yield exam
        finally:
            exam.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_exam_takes_its_world_down(
    exam: subprocess.Popen[str], state: Path, number: signal.Signals
) -> None:
    exam.send_signal(number)
    out, err = exam.communicate(timeout=30)
    assert exam.returncode == 130
    assert out == ""
    assert "interrupted" in err
    assert os.listdir(state / "worlds") == []


def test_a_keeper_that_dies_is_ours(exam: subprocess.Popen[str], state: Path, run: Run) -> None:
    (world,) = (state / "worlds").iterdir()
    ours = _of(world.name)
    assert ours
    os.kill(json.loads((world / "launched.json").read_text())["pid"], signal.SIGKILL)
    _, err = exam.communicate(timeout=30)
    assert exam.returncode == 3
    assert "keeper died" in err
    assert os.listdir(state / "worlds") == []
    assert _of(world.name) == set()
    assert run("gc").stdout == "nothing to remove\n"


def test_the_life_of_an_engagement(proven: Path, run: Run, tmp_path: Path) -> None:
    started = run("start", proven, "mine", "--runtime", "local")
    assert started.returncode == 0, started.stderr
    here = tmp_path / "mine" / "workspace"
    status = json.loads(run("status", "--json", cwd=here).stdout)
    assert status["world"]["phase"] in ("starting", "running")
    assert run("redeploy", cwd=here).returncode == 0
    shutil.copytree(proven / "solution", here, dirs_exist_ok=True)
    (here / "README.md").write_text("changed")
    redeployed = run("redeploy", "--json", cwd=here)
    assert redeployed.returncode == 0, redeployed.stderr
    assert json.loads(redeployed.stdout)["ready"] is True
    assert json.loads(redeployed.stdout)["ignored"] == ["README.md"]
    deadline = time.monotonic() + 60
    while not run("logs", "--grep", "HW-", "--json", cwd=here).stdout:  # the next order is on its way
        assert time.monotonic() < deadline
    assert run("logs", "--lap", "1", cwd=here).returncode == 0
    assert "lap 99 is not there" in run("logs", "--lap", "99", cwd=here).stderr
    again = run("start", cwd=here)
    assert again.returncode == 0, again.stderr
    assert "running already" in again.stderr
    deadline = time.monotonic() + 60
    while (checked := run("check", "--json", cwd=here)).returncode != 0 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert json.loads(checked.stdout)["result"] == "passed", checked.stdout
    run("hint", "dates-hold", cwd=here)
    exam = run("exam", "--runtime", "local", cwd=here)
    assert exam.returncode == 0, exam.stdout + exam.stderr
    kept = json.loads(run("progress", "--json").stdout)
    assert [(one["result"], one["hints"], one["folder"]) for one in kept["attempts"]] == [
        ("passed", 1, str(here.parent)),
    ], "an exam of a learner's workspace enters progress"  # fmt: skip
    after = json.loads(run("status", "--json", cwd=here).stdout)["world"]
    assert after["phase"] in ("starting", "running")
    (here / "app" / "main.py").write_text("import nothing_of_that_name\n")
    broken = run("redeploy", cwd=here)
    assert broken.returncode == 1
    assert "nothing_of_that_name" in broken.stdout
    assert run("stop", cwd=here).returncode == 0
    assert json.loads(run("status", "--json", cwd=here).stdout)["world"] is None
    assert (here / "app" / "main.py").is_file()
