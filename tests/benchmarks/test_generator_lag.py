"""How late the generator sends at 500 requests a second, and what it costs, against a server in another process.

The figure is reported. What is asserted holds on a busy machine too: that all was sent and answered, and that the
generator used less than one core, without which no lag could stay bounded.
"""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
import uvloop

from simulator.clock import Clock, Span, Timeline
from simulator.evidence.recorder import Recorder
from simulator.field.config import Link
from simulator.field.links import LinkServer
from simulator.field.traffic import Stream, Traffic
from simulator.plan import Listen
from simulator.workloads.arrivals import arrivals
from simulator.workloads.base import Intent, Judgement, Reply
from tests.conftest import Figure

RATE, SECONDS = 500, 10
BODY = b'{"order_id":"HW-000123","article":"A-1017","quantity":120,"ordered_at":"2026-03-02T08:14:05"}'
ROOT = Path(__file__).parents[2]


class Yes:
    """A workload that believes everything."""

    def intents(self) -> list[Intent]:
        headers = {"Content-Type": "application/json"}
        times = arrivals(1, RATE, SECONDS, "poisson")
        return [Intent(f"r{n}", at, "POST", "/orders", BODY, headers, f"K-{n}") for n, at in enumerate(times)]

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        return Judgement("ok" if reply.status == 200 else "error")

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Counted by the traffic itself."""

    def settle(self, site: object) -> None:
        """Nothing to settle."""


@pytest.fixture
def server() -> Iterator[int]:
    argv = [sys.executable, "-m", "tests.benchmarks.test_link_overhead", "server", "0"]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.communicate()


async def _drive(port: int, folder: Path) -> tuple[Traffic, float]:
    """Run the traffic; CPU seconds that it took."""
    target, here = Listen(host="127.0.0.1", port=port), Listen(host="127.0.0.1", port=0)
    link = LinkServer(Link(name="api", protocol="http", listen=here, target=target))
    await link.start()
    span = Span("all", 0.0, float(SECONDS), datetime(2026, 3, 2), 1.0, graded=True, shift=False)
    clock = Clock(Timeline((span,)), time.monotonic() + 0.5)
    workload = Yes()
    cpu = time.process_time()
    with Recorder(folder, "field") as recorder:
        stream = Stream("orders", workload, workload.intents(), link, 5.0)
        async with Traffic([stream], clock, recorder) as traffic:
            await traffic.run()
    await link.stop()
    await asyncio.sleep(0)
    return traffic, time.process_time() - cpu


def test_the_generator_keeps_up_with_500_requests_a_second(server: int, tmp_path: Path, figure: Figure) -> None:
    traffic, cpu = uvloop.run(_drive(server, tmp_path))
    counts = traffic.counts
    assert traffic.lag_p99 is not None
    figure("generator lag at 500 requests/s, p99", traffic.lag_p99 * 1e3, "ms", budget="≤ 5 ms")
    figure("generator and ingress link, CPU a request", cpu / counts.intended * 1e6, "µs")
    assert counts.ok == counts.intended > 0.9 * RATE * SECONDS
    assert cpu < SECONDS
