"""The machine's cores, dealt to tests: one that is marked `cores(0.6)` runs when so much of them is free.

However many workers there are: tests that mostly wait run many at a time, and two that would fill the machine do not
meet.

A tenth of a core is a token, and a token is a lock on a file: the kernel gives back what a dead worker held. Tokens are
collected by one worker at a time, so that two that both want most of them cannot each hold half for ever.
"""

import fcntl
import os
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest

TENTHS = 10
POLL_INTERVAL_S = 0.1


def count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def taken(folder: Path, cores: float, of: int) -> Iterator[None]:
    """Hold so many of `of` cores, once they are free: at least a tenth of one, at most all."""
    wanted = min(max(1, round(cores * TENTHS)), of * TENTHS)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        with (folder / "collecting").open("ab") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            others = [folder / f"{n:04}" for n in range(of * TENTHS)]
            while True:
                for token in tuple(others):
                    if wanted and _lock(token, held):
                        others.remove(token)
                        wanted -= 1
                if not wanted:
                    break
                time.sleep(POLL_INTERVAL_S)
        yield


def _lock(path: Path, held: ExitStack) -> bool:
    file: IO[bytes] = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    held.enter_context(file)
    return True


def wanted(item: pytest.Item) -> float | None:
    """The cores that a test is marked with. Raises `pytest.UsageError` where that is no positive number."""
    mark = item.get_closest_marker("cores")
    if mark is None:
        return None
    match mark.args:
        case (int() | float() as cores,) if cores > 0:
            return float(cores)
    raise pytest.UsageError(f"{item.nodeid}: cores(number above 0), not {mark.args}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Hold what the test needs from before its fixtures to after them; the time waited is none of its durations."""
    cores = wanted(item)
    if cores is None:
        return (yield)
    with taken(Path(os.environ["FDELAB_STATE"]) / "cores", cores, count()):
        return (yield)
