"""How strained a machine is: a law of the two times, and what Linux tells of the thread that asks."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.strain import Threads, Turns, slowdown

SECONDS = st.floats(0.0, 1e6)


@given(st.floats(1e-3, 1e6), SECONDS, SECONDS)
def test_work_takes_its_own_time_and_what_it_waited_for(ran: float, waited: float, before: float) -> None:
    found = slowdown(Turns(before, before), Turns(before + ran, before + waited))
    assert found is not None
    assert found == pytest.approx((ran + waited) / ran, rel=1e-3, abs=1e-3)


def test_without_work_or_figures_nothing_is_known() -> None:
    assert slowdown(Turns(1.0, 1.0), Turns(1.0, 9.0)) is None
    assert slowdown(None, Turns(1.0, 1.0)) is None
    assert slowdown(Turns(1.0, 1.0), None) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_thread_that_works_ran_and_one_that_sleeps_did_not() -> None:
    before = Turns.own()
    assert before is not None
    until = time.thread_time() + 0.05
    while time.thread_time() < until:
        pass
    worked = Turns.own()
    time.sleep(0.05)
    rested = Turns.own()
    assert worked is not None
    assert rested is not None
    assert worked.ran - before.ran >= 0.05 * 0.9
    assert rested.ran - worked.ran < worked.ran - before.ran
    assert (slowdown(before, worked) or 0.0) >= 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_threads_of_a_process_are_added_up_since_the_last_look() -> None:
    threads, over = Threads(), threading.Event()
    assert threads.look([os.getpid()]) is not None
    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(_work, over) for _ in range(2)]
        while (found := threads.look([os.getpid()])) is not None and found.ran < 0.02:
            time.sleep(0.02)
        over.set()
        assert all(one.result() for one in working)
    assert found is not None
    assert found.waited >= 0
    assert threads.look([]) is None


def _work(over: threading.Event) -> bool:
    while not over.is_set():
        sum(range(1000))
    return True
