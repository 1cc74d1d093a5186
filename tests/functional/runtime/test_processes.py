"""Processes of this host: who waits for the end of one is told of it, and strangers are met once."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from simulator.runtime import processes

NOBODY = -1
"""Leads no session; 0 would be whoever leads that of a process whose leader is outside of this PID namespace."""
WAITS = [sys.executable, "-c", "input()"]


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    marks = {processes.SESSION: "s-1", processes.PROCESS: "api"}
    with subprocess.Popen(WAITS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | marks) as made:
        yield made
        made.kill()


async def test_whoever_waits_for_the_end_of_a_child_is_told(child: subprocess.Popen[bytes]) -> None:
    over = asyncio.ensure_future(processes.ended(child.pid))
    await asyncio.sleep(0)
    assert not over.done()
    child.kill()
    await asyncio.wait_for(over, 60)
    assert child.wait() < 0


async def test_a_child_that_is_gone_is_waited_for_by_nobody(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    await asyncio.wait_for(processes.ended(child.pid), 60)


def test_strangers_are_not_looked_at_twice_and_members_always_are(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_SETTLED", -1.0)
    asked: list[int] = []
    environ = psutil.Process.environ

    def noted(process: psutil.Process) -> dict[str, str]:
        asked.append(process.pid)
        return environ(process)

    monkeypatch.setattr(psutil.Process, "environ", noted)
    strangers = processes.Strangers()
    first = [found.pid for found in processes.group(NOBODY, "s-1", "api", strangers)]
    met = [*asked]
    asked.clear()
    second = [found.pid for found in processes.group(NOBODY, "s-1", "api", strangers)]
    assert child.pid in first and child.pid in second
    assert os.getpid() in met and os.getpid() not in asked
    assert child.pid in asked


def test_whoever_was_just_born_is_looked_at_again(child: subprocess.Popen[bytes]) -> None:
    """It may not have begun its program, and so not have its mark yet."""
    strangers, young = processes.Strangers(), psutil.Process(child.pid)
    strangers.met(young)
    assert young not in strangers
    strangers.met(psutil.Process(1))
    assert psutil.Process(1) in strangers
