"""The records of a world's laps, one after the other, and where what its processes print goes."""

import sys
from collections.abc import Callable
from typing import Any

from simulator.evidence import held
from simulator.keeper.last_lines import LastWords
from simulator.keeper.record import LapRecord
from simulator.keeper.spec import WorldSpec
from simulator.keeper.world_files import WorldFiles
from simulator.runtime.base import Runtime
from simulator.seeds import child

KEPT_LAPS = 3
MAX_OWN_LINES = 10_000
"""Lines of our own processes that are kept a lap: what the deployment sends them can make them print."""

Printed = Callable[[str, float, str, str], None]
"""Takes a line of the deployment: its service, the wall second of the lap, the stream, the text."""


class Journal:
    """Keeps the record of the current lap; before the first lap there is none."""

    def __init__(self, files: WorldFiles, spec: WorldSpec, runtime: Runtime, printed: Printed) -> None:
        self._files = files
        self._spec = spec
        self._runtime = runtime
        self._printed = printed
        self._services = frozenset(spec.scenario.deployment.services)
        self.lap = 0
        self.record: LapRecord | None = None
        self.last_words = LastWords()
        self._own_lines = 0
        self.heard: dict[str, Callable[[str], None]] = {}
        """Who takes the lines of a process instead, by its name."""

    def begin(self) -> LapRecord:
        """Begin the record of the next lap, and forget the oldest."""
        self.lap += 1
        self._own_lines = 0
        spec, runtime = self._spec, self._runtime
        seed = spec.seed if spec.exam else child(spec.seed, "lap", str(self.lap))
        record = LapRecord(self._files.lap(self.lap), spec, runtime.name, self.lap, seed, runtime.unsealed)
        held.prune(self._files.laps, self.lap - KEPT_LAPS)
        self.record = record
        return record

    def log(self, service: str, stream: str, line: str) -> None:
        """Take a line that a process printed: the deployment's goes on record, our own into the keeper's log."""
        if self.record is not None and service in self._services:
            self.record.line(service, stream, line)
            self._printed(service, self.record.at(), stream, line)
            return
        if (hear := self.heard.get(service)) is not None:
            hear(line)
            return
        self.last_words.hear(service, line)
        self._own_lines += 1
        if self._own_lines <= MAX_OWN_LINES:
            sys.stderr.write(f"{service}: {line}\n")  # into keeper.log
        elif self._own_lines == MAX_OWN_LINES + 1:
            sys.stderr.write("(more lines of this lap are not kept)\n")

    def struck(self, row: dict[str, Any], due: float) -> None:
        """Take a row of the table of strikes, due at wall second `due` of the lap."""
        if self.record is not None:
            self.record.struck(row, due)

    def close(self, reason: str) -> None:
        """Close the record where its lap has not done so: the world has ended. Raises `OSError` on a full disk."""
        if self.record is not None and not self.record.closed:
            self.record.close(failed=reason)
