"""Toy exams: a deployment of a few lines, examined for real in some ten seconds, on any runtime.

    scenario = toys.scenario(tmp_path / "toy")
    sat = toys.examine(scenario, {"app/main.py": CODE}, "box", tmp_path)
    assert sat.code == 1 and sat.report["result"] == "failed"

What the deployment prints is in `sat.lines()`; `toys.ASGI` serves what the scenario asks for, and each request can
be seen by `CODE`, so that a toy only says what is special about it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from simulator.evidence.listing import FOLDER
from simulator.evidence.run import examiners
from simulator.evidence.tables import ROW
from tests.unit.labs import little

FDELAB = Path(sys.executable).with_name("fdelab")

PHASES = [
    {"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
    {"name": "morning", "lasts": "4s", "simulates": "30m"},
]
CHECKS = [
    {"id": "answers", "family": "reliability", "weight": 1, "measure": "availability", "with": {"stream": "orders"},
     "expect": ">= 90 %", "says": "Every order gets a date"},
]  # fmt: skip

ASGI = '''
async def app(scope, receive, send):
    """Healthy, and sorry about every order."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        status = 200 if scope["path"] == "/health" else 503
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})
'''


def scenario(folder: Path, **changes: Any) -> Path:
    """A scenario that is over in some eight seconds, with one check; other top-level keys where `changes` has some."""
    return little.make(folder, **({"phases": PHASES, "checks": CHECKS} | changes))


def deployment(folder: Path, files: Mapping[str, str]) -> Path:
    """A workspace of nothing but `files`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@dataclass(frozen=True)
class Sat:
    """An exam that took place, as a person or CI meets it."""

    code: int
    """Exit code."""
    report: dict[str, Any]
    """Empty where there is none."""
    evidence: Path
    told: str
    """What was said on stderr."""
    seconds: float
    """Wall time of the whole command."""
    ready: float | None = None
    """Seconds after which traffic could begin, images built; None where it never could."""

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of one table of the evidence, whoever wrote them."""
        return rows(self.evidence, table)

    def lines(self) -> list[str]:
        """What the deployment printed."""
        return [row["line"] for row in self.rows("logs")]

    @property
    def run(self) -> dict[str, Any]:
        """`run.json`, the whole of it."""
        found: dict[str, Any] = json.loads((examiners(self.evidence) / "run.json").read_bytes())
        return found


def rows(evidence: Path, table: str) -> list[dict[str, Any]]:
    """All rows of one table of a lap, whoever wrote them and whoever they are for."""
    seen = [row for file in sorted(evidence.glob(f"{table}.*.jsonl")) for row in _whole(file)]
    files = sorted((evidence / FOLDER).glob(f"{table}.*.jsonl"))
    return seen or [row for file in files for row in _lines(file)]


def _whole(file: Path) -> list[dict[str, Any]]:
    other = file.parent / FOLDER / file.name
    hidden = {row.pop(ROW): row for row in _lines(other)} if other.exists() else {}
    return [row | hidden.get(row.pop(ROW, None), {}) for row in _lines(file)]


def _lines(file: Path) -> list[dict[str, Any]]:
    # Not `splitlines`: text of a deployment may hold what Unicode calls an end of a line, and JSON does not.
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def examine(
    scenario: Path, files: Mapping[str, str], runtime: str, folder: Path, *, seed: int = 5, timeout: float = 300.0,
    formats: str = "json", **env: str,
) -> Sat:  # fmt: skip
    """Examine a deployment of `files` with the command itself, everything that it needs and leaves in `folder`."""
    workspace = deployment(folder / "workspace", files)
    out = folder / "evidence"
    argv = [
        FDELAB, "exam", scenario, "--workspace", workspace, "--runtime", runtime, "--seed", seed, "--out", out,
        "--format", formats,
    ]  # fmt: skip
    began = time.monotonic()
    with (
        subprocess.Popen(
            list(map(str, argv)), cwd=folder, env=os.environ | {"FDELAB_STATE": str(folder / "state")} | env,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as running,
        ThreadPoolExecutor(2) as readers,
    ):  # fmt: skip
        printed, said = readers.submit(_timed, running.stdout), readers.submit(_timed, running.stderr)
        try:
            code = running.wait(timeout)
        finally:
            running.kill()
    text = "".join(line for _, line in printed.result())
    ready = next((at - began for at, line in said.result() if "everything is ready" in line), None)
    told = "".join(line for _, line in said.result())
    return Sat(code, json.loads(text or "{}"), out, told, time.monotonic() - began, ready)


def _timed(stream: IO[str] | None) -> list[tuple[float, str]]:
    """Every line, and when it came."""
    return [(time.monotonic(), line) for line in stream or ()]
