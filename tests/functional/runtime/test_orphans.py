"""What burns in processes that come and go is known on local too: the dead of a world count when they are buried."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.plan import Plan, Process
from simulator.runtime import orphans
from simulator.runtime.local import LocalRuntime
from simulator.runtime.orphans import Orphans

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")

BURNT = 0.3
CHAIN = f"""
import os, time
while True:
    if os.fork():
        os._exit(0)
    until = time.process_time() + {BURNT}
    while time.process_time() < until:
        pass
    os.write(1, b"burnt\\n")
"""
"""Each burns for a while and goes before the next does; nobody waits for any of them."""
HEAD = f"import os, time\nif not os.fork():\n    exec({CHAIN!r})\ntime.sleep(600)"


@pytest.fixture
def adopting() -> Iterator[None]:
    orphans.adopt()
    yield
    orphans.adopt(False)


async def test_a_chain_of_processes_that_nobody_waits_for_counts(tmp_path: Path, adopting: None) -> None:
    process = Process("api", "deployment", "workbench", (sys.executable, "-c", HEAD))
    runtime, links, five = LocalRuntime(tmp_path / "world"), [], asyncio.Event()

    def burnt(_name: str, _stream: str, line: str) -> None:
        links.append(line)
        if len(links) >= 5:
            five.set()

    await runtime.open(Plan("orphans", (process,)), burnt, lambda _: None)
    try:
        begun = time.monotonic()
        await runtime.start(process)
        await five.wait()
        sample = await runtime.sample("api")
        assert sample is not None
        # The last may live, and the one before it not be dead yet.
        assert sample.cpu * (time.monotonic() - begun) >= 3 * BURNT
    finally:
        await runtime.close()


def test_children_that_others_wait_for_keep_their_exit_status(adopting: None) -> None:
    own = subprocess.Popen([sys.executable, "-c", "raise SystemExit(7)"])
    waited_for = subprocess.Popen([sys.executable, "-c", "raise SystemExit(8)"], start_new_session=True)
    for child in (own, waited_for):
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    Orphans().bury({waited_for.pid})
    assert (own.wait(), waited_for.wait()) == (7, 8)


def test_one_that_nobody_waits_for_is_buried_with_its_time() -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    left = subprocess.Popen([sys.executable, "-c", burn], start_new_session=True)
    os.waitid(os.P_PID, left.pid, os.WEXITED | os.WNOWAIT)
    dead = Orphans()
    dead.bury(set())
    assert dead.seconds >= 0.2
    with pytest.raises(ChildProcessError):
        os.waitpid(left.pid, 0)
    left.returncode = 0
