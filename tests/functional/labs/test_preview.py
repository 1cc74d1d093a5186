"""What an author sees of a little scenario while writing it, in real worlds on the local runtime."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.labs.conftest import FDELAB, Run
from tests.functional.labs.test_exams import FOREGROUND
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-exams")

NOON = {"name": "noon", "lasts": "3s"}
AT_NOON = little.CHECKS[0] | {"id": "noon-holds", "with": little.CHECKS[0]["with"] | {"during": ["noon"]}}


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Its day has two phases that count."""
    checks = [little.CHECKS[0], AT_NOON]
    return little.endure(little.tempt(little.make(tmp_path / "mine", phases=[*little.PHASES, NOON], checks=checks)))


@pytest.fixture
def watching(scenario: Path, state: Path) -> Iterator[subprocess.Popen[str]]:
    """A preview at a prompt; what it prints and what it says come as one."""
    argv = [str(FDELAB), "scenario", "preview", str(scenario), "--phases", "noon"]
    env = os.environ | {"FDELAB_STATE": str(state)}
    with subprocess.Popen([sys.executable, "-c", FOREGROUND, *argv], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as running:  # fmt: skip
        try:
            yield running
        finally:
            running.kill()


def until(running: subprocess.Popen[str], text: str) -> list[str]:
    """Lines up to the one with that text."""
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"it ended without {text!r}: {lines}")


def test_one_lap_is_judged_as_an_exam_and_its_evidence_can_be_asked(scenario: Path, run: Run, state: Path) -> None:
    done = run("scenario", "preview", scenario, "--use", "nothing", "--once", "--json")
    assert done.returncode == 1, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["use"], found["seed"], found["runtime"]) == ("shortcut:nothing", 1, "local")
    assert (found["phases"], found["result"]) == (None, "failed")
    checks = {one["check"]: one for one in found["checks"]}
    assert [*checks] == ["serves", "dates-hold", "noon-holds"]
    assert (checks["dates-hold"]["outcome"], checks["dates-hold"]["gate"]) == ("failed", True)
    assert checks["dates-hold"]["threshold"] == "≥ 95 %"
    assert checks["dates-hold"]["value"] < 0.95
    assert "morning" in done.stderr
    asked = run("scenario", "sql", scenario, "select distinct phase from requests order by 1", "--json")
    assert asked.returncode == 0, asked.stderr
    assert "noon" in asked.stdout
    assert list((state / "worlds").iterdir()) == []


def test_it_plays_again_at_each_save_until_ctrl_c(scenario: Path, watching: subprocess.Popen[str], state: Path) -> None:
    shown = "".join(until(watching, "again at the next save"))
    assert "phases noon" in shown
    assert [line.split()[0] for line in shown.splitlines() if "not in these phases" in line] == ["serves", "dates-hold"]
    assert any(line.startswith("noon-holds") and "passed" in line for line in shown.splitlines())
    file = scenario / "scenario.yaml"
    whole = file.read_text("utf-8")
    file.write_text(whole.replace("measure: ratio", "measure: ration"), "utf-8")
    wrong = "".join(until(watching, "again at the next save"))
    assert "saved: scenario.yaml" in wrong
    assert f"{file}:" in wrong
    file.write_text(whole, "utf-8")
    until(watching, "lap 1 begins")
    (scenario / "briefing.md").write_text("Another day.", "utf-8")
    # The lap that was being played ends, and another one comes.
    until(watching, "saved: briefing.md")
    until(watching, "lap 1 begins")
    watching.send_signal(signal.SIGINT)
    assert watching.communicate(timeout=60)[0].splitlines()[-1] == "fdelab: interrupted"
    assert watching.returncode == 130
    assert list((state / "worlds").iterdir()) == []
