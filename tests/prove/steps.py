"""What is measured, one step at a time. A step skips what its results file already knows of this very code."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.prove.tables import Results

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results"
BIN = Path(sys.executable).parent
BURN = "import time; end = time.monotonic() + 300\nwhile time.monotonic() < end: pass"
"""Keeps one core busy, for five minutes at most."""

Todo = tuple[str, int]
"""A deployment and a seed."""

EXPECTED = {"reference": "passed", "untouched": "failed"}
"""What must come of an exam under load."""


@dataclass(frozen=True)
class Settings:
    """How much to prove."""

    runtimes: tuple[str, ...]
    jobs: int
    seeds: int = 5
    exams_under_load: int = 10


def read(step: str) -> list[dict[str, Any]]:
    """All rows of a step's results, oldest first."""
    file = RESULTS / f"{step}.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


def append(step: str, row: dict[str, Any]) -> None:
    """Keep one row."""
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{step}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def results() -> Results:
    """Everything that speaks of the library's scenarios as they are now."""
    hashes = {entry["hash"] for entry in map(_shown, slugs())}
    current = {step: [row for row in read(step) if row["scenario_hash"] in hashes] for step in ("verify", "load")}
    return current | {step: read(step) for step in ("figures", "clone")}


def _fdelab(*argv: str) -> Any:
    done = subprocess.run([BIN / "fdelab", *argv], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"fdelab {' '.join(argv)} ended with {done.returncode} and no JSON") from None


def slugs() -> list[str]:
    """The library's scenarios."""
    return [entry["id"] for entry in _fdelab("list", "--json")]


def _shown(slug: str) -> dict[str, Any]:
    shown: dict[str, Any] = _fdelab("scenario", "show", slug, "--json")
    return shown


def verify(settings: Settings) -> bool:
    """Every deployment of every scenario, on every runtime, with every seed."""
    good = True
    for slug in slugs():
        argv = ["--runtime", ",".join(settings.runtimes), "--seeds", str(settings.seeds), "--jobs", str(settings.jobs)]
        keep = ["--resume", "--results", str(RESULTS / "verify.jsonl")]
        good &= subprocess.run([BIN / "fdelab", "scenario", "verify", slug, *argv, *keep], cwd=ROOT).returncode == 0
    return good


def load(settings: Settings) -> bool:
    """The same exams, a few at a time, while somebody else keeps a core busy: the verdicts must be the same."""
    good = True
    for slug in slugs():
        content = _shown(slug)["hash"]
        known = {(r["scenario_hash"], r["use"], r["seed"]) for r in read("load")}
        seeds = range(101, 101 + settings.exams_under_load)
        todo = [(use, seed) for seed in seeds for use in EXPECTED if (content, use, seed) not in known]
        for some in batched(todo, settings.jobs):
            with _busy(), ThreadPoolExecutor() as pool:
                exams = [pool.submit(_exam_under_load, slug, *one, settings.runtimes[0]) for one in some]
            for exam in exams:
                append("load", exam.result())
        mine = [row for row in read("load") if row["scenario_hash"] == content]
        good &= all(row["result"] == EXPECTED[row["use"]] for row in mine)
    return good


def batched(items: Sequence[Todo], size: int) -> Iterator[Sequence[Todo]]:
    """The items in order, at most `size` at a time."""
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]


def _exam_under_load(slug: str, use: str, seed: int, runtime: str) -> dict[str, Any]:
    out = Path(tempfile.mkdtemp(prefix="fdelab-load-"))
    try:
        report = _fdelab(
            "exam", slug, "--use", use, "--seed", str(seed), "--runtime", runtime, "--format", "json",
            "--out", str(out / "evidence"), "--trust-submission",
        )  # fmt: skip
    finally:
        shutil.rmtree(out, ignore_errors=True)
    kept = ("scenario", "scenario_hash", "use", "seed", "runtime", "result", "score")
    fields = ("verdict", "value", "unit", "margin_share")
    checks = {check["id"]: {name: check[name] for name in fields} for check in report["checks"]}
    print(f"{slug} {use} {seed} under load: {report['result']}, {report['score']}", flush=True)
    return {name: report[name] for name in kept} | {"checks": checks}


@contextlib.contextmanager
def _busy() -> Iterator[None]:
    burner = subprocess.Popen([sys.executable, "-c", BURN])
    try:
        yield
    finally:
        burner.kill()
        burner.wait()


def figures(_settings: Settings) -> bool:
    """Budgets: the benchmarks' own figures. They are cheap and compare durations, so they are taken anew each time."""
    return _pytest("tests/benchmarks")


def _pytest(*argv: str) -> bool:
    RESULTS.mkdir(exist_ok=True)
    env = os.environ | {"FDELAB_FIGURES": str(RESULTS / "figures.jsonl")}
    return subprocess.run([sys.executable, "-m", "pytest", *argv], cwd=ROOT, env=env).returncode == 0


def clone(_settings: Settings) -> bool:
    """`make play` and `make test` in a fresh clone of what is committed, without an engine and with one."""
    commit = _git("rev-parse", "HEAD")
    good = True
    for engine in (False, True):
        known = {row["command"]: row for row in read("clone") if (row["commit"], row["engine"]) == (commit, engine)}
        todo = [command for command in ("make play", "make test") if known.get(command, {"code": 1})["code"] != 0]
        if todo:
            good &= _in_a_clone(commit, todo, engine)
    return good


def _git(*argv: str) -> str:
    return subprocess.run(["git", *argv], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def _in_a_clone(commit: str, commands: Sequence[str], engine: bool) -> bool:
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL")}
    good = True
    with tempfile.TemporaryDirectory(prefix="fdelab-clone-") as place:
        _git("clone", "--quiet", str(ROOT), f"{place}/fdelab")
        env["FDELAB_STATE"] = f"{place}/state"
        if not engine:
            env["DOCKER_HOST"] = f"unix://{place}/no-engine.sock"
        for command in commands:
            begun = time.monotonic()
            code = subprocess.run(command.split(), cwd=f"{place}/fdelab", env=env).returncode
            seconds = round(time.monotonic() - begun, 1)
            append("clone", {"commit": commit, "command": command, "engine": engine, "seconds": seconds, "code": code})
            good &= code == 0
    return good


STEPS = {"verify": verify, "load": load, "figures": figures, "clone": clone}
