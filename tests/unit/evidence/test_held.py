"""Only the newest laps are kept, and those that somebody reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from simulator.evidence import held


@pytest.fixture
def laps(tmp_path: Path) -> Path:
    for number in range(1, 7):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "run.json").write_text("{}")
    (tmp_path / "draft").mkdir()
    return tmp_path


def there(laps: Path) -> list[str]:
    return sorted(folder.name for folder in laps.iterdir())


def test_the_newest_are_kept(laps: Path) -> None:
    held.prune(laps, 3)
    assert there(laps) == ["4", "5", "6", "draft"]
    held.prune(laps, 0)
    assert there(laps) == ["4", "5", "6", "draft"]


def test_what_is_read_stays_until_it_was_read_however_slow_the_reader(laps: Path) -> None:
    with held.hold(laps) as folders:
        assert sorted(folder.name for folder in folders) == ["1", "2", "3", "4", "5", "6"]
        held.prune(laps, 3)
        assert all((folder / "run.json").is_file() for folder in folders)
    held.prune(laps, 4)
    assert there(laps) == ["5", "6", "draft"], "what was left is found again"


def test_two_may_read_at_once(laps: Path) -> None:
    with held.hold(laps) as first:
        with held.hold(laps) as second:
            assert sorted(first) == sorted(second)
        held.prune(laps, 6)
        assert len(there(laps)) == 7


def test_a_reader_that_was_killed_holds_nothing(laps: Path) -> None:
    code = f"import pathlib, sys; from simulator.evidence import held\nwith held.hold(pathlib.Path({str(laps)!r})):\n"
    code += "    print('reads', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdout.readline() == b"reads\n"
        held.prune(laps, 6)
        assert len(there(laps)) == 7
        reader.kill()
    held.prune(laps, 6)
    assert there(laps) == ["draft"]


def test_a_world_without_laps_has_none(tmp_path: Path) -> None:
    with held.hold(tmp_path / "laps") as folders:
        assert folders == []
