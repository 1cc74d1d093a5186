"""What is measured, one step at a time, keeping what its results file already knows.

Of exams it is those of a scenario as it is now, held by the code that plays and grades it now; of kills those by the
present code; of clones those of this commit. Every row says by which code (`labs.base.fingerprint`): what older code
has shown stays in the files, and in the tables until it is shown anew, with a mark.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labs.base.fingerprint import fingerprint
from scenarios.equivalents import load as marks_of
from scenarios.variants import LIBRARY
from tests.prove.kills import NOT_HELD, code, killed, plan_kills, prepare
from tests.prove.strain import exams, held, sound
from tests.prove.tables import EQUIVALENT, PRESENT, Results, latest

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results"
BIN = Path(sys.executable).parent
ENDS = "reference,untouched"
_STRAINED = ("scenario_hash", "code", "runtime", "level", "seed")
FIRST_UNDER_LOAD = 101
"""Seeds that no threshold was set by."""


@dataclass(frozen=True)
class Settings:
    """How much to prove."""

    runtimes: tuple[str, ...]
    jobs: int
    seeds: int = 5
    exams_under_load: int = 10
    exams_under_strain: int = 3
    kills: int = 100


def read(step: str) -> list[dict[str, Any]]:
    """All rows of a step's results, oldest first; a line that was torn off is none."""
    file = RESULTS / f"{step}.jsonl"
    rows = []
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        with contextlib.suppress(ValueError):
            rows.append(json.loads(line))
    return rows


def append(step: str, row: dict[str, Any]) -> None:
    """Keep one row, with the digest of all code where it does not say by which it was made."""
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{step}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"code": fingerprint()} | row, ensure_ascii=False) + "\n")


def results() -> Results:
    """Everything that speaks of the library's scenarios as they are now."""
    codes = {entry["hash"]: entry["code"] for entry in map(_shown, slugs())}
    current = {step: _of_now(step, codes) for step in ("verify", "box", "load", "strain", "extremes")}
    alike = [*current["verify"], *current.pop("box")]
    rates = [*alike, *current["load"]]
    current["mutants"] = _marked(codes)
    others = {step: read(step) for step in ("cheats", "figures", "clone")}
    by = code()
    others["kills"] = [row | {PRESENT: row.get("code") == by} for row in read("kills")]
    return current | {"rates": rates, "alike": alike, "traps": current["verify"]} | others


