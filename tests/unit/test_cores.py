"""Cores are dealt: tests that need more than there is wait for one another, and a worker that died holds nothing."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import cores


def held(folder: Path) -> int:
    """Tokens that somebody holds: those that nobody else can have now."""
    with ExitStack() as mine:
        tokens = [path for path in folder.iterdir() if path.name.isdigit()]
        return sum(not cores._lock(path, mine) for path in tokens)


def runs(folder: Path, wanted: float, of: int) -> tuple[threading.Thread, threading.Event, threading.Event]:
    """Somebody who takes cores: has begun, and may end."""
    began, end = threading.Event(), threading.Event()

    def take() -> None:
        with cores.taken(folder, wanted, of):
            began.set()
            end.wait(60)

    thread = threading.Thread(target=take)
    thread.start()
    return thread, began, end


@pytest.mark.parametrize(("wanted", "of", "tokens"), [(0.6, 2, 6), (1.5, 2, 15), (4, 2, 20), (0.01, 2, 1), (1, 1, 10)])
def test_a_tenth_of_a_core_is_a_token_and_all_there_are_is_enough_for_whoever_wants_more(
    wanted: float, of: int, tokens: int, tmp_path: Path
) -> None:
    with cores.taken(tmp_path, wanted, of):
        assert held(tmp_path) == tokens
    assert held(tmp_path) == 0


def test_two_that_fit_run_together_and_a_third_waits_for_one_of_them(tmp_path: Path) -> None:
    one, two = runs(tmp_path, 1, 2), runs(tmp_path, 0.9, 2)
    assert one[1].wait(60)
    assert two[1].wait(60)
    third = runs(tmp_path, 0.5, 2)
    assert held(tmp_path) >= 19
    assert not third[1].is_set(), "a tenth of a core is free"
    one[2].set()
    assert third[1].wait(60)
    for thread, _, end in (one, two, third):
        end.set()
        thread.join(60)
    assert held(tmp_path) == 0


def test_whoever_wants_all_gets_it_although_others_want_a_little(tmp_path: Path) -> None:
    first = runs(tmp_path, 1, 1)
    assert first[1].wait(60)
    greedy = runs(tmp_path, 1, 1)
    small = [runs(tmp_path, 0.1, 1) for _ in range(5)]
    first[2].set()
    for _, _, end in (greedy, *small):
        end.set()
    for thread, began, _ in (first, greedy, *small):
        thread.join(60)
        assert began.is_set()


def test_a_worker_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.cores import taken\n"
        "with taken(Path(sys.argv[1]), 2, 2): print('holds', flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", code, str(tmp_path)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(argv, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "holds\n"
        assert held(tmp_path) == 20
        holder.kill()
        holder.wait()
    with cores.taken(tmp_path, 2, 2):
        assert held(tmp_path) == 20


def item(*args: Any) -> Any:
    mark: Callable[[str], Any] = lambda name: pytest.mark.cores(*args).mark if name == "cores" and args else None  # noqa: E731
    return SimpleNamespace(get_closest_marker=mark, nodeid="test_x")


def test_a_mark_says_how_many() -> None:
    assert cores.wanted(item()) is None
    assert cores.wanted(item(0.4)) == 0.4
    for wrong in ((0,), ("many",), (1, 2)):
        with pytest.raises(pytest.UsageError, match="number above 0"):
            cores.wanted(item(*wrong))


@pytest.mark.cores(0.3)
def test_a_test_that_is_marked_holds_what_it_asked_for() -> None:
    assert held(Path(os.environ["FDELAB_STATE"]) / "cores") >= 3
