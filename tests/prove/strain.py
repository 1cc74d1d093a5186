"""References beside busy neighbours: a verdict is due while the machine is not too strained, and never a false one.

Each neighbour burns one core's worth, at our priority and in a session of its own, as another program of the machine
would. So many of them on each core that work takes about as many times as long as asked for.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.strain import ENDURED
from labs.library.catalogue import REFERENCE
from tests.toys import FDELAB

LEVELS = (1, 4, 10)
"""Times as long as alone that work is to take, about."""
FIRST_SEED = 301
"""Seeds that no threshold was set by."""
_BURN = "while True: pass"
_LONGEST = 900.0
"""Seconds after which an exam hangs."""


@dataclass(frozen=True)
class Exam:
    """One exam that is to be held."""

    scenario: str
    runtime: str
    level: int
    seed: int


def exams(slugs: list[str], runtimes: tuple[str, ...], each: int) -> list[Exam]:
    """All of them, the same every time."""
    return [
        Exam(slug, runtime, level, FIRST_SEED + n)
        for n in range(each)
        for level in LEVELS
        for runtime in runtimes
        for slug in slugs
    ]


def held(exam: Exam) -> dict[str, Any]:
    """Hold it, and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="fdelab-strain-", ignore_cleanup_errors=True) as place, _beside(exam.level):
        argv = [FDELAB, "exam", exam.scenario, "--use", REFERENCE, "--seed", exam.seed, "--runtime", exam.runtime]
        argv += ["--trust-submission", "--out", Path(place) / "evidence", "--format", "json"]
        env = os.environ | {"FDELAB_STATE": f"{place}/state"}
        done = subprocess.run(list(map(str, argv)), env=env, stdout=subprocess.PIPE, timeout=_LONGEST)
        report: dict[str, Any] = json.loads(done.stdout or b"{}")
        file = Path(place) / "evidence" / "run.json"
        lag = json.loads(file.read_bytes())["lag_p99"] if file.is_file() else None
    told = {name: report.get(name) for name in ("result", "score", "reason", "slowdown", "scenario_hash")}
    return asdict(exam) | {"use": REFERENCE, "exit": done.returncode, "lag_p99": lag} | told


def sound(row: Mapping[str, Any]) -> bool:
    """Whether a row is as it has to be: passed, or an error on a machine that was too strained for a verdict."""
    excused = row["result"] == "error" and (row["slowdown"] is None or row["slowdown"] > ENDURED)
    return bool(row["result"] == "passed" or excused)


@contextmanager
def _beside(level: int) -> Iterator[None]:
    count = (level - 1) * (os.cpu_count() or 1)
    busy = [subprocess.Popen([sys.executable, "-c", _BURN], start_new_session=True) for _ in range(count)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()
