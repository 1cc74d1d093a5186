"""One lap as the host saw it: `run.json`, the deployment's logs, what each process used."""

import math
import os
import platform
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from simulator.clock import Span, Timeline
from simulator.drawing import drawn
from simulator.evidence import listing
from simulator.evidence.recorder import Recorder
from simulator.evidence.run import FORMAT, save
from simulator.evidence.tables import CORE
from simulator.keeper.spec import WorldSpec
from simulator.parts import PARTS
from simulator.runtime.base import Exit, Sample
from simulator.workloads import WORKLOADS
from simulator.workloads.kinds import kinds

MAX_LOG_LINES, MAX_LOG_SIZE = 100_000, 1 << 25
"""Lines and characters kept a lap; a flood beyond either is counted, not kept."""

LAST_LINES = 40
"""Shown of a service that did not start."""


def declared_tables(spec: WorldSpec) -> list[dict[str, Any]]:
    """Every table that this scenario's world may write."""
    parts = [t for part in spec.scenario.site.values() for t in PARTS[part.part].tables]
    known = kinds(spec.scenario, WORKLOADS)
    workloads = [t for flow in spec.scenario.traffic.values() for t in known[flow.workload].tables]
    return [t.to_json() for t in {t.name: t for t in (*CORE, *parts, *workloads)}.values()]


def _machine() -> dict[str, Any]:
    memory = psutil.virtual_memory()
    return {"cores": os.cpu_count(), "memory": memory.total, "load": round(os.getloadavg()[0], 2)}


def _versions() -> dict[str, str]:
    try:
        ours = version("fdelab")
    except PackageNotFoundError:
        ours = "unknown"
    return {"fdelab": ours, "python": platform.python_version()}


def _new_run(spec: WorldSpec, runtime: str, lap: int, seed: int, unsealed: Sequence[str]) -> dict[str, Any]:
    """Return what `run.json` says of a lap before anything has happened in it."""
    return {
        "format": FORMAT,
        "session": spec.session,
        "scenario": drawn(spec.scenario, seed, spec.seed).model_dump(mode="json", by_alias=True),
        "scenario_hash": spec.scenario_hash,
        "calibration": spec.calibration,
        "seed": seed,
        "secret": spec.secret,
        "lap": lap,
        "runtime": runtime,
        "unsealed": list(unsealed),
        "exam": spec.exam,
        "use": spec.use,
        "versions": _versions(),
        "machine": _machine(),
        "tables": declared_tables(spec),
        "timeline": [],
        "redeploys": [],
        "toxics": [],
        "restarts": [],
        **dict.fromkeys(("deployment", "lag_p99", "slowdown", "others", "overdrawn", "failed")),
        "aborted": False,
        "finished": False,
        "files": None,
    }


class LapRecord:
    """Writes one lap's evidence as far as the keeper knows it. Lines that come before the lap starts wait for it."""

    closed = False
    """Whether the last word was said."""

    def __init__(self, folder: Path, spec: WorldSpec, runtime: str, lap: int, seed: int,
                 unsealed: Sequence[str] = ()) -> None:  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.start: float | None = None
        self.spans: tuple[Span, ...] = ()
        """The lap's phases; none before it starts."""
        self._recorder = Recorder(folder, "keeper", tables=CORE)
        self._waiting: deque[tuple[float, str, str, str]] = deque()
        self._lines = self._size = self._dropped = 0
        self._last: dict[str, deque[str]] = {}
        self._reached = 0.0
        self.run = _new_run(spec, runtime, lap, seed, unsealed)
        self.save()

    def save(self) -> None:
        """Write `run.json` as it is now: for whoever practises, with the phases that have begun."""
        save(self.folder, self.run, math.inf if self.closed else self._reached)

    def at(self) -> float:
        """Wall seconds since the lap's start; 0 before it."""
        return round(time.monotonic() - self.start, 4) if self.start is not None else 0.0

    def started(self, spans: tuple[Span, ...], at: float) -> None:
        """Note that the field's lap is `at` seconds old now: from here on lines have times."""
        self.start = time.monotonic() - at
        self._phases(spans)
        self.run["deployment"] = {"started": True}
        self.save()
        self._write_waiting(self.start)

    def began(self, at: float) -> None:
        """Note that a phase began at wall second `at`: now everybody may know of it, and see all that was before."""
        self._reached = at
        self.flush()
        self.save()

    def line(self, service: str, stream: str, text: str) -> None:
        """Record a line that a service of the deployment printed."""
        self._last.setdefault(service, deque(maxlen=LAST_LINES)).append(text)
        self._size += len(text)
        if self._lines >= MAX_LOG_LINES or self._size > MAX_LOG_SIZE:
            self._dropped += 1
            self._recorder.cut("logs", self.at())
            return
        self._lines += 1
        self._waiting.append((time.monotonic(), service, stream, text))
        if self.start is not None:
            self._write_waiting(self.start)

    def _write_waiting(self, start: float) -> None:
        """Lines that wait, with times since `start`."""
        while self._waiting:
            when, service, stream, text = self._waiting.popleft()
            row = {"at": round(when - start, 4), "service": service, "stream": stream, "line": text}
            self._recorder.write("logs", row)

    def used(self, service: str, sample: Sample) -> None:
        """Record what a process used since the last sample."""
        if self.start is not None:
            row = {"at": self.at(), "service": service, "cpu": round(sample.cpu, 4), "memory": sample.memory}
            self._recorder.write("resources", row | {"pids": sample.pids, "throttled": round(sample.throttled, 4)})

    def flush(self) -> None:
        """Let readers see the lines so far."""
        self._recorder.flush()

    def redeployed(self) -> None:
        """Record that the deployment was replaced now: the phase that this falls into cannot be graded."""
        self.run["redeploys"].append(self.at())
        self.save()

    def tampered(self, at: float, active: int) -> None:
        """From second `at` on, so many toxics were on the links: a phase with one in it cannot be graded."""
        self.run["toxics"].append({"at": at, "active": active})
        self.save()

    def restarted(self, service: str, end: Exit) -> None:
        """Record that a service ended by itself and is started again."""
        how = {"service": service, "at": self.at(), "code": end.code, "out_of_memory": end.out_of_memory}
        self.run["restarts"].append(how)
        self.save()
        self.flush()

    def struck(self, row: dict[str, Any], due: float) -> None:
        """Record a fault of a process that is over; its `at` is in seconds of the machine's monotonic clock.

        It was due at wall second `due` of the lap, and not before: our own clock of the lap is some milliseconds late.
        """
        if self.start is not None:
            self._recorder.write("faults", row | {"at": max(due, row["at"] - self.start)})

    def tested(self, rows: Sequence[dict[str, Any]]) -> None:
        """What the workspace's own tests came to, before the lap."""
        for row in rows:
            self._recorder.write("tests", {"at": None} | row)

    def did_not_start(self, service: str, reason: str) -> list[str]:
        """Record that the deployment never took traffic: that is the whole story. Return the service's last lines.

        What it printed is on record with times before now.
        """
        self._write_waiting(time.monotonic())
        last = list(self._last.get(service, ()))
        self.run["deployment"] = {"started": False, "service": service, "reason": reason, "last_lines": last}
        return last

    def close(self, *, failed: str | None = None, aborted: bool = False, timeline: tuple[Span, ...] | None = None,
              lag_p99: float | None = None, slowdown: float | None = None, others: float | None = None,
              overdrawn: float | None = None) -> None:  # fmt: skip
        """Close the record: everything is on disk before `run.json` says `finished`, and which files that is."""
        self.closed = True
        if failed is not None:
            self._give_up(failed)
            return
        if self._dropped:
            text = f"({self._dropped} more lines were printed and not kept)"
            self._recorder.write("logs", {"at": self.at(), "service": "keeper", "stream": "stdout", "line": text})
        self._recorder.close()
        finished = not aborted
        self.run |= {"aborted": aborted, "finished": finished}
        self.run |= {"lag_p99": lag_p99, "slowdown": slowdown, "others": others, "overdrawn": overdrawn}
        if finished:
            self.run["files"] = listing.tables(self.folder)
        if timeline is not None:
            self._phases(timeline)
        self.save()

    def _phases(self, spans: tuple[Span, ...]) -> None:
        self.spans = spans
        self.run["timeline"] = Timeline(spans).to_json()

    def _give_up(self, reason: str) -> None:
        """Write the last word on a lap that says nothing. It comes first: on a full disk the rest may not fit."""
        self.run |= {"failed": reason, "finished": False}
        self.save()
        with suppress(OSError):
            self._recorder.close()
