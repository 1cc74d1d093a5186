"""Mutants of a little scenario, examined in real worlds on the local runtime."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.functional.labs.conftest import FDELAB, Run
from tests.functional.labs.test_exams import FOREGROUND
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-exams")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """It ships one solution of one file, so that its mutants are few."""
    folder = little.tempt(little.make(tmp_path / "little", checks=little.CHECKS[:1], **little.short()))
    shutil.rmtree(folder / "solution-alt")
    return little.endure(folder)


def test_what_lived_is_told_and_the_same_command_holds_nothing_anew(scenario: Path, run: Run, tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    argv = ("scenario", "mutate", scenario, "--sample", "2", "--jobs", "2", "--results", results, "--json")
    done = run(*argv)
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert (len(found["examined"]), found["unjudged"]) == (2, 0)
    assert found["killed"] + found["lived"] == 2
    low, high = found["interval"]
    assert 0 <= low <= found["score"] <= high <= 1
    for row in found["examined"]:
        assert row["use"] == f"mutant:reference:{row['mutant']['digest']}"
        assert row["mutant"]["diff"].startswith("--- ")
    kept = results.read_text()
    assert len(kept.splitlines()) == 3, "the unchanged solution, and two mutants"
    again = run(*argv)
    assert (json.loads(again.stdout), results.read_text()) == (found, kept)
    assert list((tmp_path / "state" / "worlds").iterdir()) == []
    assert [path for path in (tmp_path / "state" / "mutants").iterdir() if path.is_dir()] == []


def until(lines: Iterable[str], last: Callable[[str], bool]) -> Iterator[str]:
    """Yield lines up to the one that is the last."""
    for line in lines:
        yield line
        if last(line):
            return


def test_ctrl_c_keeps_what_was_held_and_leaves_nothing_else(scenario: Path, tmp_path: Path) -> None:
    results, state = tmp_path / "results.jsonl", tmp_path / "state"
    argv = [FDELAB, "scenario", "mutate", scenario, "--sample", "5", "--jobs", "1", "--results", results]
    command = [sys.executable, "-c", FOREGROUND, *map(str, argv)]
    env = os.environ | {"FDELAB_STATE": str(state)}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        said = list(until(running.stderr, lambda line: line.startswith("1 of 1")))
        # A mutant that does not start has no lap, and is held all the same.
        said += until(running.stderr, lambda line: "lap 1 begins" in line)
        running.send_signal(signal.SIGINT)
        said += running.communicate(timeout=60)[1].splitlines()
    assert running.returncode == 130
    held = [json.loads(line)["mutant"]["operator"] for line in results.read_text().splitlines()]
    assert held[0] == "none"
    assert len(held) == sum(re.match(r"\d+ of \d+", line) is not None for line in said) < 6
    assert list((state / "worlds").iterdir()) == []
    assert [path for path in (state / "mutants").iterdir() if path.is_dir()] == []


def test_a_solution_that_does_not_pass_is_said_before_any_mutant(scenario: Path, run: Run) -> None:
    (scenario / "equivalent.yaml").unlink()  # of the solution that it has no more
    shutil.rmtree(scenario / "solution")
    shutil.copytree(scenario / "workspace", scenario / "solution")
    (scenario / "solution" / "app" / "log.py").write_text(
        "# Nothing is repaired.\n" + (scenario / "workspace" / "app" / "log.py").read_text()
    )
    little.endure(scenario)
    done = run("scenario", "mutate", scenario, "--sample", "1", "--jobs", "1")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the unchanged reference failed with seed 1" in done.stderr
