"""Exams side by side: so many at once, and however it ends, none is left."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import UsageProblem
from labs.library.catalogue import Entry

T = TypeVar("T")


@dataclass(frozen=True)
class Held:
    """An exam is over: so many are done."""

    done: int
    of: int


@contextlib.contextmanager
def only_one(entry: Entry) -> Iterator[None]:
    """Two proofs of one scenario would take the evidence from each other. Raises `UsageProblem` in the second."""
    file = paths.state() / "proofs" / f"{entry.scenario.id}.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait until it has ended, or set FDELAB_STATE to another folder"
            raise UsageProblem(f"another verification of {entry.scenario.id} is running", hint) from None
        yield


def hold(
    todo: Sequence[T], one: Callable[[T], None], jobs: int, over: Callable[[T, Held], None], cancel: CancelToken
) -> None:
    """Call `one` with each, so many at a time, and tell when each is `over`; the first that raises ends the others."""
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        waiting: dict[Future[None], T] = {pool.submit(one, each): each for each in todo}
        with _ending(cancel, waiting):
            while waiting:
                for future in wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED).done:
                    each = waiting.pop(future)
                    future.result()
                    over(each, Held(len(todo) - len(waiting), len(todo)))


@contextlib.contextmanager
def _ending(cancel: CancelToken, waiting: dict[Future[None], T]) -> Iterator[None]:
    """However this ends early, no exam starts any more, and those that run take their worlds down."""
    try:
        yield
    except BaseException:
        for future in waiting:
            future.cancel()
        cancel.cancel()
        raise
