"""CPU seconds of an exam and of a command, in units of what it takes to import two libraries in the same run."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.prove import cpu
from tests.toys import FDELAB

UNIT_S = 0.118
"""What the unit is on a quiet machine of the kind that the budgets, in seconds, were set on."""
ROUNDS = 3


def test_an_exam_takes_few_cpu_seconds_beyond_its_deployment(figure: Callable[..., None]) -> None:
    rounds = [(cpu.unit(), cpu.exam("first-day")) for _ in range(ROUNDS)]
    one, least = min(rounds, key=lambda pair: pair[1].ours / pair[0])
    budget = 4.0 / UNIT_S
    figure("CPU of an exam of first-day, beyond its deployment", least.ours, "s", units=round(least.ours / one, 1),
           by={name: round(used, 2) for name, used in least.by.items()},
           budget=f"≤ {budget:.0f} × {cpu.UNIT}")  # fmt: skip
    assert {"command", "keeper", "field", "site", "deployment"} <= least.by.keys()
    assert least.ours <= budget * one


def test_status_answers_with_little_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    env = {"FDELAB_STATE": str(tmp_path / "state")}
    place = tmp_path / "mine"
    argv = [str(FDELAB), "start", "first-day", str(place), "--files-only"]
    subprocess.run(argv, env=os.environ | env, check=True, capture_output=True)
    monkeypatch.chdir(place)
    rounds = [(cpu.unit(), cpu.cost([str(FDELAB), "status"], env).total) for _ in range(ROUNDS)]
    one, took = min(rounds, key=lambda pair: pair[1] / pair[0])
    budget = 0.3 / UNIT_S
    figure("CPU of `fdelab status`", took, "s", units=round(took / one, 1), budget=f"≤ {budget:.1f} × {cpu.UNIT}")
    assert took <= budget * one
