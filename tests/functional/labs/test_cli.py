"""The command line as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from labs.library.catalogue import find
from tests.functional.labs.conftest import Run
from tests.unit.grader.laps import Lap

HEAVY = {"textual", "duckdb", "docker", "fastapi", "aiohttp", "rich", "pydantic", "psutil", "httpx"}


def loaded(code: str) -> set[str]:
    """Top-level modules of a fresh interpreter after `code`."""
    report = "import sys; print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["scenario", "--help"], ["nonsense"]])
def test_help_loads_nothing_heavy(argv: list[str]) -> None:
    assert loaded(f"from labs.cli import main\nmain({argv!r})") & HEAVY == set()


def test_status_loads_no_engine_and_no_database() -> None:
    assert loaded("from labs.cli import main\nmain(['status'])") & {"textual", "duckdb", "docker", "fastapi"} == set()


def test_leaving_the_app_leaves_nothing_on_the_terminal() -> None:
    """DuckDB complains at the end of a process of what garbage collection cannot take down any more."""
    code = """
import gc
from labs.cli.opening import open_app
from labs.tui import app

def play():
    import duckdb
    gc.freeze()  # as the app does once it is painted, while a worker imports

app.play = play
open_app()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_list_is_plain_text_where_nobody_watches(run: Run) -> None:
    done = run("list")
    assert done.returncode == 0
    assert "promise-dates" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_lint_of_a_bad_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("id: Bad Name\ntitle: x\nlevel: 7\nlevel: 8\nwhatever: 1\n")
    done = run("scenario", "lint", file)
    assert done.returncode == 2
    assert done.stdout.count(f"{file}:") >= 4
    assert "^" in done.stdout
    exam = run("exam", file, "--use", "untouched")
    assert exam.returncode == 2
    assert exam.stdout == ""
    assert f"{file}:" in exam.stderr


def test_a_scenario_that_is_no_text_at_all(run: Run, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_bytes(b"\x00\xff\xfe: [}{")
    done = run("scenario", "lint", tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_starting_without_a_world_and_without_git_configuration(run: Run, folder: Path, tmp_path: Path) -> None:
    done = run("start", folder, "mine", "--files-only", HOME=str(tmp_path / "nobody"), GIT_CONFIG_NOSYSTEM="1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine" / "workspace" / ".git").is_dir()
    again = run("start", folder, "mine", "--files-only", "--json")
    assert json.loads(again.stdout)["new"] is False


def test_starting_without_git(run: Run, folder: Path, tmp_path: Path) -> None:
    done = run("start", folder, "mine", "--files-only", PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine" / "workspace" / "app").is_dir()
    assert not (tmp_path / "mine" / "workspace" / ".git").exists()


def test_doctor_finds_the_local_runtime_where_no_engine_answers(run: Run, tmp_path: Path) -> None:
    done = run("doctor", "--json", DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert said["usable"] is True
    (engine,) = [finding for finding in said["findings"] if finding["name"] == "Docker engine"]
    assert not engine["ok"]
    assert engine["remedy"]
    assert "problem" in run("doctor", DOCKER_HOST=f"unix://{tmp_path}/none.sock").stdout


def test_gc_removes_a_dead_world_and_says_so(run: Run, state: Path) -> None:
    folder = state / "worlds" / "0a1b2c3d"
    folder.mkdir(parents=True)
    (folder / "launched.json").write_text('{"pid": 1, "created": 1.0}')
    done = run("gc")
    assert done.returncode == 0
    assert "0a1b2c3d" in done.stdout
    assert not folder.exists()
    assert run("gc").stdout == "nothing to remove\n"


def into_a_closed_pipe(*argv: str, stream: str = "stdout") -> subprocess.CompletedProcess[str]:
    """Run `fdelab` with a reader that has left before anything was printed."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        fdelab = str(Path(sys.executable).with_name("fdelab"))
        out, err = (writing if stream == name else subprocess.PIPE for name in ("stdout", "stderr"))
        return subprocess.run([fdelab, *argv], stdout=out, stderr=err, text=True, timeout=120)
    finally:
        os.close(writing)


@pytest.mark.parametrize("argv", [["--help"], ["scenario", "schema"], ["scenario", "show", "promise-dates"]])
def test_a_reader_that_leaves_is_no_error(state: Path, argv: list[str]) -> None:
    done = into_a_closed_pipe(*argv)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_leaves_takes_no_verdict_along(state: Path, tmp_path: Path, stream: str) -> None:
    fine = Lap().traffic().write(tmp_path / "fine")
    bad = Lap().traffic(dict.fromkeys(range(4, 40), "error")).write(tmp_path / "bad")
    for evidence, code in ((fine, 0), (bad, 1)):
        assert into_a_closed_pipe("regrade", str(evidence), stream=stream).returncode == code
    (tmp_path / "scenario.yaml").write_text("id: Bad Name\n")
    assert into_a_closed_pipe("scenario", "lint", str(tmp_path), stream=stream).returncode == 2
    assert into_a_closed_pipe("exam", "nope", "--use", "reference", stream=stream).returncode == 2


def test_in_ci_a_strangers_code_runs_in_containers_or_not_at_all(run: Run, folder: Path, tmp_path: Path) -> None:
    run("start", folder, "mine", "--files-only")
    done = run("exam", folder, "--workspace", "mine", "--runtime", "local", CI="true")
    assert done.returncode == 2
    assert "--trust-submission" in done.stderr
    choosing_its_own = run("exam", cwd=tmp_path / "mine", CI="true")
    assert choosing_its_own.returncode == 2
    assert "must not choose its own exam" in choosing_its_own.stderr


def test_a_scenario_made_of_existing_words_needs_no_python(folder: Path, run: Run) -> None:
    assert find(str(folder), lint=True).folder == folder
