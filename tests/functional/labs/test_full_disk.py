"""A disk that is really full, under the world's folder and under the evidence: named, with what to do."""

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.labs.conftest import Run
from tests.unit.labs import little

pytestmark = [
    pytest.mark.xdist_group("labs-full-disk"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk"),
]

Disk = Callable[[str], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Makes a disk of some size."""
    made: list[Path] = []

    def make(size: str) -> Path:
        place = tmp_path / f"disk-{len(made)}"
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True)
        if done.returncode != 0:
            pytest.skip("no disk can be mounted here")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.parametrize("size", ["60k", "160k"])
def test_an_exam_on_a_full_disk_says_so_and_leaves_nothing(size: str, disk: Disk, run: Run, folder: Path) -> None:
    state = disk(size) / "state"
    done = run("exam", folder, "--use", "untouched", "--runtime", "local", FDELAB_STATE=str(state))
    assert done.returncode == 3
    told = done.stderr[done.stderr.index("fdelab: ") :]
    assert told.startswith("fdelab: the disk is full")
    assert str(state) in told.splitlines()[0]
    assert "make room there, or set FDELAB_STATE" in told
    assert not list((state / "worlds").iterdir())


def test_evidence_that_does_not_fit_where_it_was_wanted_is_kept_and_can_be_judged(
    disk: Disk, run: Run, tmp_path: Path
) -> None:
    folder = little.endure(little.make(tmp_path / "scenario", **little.short()))
    small = disk("40k")
    done = run("exam", folder, "--use", "untouched", "--runtime", "local", "--out", small / "evidence")
    assert done.returncode == 3
    assert f"the disk is full: the evidence does not fit into {small}" in done.stderr
    assert not list(small.iterdir())
    kept = done.stderr.rpartition("fdelab regrade ")[2].strip()
    assert run("regrade", kept).returncode == 1, "it is the untouched deployment's"


def test_a_practice_world_that_a_full_disk_ended_is_told_of(disk: Disk, run: Run, folder: Path, tmp_path: Path) -> None:
    place = disk("8m")
    state = {"FDELAB_STATE": str(place / "state")}
    mine = tmp_path / "mine"
    assert run("start", folder, mine, "--runtime", "local", **state).returncode == 0
    session = json.loads((mine / ".fdelab/engagement.json").read_bytes())["session"]
    fill(place)
    run("status", "--watch", cwd=mine, **state)  # until it is gone
    told = json.loads(run("status", "--json", cwd=mine, **state).stdout)["ended"]
    assert "the disk" in told
    assert "is full" in told
    assert str(place / "state/worlds" / session) in told
    assert told in " ".join(run("status", cwd=mine, **state).stdout.split())
    run("stop", cwd=mine, **state)


def fill(place: Path) -> None:
    with contextlib.suppress(OSError), (place / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
