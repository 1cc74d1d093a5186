"""Leaving the app: whoever has a world up is told that it runs on, and how to end it."""

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from labs.base.errors import CouldNotJudge
from labs.cli import opening
from labs.engagement.engagement import Engagement
from labs.engagement.running import runs_on
from labs.tui.leave import Leave
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake

MINE = Engagement(Path("/home/kim/first day"), "first-day", 1)
OTHER = Engagement(Path("/home/kim/the-shock"), "the-shock", 1)


def left(pilot: Any) -> bool:
    return bool(pilot.app._exit)


def said(pilot: Any) -> str:
    return "\n".join(str(one.content) for one in pilot.app.screen.query(Static))


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_with_no_world_up_one_just_leaves(opened: Opened, key: str) -> None:
    async with opened() as pilot:
        await pilot.press(key)
        await settled(pilot)
        assert left(pilot)


@pytest.mark.parametrize(("key", "leaves", "up"), [("q", True, [MINE]), ("enter", True, [MINE]), ("s", True, []),
                                                   ("escape", False, [MINE]), ("ctrl+q", True, [MINE])])  # fmt: skip
async def test_a_world_that_is_up_is_told_of(
    opened: Opened, fake: Fake, key: str, leaves: bool, up: list[Engagement]
) -> None:
    fake.up = [MINE]
    async with opened() as pilot:
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(pilot.app.screen, Leave)
        assert not left(pilot)
        assert "The world of first day runs on" in said(pilot)
        assert "cd '/home/kim/first day' && fdelab stop" in said(pilot)
        await pilot.press(key)
        await settled(pilot)
        assert left(pilot) is leaves
        assert fake.up == up


async def test_whoever_stayed_is_asked_again(opened: Opened, fake: Fake) -> None:
    fake.up = [MINE, OTHER]
    async with opened() as pilot:
        for _ in range(2):
            await pilot.press("q")
            await settled(pilot)
            assert "The worlds of first day, the-shock run on" in said(pilot)
            assert "fdelab stop --all" in said(pilot)
            await pilot.press("escape")
            await settled(pilot)
        assert not left(pilot)


async def test_a_world_that_cannot_be_stopped_holds_nobody(opened: Opened, fake: Fake) -> None:
    fake.up = [MINE]
    async with opened() as pilot:
        await pilot.press("q")
        await settled(pilot)
        fake.trouble = CouldNotJudge("the engine is silent", "wait")
        await pilot.press("s")
        await settled(pilot)
        assert not left(pilot)
        assert "the engine is silent" in "".join(one.message for one in pilot.app._notifications)
        await pilot.press("q")
        await settled(pilot)
        assert left(pilot)


@pytest.mark.parametrize(
    ("up", "line"),
    [
        ([], ""),
        ([MINE], "the world of first day runs on; to end it: cd '/home/kim/first day' && fdelab stop\n"),
        ([MINE, OTHER], "worlds run on: first day, the-shock; to end them: fdelab stop --all\n"),
    ],
)
def test_after_the_app_one_line_says_what_runs_on(
    up: list[Engagement], line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("labs.tui.app.play", lambda: None)
    monkeypatch.setattr("labs.engagement.running.running", lambda: up)
    monkeypatch.setattr("labs.cli.stand_in.shows_all", lambda: True)
    opening.open_app()
    assert capsys.readouterr().err == line
    assert runs_on(up) == line.strip()
