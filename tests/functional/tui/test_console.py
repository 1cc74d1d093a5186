"""The console on a real world: launched, watched, repaired by saving a file, and stopped."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from labs.tui.app import Fdelab
from labs.tui.console.checks import Checks
from labs.tui.console.logs import Logs
from labs.tui.console.traffic import Traffic
from labs.tui.local_backend import LocalBackend
from labs.tui.memory import Memory
from tests.functional.labs.conftest import FDELAB
from tests.unit.labs import little

PATIENCE = 60.0


async def until(pilot: Pilot[None], done: Callable[[], Any], what: str) -> None:
    """Wait for something that the real world takes its time for."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not done():
                await pilot.pause(0.05)
    except TimeoutError:
        raise AssertionError(f"never: {what}; notes: {_notes(pilot)}") from None


def _notes(pilot: Pilot[None]) -> str:
    return "\n".join(f"{one.title} {one.message}" for one in pilot.app._notifications)


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """The scenario's folder, and that of an engagement with it whose world runs."""
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    scenario = little.make(tmp_path / "little", **little.short())
    subprocess.run([str(FDELAB), "start", str(scenario), str(tmp_path / "mine"), "--runtime", "local"], check=True)
    yield scenario, tmp_path / "mine"
    subprocess.run([str(FDELAB), "stop", "--all"], check=True)


async def test_from_the_first_request_to_the_stop(begun: tuple[Path, Path]) -> None:
    scenario, folder = begun
    app = Fdelab(LocalBackend(folder), Memory(place="console"))
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: getattr(pilot.app.screen, "desk", None) is not None, "the engagement is found")
        screen = pilot.app.screen
        traffic, logs, checks = screen.query_one(Traffic), screen.query_one(Logs), screen.query_one(Checks)
        await until(pilot, lambda: sum(second.ok + second.wrong for second in traffic._seconds) > 5, "requests flow")
        await until(pilot, lambda: logs.tail.shown, "lines are shown")
        await until(pilot, lambda: checks.report is not None and checks.report.checks, "checks are judged")

        shutil.copytree(scenario / "solution", folder / "workspace", dirs_exist_ok=True)
        await until(pilot, lambda: "it takes traffic" in _notes(pilot), "a save redeploys")

        def repaired() -> bool:
            verdicts = {check.id: str(check.verdict) for check in checks.report.checks} if checks.report else {}
            return verdicts.get("dates-hold") == "pass"

        await until(pilot, repaired, "the checks follow")
        await pilot.press("x", "y")
        await until(pilot, lambda: screen.has_class("-gone"), "the world is stopped")
        assert "stopped" in str(screen.query_one("#gone", Static).content)
