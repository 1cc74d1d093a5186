"""A key is answered while 10,000 lines a second arrive, through the real feed: deployment, keeper, stream, screen."""

import asyncio
import math
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from textual import events
from textual.pilot import Pilot

from labs.tui.app import Fdelab
from labs.tui.console.logs import Logs
from labs.tui.local_backend import LocalBackend
from labs.tui.memory import Memory
from tests.conftest import Figure
from tests.functional.labs.conftest import FDELAB
from tests.unit.labs import little

RATE = 10_000
PRESSES, PAUSE = 300, 0.03
PATIENCE = 120.0
"""Seconds, after which an answer that has not come will not come any more."""
FLOOD = f"""
import threading, time
def _flood():
    due = time.monotonic()
    while True:
        due += 0.02
        lines = [f"INFO flood order=HW-{{n:06}} article=A-17 in 24 ms of 100" for n in range({RATE} // 50)]
        print("\\n".join(lines), flush=True)
        time.sleep(max(0.0, due - time.monotonic()))
threading.Thread(target=_flood, daemon=True).start()
"""


@pytest.fixture
def engagement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One whose deployment is quiet; its world runs."""
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    # Longer than anybody looks: between two laps the deployment, and with it the flood, is away for a while.
    phases = [{"name": "day", "lasts": "600s", "simulates": "10h"}]
    scenario = little.make(tmp_path / "little", phases=phases)
    subprocess.run([str(FDELAB), "start", str(scenario), str(tmp_path / "mine"), "--runtime", "local"], check=True)
    yield tmp_path / "mine"
    subprocess.run([str(FDELAB), "stop", "--all"], check=True)


async def _presses(pilot: Pilot[None]) -> list[float]:
    """Seconds from each press, made in a thread as a terminal's driver does, to its answer."""
    app, loop = pilot.app, asyncio.get_running_loop()
    pressed: list[float] = []
    answered: list[float] = []
    all_answered = asyncio.Event()

    def action_probe() -> None:
        answered.append(time.perf_counter())
        if len(answered) == PRESSES:
            all_answered.set()

    app.action_probe = action_probe  # type: ignore[attr-defined]
    app.bind("f12", "probe", show=False)

    def press() -> None:
        for _ in range(PRESSES):
            pressed.append(time.perf_counter())
            loop.call_soon_threadsafe(app.post_message, events.Key("f12", None))
            time.sleep(PAUSE)

    thread = threading.Thread(target=press)
    thread.start()
    async with asyncio.timeout(PATIENCE):
        await all_answered.wait()
    thread.join()
    return [answer - press for press, answer in zip(pressed, answered, strict=True)]


def _p99(values: list[float]) -> float:
    return sorted(values)[math.ceil(len(values) * 0.99) - 1]


async def test_keys_are_answered_during_a_flood(engagement: Path, figure: Figure) -> None:
    app = Fdelab(LocalBackend(engagement), Memory(place="console"))
    async with app.run_test(size=(160, 50)) as pilot:
        async with asyncio.timeout(30):
            while not getattr(app.screen, "desk", None) or not app.screen.query_one(Logs).tail.shown:
                await pilot.pause(0.05)
        logs = app.screen.query_one(Logs)
        quiet = await _presses(pilot)
        main = engagement / "workspace" / "app" / "main.py"
        main.write_text(main.read_text() + FLOOD)
        async with asyncio.timeout(30):
            while not logs.skipped:
                await pilot.pause(0.05)
        before, begun = _printed(logs), time.monotonic()
        flooded = await _presses(pilot)
        rate = (_printed(logs) - before) / (time.monotonic() - begun)
        assert rate > 0.9 * RATE, "the flood must have been one"
    more = {"quiet_p99": _ms(_p99(quiet)), "median": _ms(median(flooded)), "lines_per_s": round(rate)}
    figure("console, key answered during a flood, p99", _ms(_p99(flooded)), "ms", budget="≤ 50 ms", **more)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def _printed(logs: Logs) -> int:
    """Number of the newest line that is on the screen: lines are counted where they are printed."""
    return logs.tail.shown[-1].number
