"""A world on a full disk ends, and nothing of it stays. `/dev/full` says that it is full whenever one writes to it."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scenarios import loader
from simulator.keeper.keeper import Keeper
from simulator.keeper.record import LapRecord
from simulator.keeper.spec import WorldSpec
from simulator.keeper.world_files import WorldFiles
from simulator.plan import Address, Plan
from simulator.runtime.base import LogSink, Progress, RuntimeLost
from simulator.runtime.local import LocalRuntime


class Lost(LocalRuntime):
    """Is lost at once."""

    closed = False

    async def open(self, plan: Plan, log: LogSink, progress: Progress) -> Mapping[str, Address]:
        raise RuntimeLost("the engine stopped answering")

    async def close(self) -> None:
        await super().close()
        self.closed = True


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    folder = Path(__file__).parents[3] / "scenarios/library/first-day"
    spec = WorldSpec(session="s", scenario=loader.load(folder), scenario_folder=str(folder), scenario_hash="h",
                     snapshot=str(tmp_path), seed=1, exam=False)  # fmt: skip
    made = Keeper(WorldFiles(tmp_path), spec, (Lost(tmp_path), "as asked for"))
    yield made
    made.events._file.close()


def told(keeper: Keeper) -> list[dict[str, str]]:
    return [json.loads(line) for line in keeper.files.events.read_text().splitlines()]


async def test_evidence_that_cannot_be_written_keeps_nothing_from_being_removed(keeper: Keeper) -> None:
    lap = keeper.files.lap(1)
    lap.mkdir(parents=True)
    (lap / "logs.keeper.jsonl").symlink_to("/dev/full")
    record = keeper.journal.record = LapRecord(lap, keeper.spec, "local", 1, 1)
    record.started((), 0.0)
    record.line("shop", "stdout", "a line that there is no room for")
    await keeper.run()
    assert getattr(keeper.runtime, "closed", False)
    assert [event["kind"] for event in told(keeper)][-2:] == ["failed", "stopped"]


async def test_a_full_disk_is_called_so(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(keeper.runtime, "open", full)
    await keeper.run()
    assert getattr(keeper.runtime, "closed", False)
    last = told(keeper)[-2]
    assert last["reason"].startswith("the disk is full")
    assert str(keeper.files.folder) in last["reason"]
    assert last["disk_full"] is True


async def test_a_process_of_ours_that_met_it_first_is_believed_where_the_disk_says_so_too(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "site ended with exit code 1: OSError: [Errno 28] No space left on device"
    assert keeper._room.told(words) == {"reason": words}, "there is room here: it was a disk of its own"
    monkeypatch.setattr("simulator.room.short", lambda _folder: True)
    assert keeper._room.told(words)["disk_full"] is True
    assert not list(keeper.files.folder.glob("*.room")), "its room is for the last word"
