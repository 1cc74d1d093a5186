"""The workspace's own tests: run before a lap, bounded in time and memory, their outcome written down.

Whoever submits a deployment writes its tests too: what they say is the submission's word, as with any customer's CI.
"""

import asyncio
import re
import time
from collections.abc import Iterable
from typing import Any

from scenarios.model import WorkspaceTests as Wanted
from simulator.keeper.journal import Journal
from simulator.keeper.record import LapRecord
from simulator.keeper.supervisor import POLL, ProcessSupervisor
from simulator.plan import Process
from simulator.runtime.base import Exit

PYTEST = "pytest"
"""Name of the row that tells of pytest itself."""
MOST = 2_000
"""Tests that are kept; real workspaces have dozens."""
_LINES = 20_000
_SUMMARY = re.compile(r"=+ short test summary info =+")
_LINE = re.compile(r"(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS) (?:\[\d+\] )?(.+?(?:\[.*?\])?)(?: - (.*)|: (.*))?$")
_OUTCOMES = {"PASSED": "passed", "FAILED": "failed", "ERROR": "error", "SKIPPED": "skipped", "XFAIL": "skipped",
             "XPASS": "passed"}  # fmt: skip
_CODES = {
    2: "pytest was interrupted, or could not collect all tests",
    3: "pytest failed",
    4: "pytest could not be used: is its folder there?",
    5: "there are no tests",
}
"""Exit codes of pytest beside 0, all passed, and 1, some failed."""


class WorkspaceTests:
    """Runs them in the deployment's place of the runtime, where the scenario wants them to be run."""

    def __init__(self, crew: ProcessSupervisor, wanted: Wanted | None, journal: Journal) -> None:
        self._crew, self._wanted, self._journal = crew, wanted, journal

    async def run(self, record: LapRecord) -> None:
        """Run those of the deployment that the crew has now, and put what they said on record. Raises `RuntimeLost`."""
        if self._wanted is None:
            return
        (process,) = self._crew.plan.of("tests")
        lines: list[str] = []
        self._journal.heard[process.name] = lambda line: lines.append(line) if len(lines) < _LINES else None
        runtime = self._crew.runtime
        try:
            await runtime.start(process)
            ended = await self._end_of(process, self._wanted.within)
        finally:
            await runtime.stop(process.name)
        record.tested(outcome(lines, ended))

    async def _end_of(self, process: Process, within: float) -> Exit | str:
        """How they ended, or why they were ended."""
        began, runtime = time.monotonic(), self._crew.runtime
        while (end := await runtime.exited(process.name)) is None:
            if time.monotonic() - began > within:
                return f"took longer than {within:g} s"
            used = await runtime.sample(process.name)
            if used is not None and used.memory > process.limits.memory:
                return _OUT_OF_MEMORY
            await asyncio.sleep(POLL)
        return _OUT_OF_MEMORY if end.out_of_memory else end


_OUT_OF_MEMORY = "ran out of memory"


def outcome(lines: Iterable[str], ended: Exit | str) -> list[dict[str, Any]]:
    """Rows of the table `tests` from what pytest printed with `-rA`, and how it ended. Pure."""
    said, within = list[dict[str, Any]](), False
    for line in lines:
        within = within or bool(_SUMMARY.match(line))
        if within and (found := _LINE.match(line)):
            detail = found[3] or found[4]
            said.append({"name": found[2][:300], "outcome": _OUTCOMES[found[1]], "detail": detail and detail[:300]})
    if isinstance(ended, str):
        said.append(_of_pytest(ended))
    elif ended.code > 1 or not said:
        last = _CODES.get(ended.code, f"pytest ended with exit code {ended.code}")
        said.append(_of_pytest(last))
    return said[-MOST:]


def _of_pytest(detail: str) -> dict[str, Any]:
    return {"name": PYTEST, "outcome": "error", "detail": detail}
