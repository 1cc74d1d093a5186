import json
import os
import time
from pathlib import Path

import psutil
import pytest

from labs import machine
from labs.base import paths
from labs.machine import Finding, clean, usable
from simulator import state as state_of_worlds


def test_worlds_can_run_without_an_engine() -> None:
    engine = Finding("Docker engine", ok=False, found="none", needed=False)
    assert usable([Finding("Python", ok=True, found="3.11"), engine])
    assert not usable([Finding("disk", ok=False, found="full"), engine])


def test_a_state_folder_that_cannot_be_made_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "file" / "state"))
    assert any(not f.ok and f.name == "state folder" and f.remedy for f in machine.examine())


def test_keepers_and_commands_mean_the_same_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for given, expected in (("here", tmp_path / "here"), ("~/there", Path.home() / "there")):
        monkeypatch.setenv("FDELAB_STATE", given)
        assert paths.state() == state_of_worlds.folder() == expected


def test_only_dead_worlds_are_removed(state: Path) -> None:
    me = psutil.Process()
    for name, who in {
        "dead": {"pid": me.pid, "created": 1.0},
        "living": {"pid": me.pid, "created": me.create_time()},
        "young": None,
        "abandoned": None,
    }.items():
        folder = paths.worlds() / name
        (folder / "laps").mkdir(parents=True)
        if who:
            (folder / "keeper.json").write_text(json.dumps(who))
            (folder / "launched.json").write_text(json.dumps(who))
    old = time.time() - 1000
    os.utime(paths.worlds() / "abandoned", (old, old))
    evidence = paths.exams() / "one"
    evidence.mkdir(parents=True)
    told: list[str] = []
    assert clean(told.append).worlds == ("abandoned", "dead")
    assert sorted(folder.name for folder in paths.worlds().iterdir()) == ["living", "young"]
    assert evidence.is_dir()
    assert len(told) == 2
    assert not clean()


def test_images_of_earlier_versions_are_removed_when_somebody_asks(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.runtime.gc.remove_images", lambda: {"fdelab/site:0123456789ab": 10**8})
    told: list[str] = []
    assert not clean(told.append)
    removed = clean(told.append, images=True)
    assert removed.images == ("fdelab/site:0123456789ab",)
    assert removed
    assert told == ["removed image fdelab/site:0123456789ab of an earlier fdelab"]
