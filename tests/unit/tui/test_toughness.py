"""Machines that are not well: the app says so or says nothing; it never ends, and its keys go on working."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.report import Report
from labs.base.errors import CouldNotJudge
from labs.engagement.engagement import Engagement
from labs.progress.store import Store
from labs.tui.app import Fdelab
from labs.tui.console.exam import Exam
from labs.tui.local_backend import LocalBackend
from labs.tui.memory import Memory
from labs.tui.places import PLACES
from tests.unit.tui import desks
from tests.unit.tui.conftest import settled
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import notes

KEYS = ("down", "enter", "escape", "b", "escape", "t", "x", "r", "e", "escape")


async def everywhere(pilot: Any) -> None:
    """Enter each place, and press what can be pressed there; a key that leads on must still do so after it."""
    for entrance in PLACES:
        await pilot.press(PLACES.key(entrance.name))
        await settled(pilot)
        assert pilot.app.current_mode == entrance.name
        for key in KEYS:
            await pilot.press(key)
        await settled(pilot)
        while pilot.app.screen is not pilot.app.place:
            await pilot.press("escape")
            await settled(pilot)
    assert pilot.app.crash is None


def _a_file_in_its_place(state: Path) -> None:
    state.write_text("a file where the folder should be: nothing can be written below it")


def _a_newer_store(state: Path) -> None:
    Store().opened(state, "promise-dates")
    with sqlite3.connect(state / "progress.sqlite") as db:
        db.execute("pragma user_version = 99")
    db.close()


@pytest.mark.parametrize(("damage", "says"), [(_a_file_in_its_place, ""), (_a_newer_store, "is of a newer fdelab\n→ ")])
async def test_without_a_place_to_keep_anything_every_place_opens(
    damage: Callable[[Path], None], says: str, state: Path, tmp_path: Path
) -> None:
    damage(state)
    async with Fdelab(LocalBackend(tmp_path), Memory()).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await everywhere(pilot)
        assert says in notes(pilot)
        assert "fdelab failed" not in notes(pilot), "whatever it is, it was expected"


def test_a_full_disk_costs_the_app_nothing_but_its_memory(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(Path, "write_text", full)
    monkeypatch.setattr("os.replace", full)
    Memory(place="report").save()
    assert Memory.load() == Memory()


@pytest.fixture
def examined(fake: Fake) -> Callable[..., Any]:
    """The console, with an exam that has begun."""

    @asynccontextmanager
    async def open_() -> AsyncIterator[Any]:
        app = Fdelab(fake, Memory(place="console"))
        app.set_reactive(Fdelab.engagement, Engagement(Path("/home/kim/promise-dates"), "promise-dates", 1))
        async with app.run_test(size=(80, 24)) as pilot:
            one: Any = pilot  # it knows nothing of our app
            await settled(pilot)
            fake.at.told.put_nowait(desks.snapshot())
            await pilot.pause()
            commands = {command.title: command for command in one.app.place.commands()}
            commands["Take the exam"].run()
            await pilot.pause()
            assert isinstance(pilot.app.screen, Exam)
            yield pilot

    return open_


async def test_a_terminal_resized_while_an_exam_runs(fake: Fake, examined: Callable[..., Any]) -> None:
    fake.at.hold.clear()
    async with examined() as pilot:
        for size in ((160, 50), (20, 5), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.press("down", "question_mark", "5")
            assert isinstance(pilot.app.screen, Exam), "what is asked of the exam is answered first"
        fake.at.hold.set()
        await settled(pilot)
        await settled(pilot)
        assert pilot.app.current_mode == "report"
        assert pilot.app.crash is None


async def test_an_engine_that_dies_under_an_exam_is_told_and_the_console_goes_on(
    fake: Fake, examined: Callable[..., Any]
) -> None:
    def dies(*_: Any) -> Report:
        raise CouldNotJudge("the Docker engine does not answer any more", "start it, and try again")

    fake.at.exam = dies  # type: ignore[assignment,method-assign]
    async with examined() as pilot:
        await settled(pilot)
        said = str(pilot.app.screen.query_one("#lines").content)
        assert "! the Docker engine does not answer any more" in said
        assert "→ start it, and try again" in said
        await pilot.press("escape")
        assert pilot.app.screen is pilot.app.place
        await pilot.press("c")
        assert pilot.app.screen.query_one("#checks").has_focus_within
