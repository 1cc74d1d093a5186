"""What an exam takes beyond starting its world, its phases and its drain; and how soon a command answers."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labs.exam.judging import judge
from labs.exam.run import ExamRequest, run_exam
from labs.library import catalogue
from simulator.protocol.events import Event
from tests.unit.labs import little

BARE = "import click, importlib.metadata"
ROUNDS = 3
# How long a lap is does not matter here: it is no part of what is measured.
PHASES = [{"name": "morning", "lasts": "2s", "simulates": "15m"}]
ORDERS = little.scenario()["traffic"]["orders"] | {"timeout": "1s"}


@pytest.mark.parametrize(
    "runtime", [pytest.param(name, marks=pytest.mark.docker) for name in ("docker", "box")] + ["local"]
)
def test_an_exam_takes_little_more_than_its_world_and_its_lap(
    runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    entry = catalogue.find(str(little.make(tmp_path / "little", phases=PHASES, traffic={"orders": ORDERS})))
    run_exam(ExamRequest(entry, runtime=runtime, seed=1))  # images, caches
    rounds = [_parts(ExamRequest(entry, runtime=runtime, seed=1)) for _ in range(ROUNDS)]
    starts, beyonds = zip(*rounds, strict=True)
    figure(f"start of a world, {runtime}", statistics.median(starts), "s")
    figure(f"exam beyond start and lap, {runtime}", statistics.median(beyonds), "s", budget="≤ 2 s")
    ratio = statistics.median(beyond / start for start, beyond in rounds)
    assert ratio < 1, "ending and judging takes longer than starting"


def _parts(order: ExamRequest) -> tuple[float, float]:
    """Seconds that an exam's world takes to start, and that the exam takes beyond that and its lap."""
    events: list[Event] = []
    begun = time.time()
    held = run_exam(order, events.append)
    judge(held.evidence)
    over = time.time()
    at = {event.kind: event.t for event in events}
    start = at["ready"] - begun
    return start, over - begun - start - (at["lap-finished"] - at["lap-started"])


def test_help_answers_at_once(figure: Callable[..., None]) -> None:
    fdelab = [str(Path(sys.executable).with_name("fdelab")), "--help"]
    bare = [sys.executable, "-c", BARE]
    ours, theirs = (statistics.median(_seconds(argv) for _ in range(10)) for argv in (fdelab, bare))
    figure("`fdelab --help`, median of ten", ours, "s", budget="≤ 0.25 s")
    assert ours < 3 * theirs, "loads more than a command line needs"


def _seconds(argv: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun
