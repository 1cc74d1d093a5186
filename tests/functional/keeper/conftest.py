"""Real worlds on the local runtime, with the first scenario's site and laps of a few seconds."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from scenarios import loader, variants
from simulator.evidence.listing import FOLDER
from simulator.evidence.run import RUN
from simulator.files import write_json
from simulator.keeper.spec import WorldSpec
from simulator.keeper.world_files import WorldFiles
from simulator.runtime import processes

ROOT = Path(__file__).parents[3]
PROMISE_DATES = ROOT / "scenarios/library/promise-dates"


class LiveWorld:
    """A keeper's process and what it says."""

    def __init__(self, folder: Path, spec: WorldSpec) -> None:
        self.files = WorldFiles(folder)
        self.spec = spec
        write_json(self.files.spec, spec.model_dump(mode="json", by_alias=True))
        with (folder / "keeper.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "simulator.world", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=os.environ | {"FDELAB_SESSION": spec.session},
                start_new_session=True,
            )

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What happened so far."""
        if not self.files.events.exists():
            return []
        whole = self.files.events.read_bytes().rpartition(b"\n")[0]
        found = [json.loads(line) for line in whole.split(b"\n") if line]
        return [event for event in found if kind in (None, event["kind"])]

    def until(self, kind: str, times: int = 1, timeout: float = 40.0) -> dict[str, Any]:
        """Wait for the `times`th event of a kind."""
        deadline = time.monotonic() + timeout
        while len(found := self.events(kind)) < times:
            assert time.monotonic() < deadline, f"no {kind} in {self.events()}\n{self.log()}"
            time.sleep(0.05)
        return found[times - 1]

    def log(self) -> str:
        """What our own processes printed."""
        return (self.files.folder / "keeper.log").read_text("utf-8")

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask the keeper."""
        who = json.loads(self.files.keeper.read_bytes())
        request = urllib.request.Request(
            who["url"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {who['token']}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def run(self, lap: int) -> dict[str, Any]:
        """The lap's run.json, the whole of it."""
        found: dict[str, Any] = json.loads((self.files.lap(lap) / FOLDER / RUN).read_bytes())
        return found

    def processes(self, word: str = "") -> list[psutil.Process]:
        """The processes that carry this world's label, the keeper left out."""
        return [p for p in labelled(self.spec.session, word) if p.pid != self.process.pid]


def labelled(session: str, word: str = "") -> list[psutil.Process]:
    """All processes of this machine with a world's label, and with `word` in their command."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            ours = process.environ().get(processes.SESSION) == session
            if ours and process.status() != psutil.STATUS_ZOMBIE and word in " ".join(process.cmdline()):
                found.append(process)
    return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Callable[..., LiveWorld]]:
    """Makes worlds; whatever the test did, none of their processes outlives it."""
    made: list[LiveWorld] = []

    def make(variant: str = "untouched", edit: Callable[[Path], None] | None = None, **spec: Any) -> LiveWorld:
        folder = tmp_path / f"world-{len(made)}"
        (folder / "deployed").mkdir(parents=True)
        snapshot = folder / "deployed" / "1"
        variants.materialise(PROMISE_DATES, variant, snapshot)
        if edit is not None:
            edit(snapshot)
        scenario = loader.load(PROMISE_DATES).model_copy(update={"phases": _short_phases()})
        wanted = {"session": os.urandom(4).hex(), "runtime": "local", "seed": 3, **spec}
        paths = {"scenario_folder": str(PROMISE_DATES), "scenario_hash": "-", "snapshot": str(snapshot)}
        made.append(LiveWorld(folder, WorldSpec.model_validate({"scenario": scenario, **paths, **wanted})))
        return made[-1]

    yield make
    for one in made:
        one.process.kill()
        one.process.wait()
        assert processes.end(partial(labelled, one.spec.session)) == []


def _short_phases() -> Any:
    phases = loader.load(PROMISE_DATES).phases
    return [phase.model_copy(update={"lasts": 1.0, "simulates": 450.0}) for phase in phases if phase.graded][:2]
