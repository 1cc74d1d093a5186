"""CPU seconds of one exam by process: `python -m tests.prove.cpu [SCENARIO...]`, on the local runtime.

The sum is what the kernel charged the command and all that it waited for; who of them used it is read from the process
table, many times a second, by this process, whose own work is counted nowhere. `unit` is what a fresh interpreter needs
to import two libraries that everything here needs: what is said in units of it means the same on another machine.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from labs.library.catalogue import REFERENCE
from tests.toys import FDELAB

UNIT = "import pydantic, duckdb"
UNITS = 5
"""Times that the unit is taken: the least of them is it."""
LOOKS = 0.01
"""Seconds between two looks at the process table."""
OURS = ("command", "keeper", "field", "site", "postgres", "other")
"""Whose CPU is ours; the deployment's is its author's."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds that one command took, with all that it started."""

    total: float
    by: Mapping[str, float]
    """By what each process is for; without the last moments of each."""

    @property
    def ours(self) -> float:
        """All but the deployment's own."""
        return self.total - self.by.get("deployment", 0.0)


def unit() -> float:
    """CPU seconds of a fresh interpreter that imports what is our measure of this machine."""
    return min(cost([sys.executable, "-c", UNIT]).total for _ in range(UNITS))


def exam(slug: str, use: str = REFERENCE) -> Cost:
    """One exam with the report as JSON. Raises `CalledProcessError` where it ends otherwise than with a verdict."""
    argv = [FDELAB, "exam", slug, "--use", use, "--seed", 301, "--runtime", "local", "--trust-submission"]
    with tempfile.TemporaryDirectory(prefix="fdelab-cpu-", ignore_cleanup_errors=True) as place:
        env = {"FDELAB_STATE": f"{place}/state"}
        return cost([*map(str, argv), "--out", f"{place}/evidence", "--format", "json"], env, good=(0, 1))


def cost(argv: Sequence[str], env: Mapping[str, str] | None = None, good: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end. Raises `CalledProcessError` where it does not end with a code in `good`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen(
        argv, env=os.environ | (env or {}), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    seen: dict[tuple[int, float], tuple[str, float]] = {}
    family = Family(child.pid)
    while child.poll() is None:
        family.look(seen)
        time.sleep(LOOKS)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode not in good:
        raise subprocess.CalledProcessError(child.returncode, argv)
    by: dict[str, float] = defaultdict(float)
    for name, used in seen.values():
        by[name] += used
    total = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(total, dict(by))


class Family:
    """The descendants of one process, those whose parent has gone meanwhile too."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._known: dict[int, tuple[psutil.Process, str]] = {}

    def look(self, seen: dict[tuple[int, float], tuple[str, float]]) -> None:
        """Note for each member what it is for, and the CPU seconds that it has used so far."""
        for pid in psutil.pids():
            if pid not in self._known:
                with suppress(psutil.Error):
                    process = psutil.Process(pid)
                    if pid == self._root or process.ppid() in self._known:
                        self._known[pid] = process, ""
        for pid, (process, before) in list(self._known.items()):
            try:
                with process.oneshot():
                    used = process.cpu_times()
                    # What has ended and waits to be collected has no command line any more.
                    role = "command" if pid == self._root else _role(process) or before
                self._known[pid] = process, role
                seen[pid, process.create_time()] = role, used.user + used.system
            except psutil.Error:
                continue


def _role(process: psutil.Process) -> str:
    """What it is for, as far as its command line and its environment tell; "" where they are gone."""
    try:
        words, marks = process.cmdline(), process.environ()
    except psutil.Error:
        return ""
    if not words:
        return ""
    line = " ".join(words)
    if "postgres" in Path(words[0]).name or line.startswith("postgres"):
        return "postgres"
    modules = (("simulator.world", "keeper"), ("simulator.field", "field"), ("simulator.parts", "site"))
    role = next((role for word, role in modules if word in line), None)
    return role or ("deployment" if "FDELAB_PROCESS" in marks else "other")


def table(costs: Mapping[str, Cost], one: float) -> str:
    """What was measured, a row a scenario, in seconds; the last columns in units."""
    head = ["scenario", *OURS, "deployment", "all", "ours", "ours in units"]
    rows = [
        [slug, *(f"{c.by.get(name, 0.0):.2f}" for name in (*OURS, "deployment")), f"{c.total:.2f}", f"{c.ours:.2f}",
         f"{c.ours / one:.1f}"]
        for slug, c in costs.items()
    ]  # fmt: skip
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def main() -> None:
    """Measure the scenarios that are named, or all of the library, and print the table."""
    from labs.library.catalogue import slugs as library

    slugs = sys.argv[1:] or library()
    one = unit()
    print(f"unit: {one:.3f} CPU seconds of `python -c '{UNIT}'`", flush=True)
    costs = {}
    for slug in slugs:
        costs[slug] = exam(slug)
        print(slug, json.dumps({"total": round(costs[slug].total, 2), "by": costs[slug].by}), flush=True)
    print(table(costs, one))


if __name__ == "__main__":
    main()