def _of_now(step: str, codes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows on scenarios as they are, given the present code by their hash."""
    rows = [row for row in read(step) if row["scenario_hash"] in codes]
    return [row | {PRESENT: row.get("code") == codes[row["scenario_hash"]]} for row in rows]


def _marked(codes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows on mutants, with the reason where the scenario's author says that one makes no difference."""
    rows = _of_now("mutants", codes)
    marks = {slug: marks_of(LIBRARY / slug) for slug in {row["scenario"] for row in rows}}
    for row in rows:
        about = [row["mutant"][name] for name in ("of", "file", "line", "was", "becomes")]
        reason = next((mark.reason for mark in marks[row["scenario"]] if mark.covers(*about)), None)
        row |= {EQUIVALENT: reason} if reason else {}
    return rows


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
    return _verified("verify", settings, "--runtime", ",".join(settings.runtimes), "--seeds", str(settings.seeds))


def box(settings: Settings) -> bool:
    """The two ends in a box, with the seeds of `verify`."""
    return _verified("box", settings, "--runtime", "box", "--seeds", str(settings.seeds), "--only", ENDS)


def mutants(settings: Settings) -> bool:
    """Mutants of each scenario's solutions, in a sample that grows until the target is out of reach."""
    good = True
    for slug in slugs():
        keep = ["--results", str(RESULTS / "mutants.jsonl"), "--jobs", str(settings.jobs)]
        done = subprocess.run([BIN / "fdelab", "scenario", "mutate", slug, *keep], cwd=ROOT)
        good &= done.returncode == 0
    return good


def load(settings: Settings) -> bool:
    """The two ends while somebody else keeps a core busy: the verdicts must be the same."""
    seeds = ["--first", str(FIRST_UNDER_LOAD), "--seeds", str(settings.exams_under_load)]
    return _verified("load", settings, "--runtime", settings.runtimes[0], *seeds, "--only", ENDS, "--busy")


def _verified(step: str, settings: Settings, *argv: str) -> bool:
    good = True
    for slug in slugs():
        keep = ["--resume", "--results", str(RESULTS / f"{step}.jsonl"), "--jobs", str(settings.jobs)]
        done = subprocess.run([BIN / "fdelab", "scenario", "verify", slug, *argv, *keep], cwd=ROOT)
        good &= done.returncode == 0
    return good


def strain(settings: Settings) -> bool:
    """References beside neighbours that burn: one after the other, as each is measured."""
    shown = {slug: _shown(slug) for slug in slugs()}
    known = {tuple(row.get(name) for name in _STRAINED) for row in read("strain")}
    good = True
    for exam in exams(list(shown), settings.runtimes, settings.exams_under_strain):
        entry = shown[exam.scenario]
        if (entry["hash"], entry["code"], exam.runtime, exam.level, exam.seed) in known:
            continue
        row = held(exam) | {"code": entry["code"]}
        append("strain", row)
        good &= sound(row)
        told = f"{row['result']}, {row['score']} points, work took {row['slowdown']} times as long"
        print(f"{exam.scenario} on {exam.runtime}, strain {exam.level} asked for: {told}", flush=True)
    return good and all(map(sound, results()["strain"]))


def extremes(_settings: Settings) -> bool:
    """Degenerate deployments of every scenario, without a world, and what the matrix finds: all are listed, none fails.

    What is found is a list of work; it is no claim that the project makes.
    """
    for slug in slugs():
        entry = _shown(slug)
        found = _fdelab("scenario", "extremes", slug, "--record", "--seeds", "2", "--json")
        matrix = _fdelab("scenario", "matrix", slug, "--results", str(RESULTS / "verify.jsonl"), "--json")
        told = {"scenario": slug, "scenario_hash": entry["hash"], "code": entry["code"]}
        append("extremes", told | summary(found, matrix))
    return True


def summary(found: Mapping[str, Any], matrix: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of what both commands have printed."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for one in found["extremes"]:
        kinds.setdefault(one["kind"], []).append(one)
    best = max(kinds["nothing"], key=lambda one: max(score or 0.0 for score in one["scores"].values()))
    return {
        "seeds": len(found["seeds"]),
        "exams": sum(len(one["scores"]) for one in found["extremes"]),
        "played": {kind: len(some) for kind, some in kinds.items()},
        "best": [best["name"], max(score or 0.0 for score in best["scores"].values())],
        "passes": {kind: [one["name"] for one in some if one["passes"]] for kind, some in kinds.items()},
        "lost": len(found["lost"]),
        "unread": [name for name, moves in found["lost"].items() if not moves],
        "findings": [[one["rule"], one["about"], one["says"]] for one in matrix["findings"]],
    }


def kills(settings: Settings) -> bool:
    """Exams in which something of ours is killed at a random moment: none may judge wrongly or leave a thing."""
    now = code()
    ours = [row for row in read("kills") if row.get("code") == now]
    held = {(row["victim"], row["seed"]) for row in ours if row["result"] != NOT_HELD}
    todo = [deed for deed in plan_kills(settings.kills, settings.runtimes) if (deed.victim, deed.seed) not in held]
    if any(deed.victim.startswith("docker/") for deed in todo):
        prepare(print)
    with ThreadPoolExecutor(settings.jobs) as pool:
        for done in as_completed([pool.submit(killed, deed) for deed in todo]):
            row = done.result() | {"code": now}
            append("kills", row)
            why = f" ({row['why']})" if "why" in row else ""
            print(f"{row['victim']} after {row['after']:.1f} s of {row['use']}: {row['result']}{why}", flush=True)
    return not any(row["wrong"] or not row["swept"] for row in latest(read("kills"), "victim", "seed"))


def figures(_settings: Settings) -> bool:
    """Budgets: the benchmarks' own figures. They are cheap and compare durations, so they are taken anew each time."""
    return _pytest("figures", "tests/benchmarks")


def cheats(settings: Settings) -> bool:
    """Every cheat, on docker and in a box."""
    return _pytest("cheats", "-n", str(settings.jobs), "--dist", "worksteal", "tests/cheats")


def _pytest(step: str, *argv: str) -> bool:
    RESULTS.mkdir(exist_ok=True)
    env = os.environ | {"FDELAB_FIGURES": str(RESULTS / f"{step}.jsonl")}
    return subprocess.run([sys.executable, "-m", "pytest", *argv], cwd=ROOT, env=env).returncode == 0


def clone(_settings: Settings) -> bool:
    """`make play` and `make test` in a fresh clone of what is committed, without an engine and with one."""
    commit = _git("rev-parse", "HEAD")
    good = True
    for engine in (False, True):
        known = {row["command"]: row for row in read("clone") if (row["commit"], row["engine"]) == (commit, engine)}
        todo = [command for command in ("make play", "make test") if known.get(command, {"exit": 1})["exit"] != 0]
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
            append("clone", {"commit": commit, "command": command, "engine": engine, "seconds": seconds, "exit": code})
            good &= code == 0
    return good


STEPS = {
    "verify": verify,
    "box": box,
    "load": load,
    "strain": strain,
    "mutants": mutants,
    "extremes": extremes,
    "kills": kills,
    "cheats": cheats,
    "figures": figures,
    "clone": clone,
}
