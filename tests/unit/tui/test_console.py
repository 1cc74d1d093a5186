"""Console: what the feed says is on the screen, and what one wishes is asked of the desk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable

from labs.actions.programs import ExternalProgram
from labs.base import paths
from labs.tui.app import Fdelab
from labs.tui.console.confirm import Confirm
from labs.tui.console.following import HELD, Inlet, Printed, Seen
from labs.tui.console.inbox import Inbox
from labs.tui.console.logs import Logs
from labs.tui.console.outside import OFF, visit
from labs.tui.memory import Memory
from labs.tui.panelbar import PanelBar
from labs.tui.spark import spark
from labs.world.live.model import Ended, Happened
from simulator.protocol.events import MessageSent
from tests.unit.tui import desks
from tests.unit.tui.consoles import MESSAGE, console, shown
from tests.unit.tui.fakes import Fake
from tests.unit.tui.pilots import LARGE, SMALL, notes, text, until


async def test_the_world_is_on_the_screen(seated: Callable[..., Any]) -> None:
    async with seated(LARGE) as pilot:
        clock, money, tree = text(pilot, "#clock"), text(pilot, "#money"), text(pilot, "#tree")
        assert "running" in clock
        assert "lap 3" in clock
        assert "slow-erp" in clock
        assert "−7,155 EUR" in money
        assert "−14,870" in money
        assert "missing-promises" in money
        assert "up, restarted once" in tree
        assert "↯ latency from 8s to 12s on 5 % struck 17" in tree
        assert "none" in text(pilot, "#traffic"), "more than one in twenty got no answer"
        assert "Is that you?" in text(pilot, "#letters")
        screen = pilot.app.screen
        assert all(screen.query_one(f"#{panel}").display for panel in ("map", "checks", "inbox", "logs"))


async def test_where_there_is_little_room_a_key_brings_a_panel_to_the_front(seated: Callable[..., Any]) -> None:
    async with seated() as pilot:
        screen = pilot.app.screen
        for key, panel in (("c", "checks"), ("l", "logs"), ("i", "inbox"), ("m", "map")):
            await pilot.press(key)
            fronts = [one for one in ("map", "checks", "inbox", "logs") if screen.query_one(f"#{one}").display]
            assert fronts == [panel]
            assert screen.query_one(f"#{panel}").has_focus_within or screen.query_one(f"#{panel}").has_focus
        assert "✉" not in str(screen.query_one(PanelBar).content), "the inbox was read"


async def test_a_letter_is_there_once_and_new_until_it_is_read(
    seated: Callable[..., Any], desk: desks.FakeDesk
) -> None:
    async with seated() as pilot:
        inbox = pilot.app.screen.query_one(Inbox)
        desk.told.put_nowait(MESSAGE)
        desk.told.put_nowait(Happened(MessageSent(lap=1, at=0.0, sender="dieter", text="By file.")))
        await until(pilot, lambda: len(inbox.letters) == 2)
        assert inbox.unread == 2
        await pilot.press("i")
        assert inbox.unread == 0


async def test_checks_show_what_is_expected_and_observed_and_give_a_nudge(
    seated: Callable[..., Any], desk: desks.FakeDesk
) -> None:
    async with seated(LARGE) as pilot:
        table = pilot.app.screen.query_one(DataTable)
        row = [cell.plain for cell in table.get_row("dates-hold")]
        assert row == ["✖ fail", "▲ The dates that we promise are true", ">= 95 %", "81.2 %"]
        await pilot.press("c", "down", "down", "down")
        assert "dates-hold  The dates that we promise are true\n612 of 702 requests" in text(pilot, "#more")
        await pilot.press("enter")
        await until(pilot, lambda: "Look closer." in notes(pilot))
        assert "hint dates-hold" in desk.wishes


async def test_logs_are_followed_filtered_and_searched(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated(LARGE) as pilot:
        logs = pilot.app.screen.query_one(Logs)
        tail = logs.tail
        assert tail.scroll_y == tail.max_scroll_y > 0
        await pilot.press("l", "slash", *"soap")
        assert {"SOAP" in line.text for line in tail.shown} == {True}
        assert len(tail.shown) == 30
        await pilot.press("enter", "escape")
        assert len(tail.shown) == 120
        await pilot.press("up")
        await until(pilot, lambda: not tail.follow)
        top = tail.scroll_y
        desk.told.put_nowait(desks.lines(121, 40))
        await until(pilot, lambda: len(tail.shown) == 160)
        assert tail.scroll_y == top, "who reads is not pulled away"
        await pilot.press("f")
        assert tail.scroll_y == tail.max_scroll_y
        logs.services = ["promise-api", "worker"]
        desk.told.put_nowait(desks.lines(1, 3, "worker"))
        await until(pilot, lambda: len(tail.shown) == 163)
        await pilot.press("v", "v")
        assert [line.service for line in tail.shown] == ["worker"] * 3


async def test_a_line_cannot_steer_the_terminal(seated: Callable[..., Any]) -> None:
    from labs.world.live.model import Line

    async with seated(LARGE) as pilot:
        tail = pilot.app.screen.query_one(Logs).tail
        tail.add([Line(999, 1.0, "promise-api", "stdout", "\x1b[31mred\x1b[0m \x1b]0;owned\x07 [bold]x[/bold]\r\x08")])
        drawn = tail.render_line(tail.size.height - 1).text
        assert "red" in drawn
        assert "[bold]x[/bold]" in drawn
        assert not {"\x1b", "\x07", "\r", "\x08"} & set(drawn)


async def test_stopping_asks_first(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        await pilot.press("x")
        assert isinstance(pilot.app.screen, Confirm)
        await pilot.press("n")
        assert "stop" not in desk.wishes
        await pilot.press("x", "y")
        await until(pilot, lambda: "stop" in desk.wishes)


async def test_a_world_that_died_is_a_clear_message_and_coming_back_finds_it_again(
    seated: Callable[..., Any], desk: desks.FakeDesk
) -> None:
    async with seated() as pilot:
        desk.told.put_nowait(Ended("the world's keeper died: Killed", "start it again", wanted=False))
        await until(pilot, lambda: pilot.app.screen.has_class("-gone"))
        assert "✖ The world's keeper died: Killed" in text(pilot, "#gone")
        assert "→ start it again" in text(pilot, "#gone")
        desk.wishes.clear()
        await pilot.press("r", "e", "x", "s")
        assert pilot.app.screen is pilot.app.place
        assert desk.wishes == []
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not pilot.app.screen.has_class("-gone"))
        desk.told.put_nowait(desks.snapshot())
        await until(pilot, lambda: "running" in text(pilot, "#clock"))


async def test_a_feed_that_fails_is_kept_in_a_file_and_said(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        desk.told.put_nowait(RuntimeError("out of order"))
        await until(pilot, lambda: pilot.app.screen.has_class("-gone"))
        assert "Fdelab failed: RuntimeError: out of order" in text(pilot, "#gone")
        assert "ctrl+r looks again" in text(pilot, "#gone")
    assert "out of order" in "".join(log.read_text() for log in paths.crashes().iterdir()), "the details are in a file"


async def test_commands_of_the_console(seated: Callable[..., Any], desk: desks.FakeDesk) -> None:
    async with seated() as pilot:
        commands = {command.title: command for command in pilot.app.place.commands()}
        assert {"Redeploy", "Take the exam", "Shell in promise-api", "Jump to night-lock"} <= commands.keys()
        jumps = [title for title in commands if title.startswith("Jump to ")]
        assert jumps == ["Jump to night-lock"], "what is to come is not named"
        commands["Jump to night-lock"].run()
        await until(pilot, lambda: "jump night-lock" in desk.wishes)
        commands["Shell in promise-api"].run()
        await until(pilot, lambda: "shell promise-api" in desk.wishes)


async def test_where_programs_are_off_neither_shell_nor_editor_is_offered_or_started(
    seated: Callable[..., Any], desk: desks.FakeDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(OFF, "1")
    async with seated() as pilot:
        desk.wishes.clear()
        await pilot.press("o", "s")
        titles = [command.title for command in pilot.app.place.commands()]
        assert not [title for title in titles if "editor" in title or "Shell" in title]
        assert not {"editor", "shell promise-api"} & set(desk.wishes)
        mark = tmp_path / "started"
        visit(pilot.app.place, ExternalProgram(["touch", str(mark)], tmp_path))
        assert not mark.exists()
        await until(pilot, lambda: "Programs are off here." in notes(pilot))


async def test_without_an_engagement_it_says_how_to_get_one(fake: Fake) -> None:
    app = Fdelab(fake, Memory(place="console"))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: pilot.app.screen.has_class("-gone"))
        assert "No engagement is open" in text(pilot, "#gone")


def test_a_flood_waits_in_bounds_and_one_message_stands_for_all_of_it() -> None:
    inlet = Inlet()
    for first in range(1, 5001, 250):
        inlet.put(desks.lines(first, 250))
    taken, skipped = inlet.take()
    assert (len(taken), skipped) == (HELD, 3000)
    assert taken[-1].number == 5000
    assert inlet.take() == ([], 0)
    assert Printed(inlet).can_replace(Printed(inlet))
    assert Seen(desks.snapshot(), ripe=False).can_replace(Seen(desks.snapshot(), ripe=False))


@pytest.mark.parametrize(
    ("values", "width", "drawn"),
    [([], 3, "···"), ([0.0, 1.0, 2.0], 3, "▁▅█"), ([1.0] * 9, 2, "██"), ([None, float("inf"), 0.001, 8.0], 4, "·×▂█")],
)
def test_a_sparkline(values: list[float | None], width: int, drawn: str) -> None:
    assert spark(values, width) == drawn


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x50"])
def test_how_it_looks(size: tuple[int, int], theme: str, fake: Fake, snap_compare: Callable[..., bool]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen_stack and getattr(pilot.app.screen, "desk", None) is not None)
        await shown(pilot, fake.at)
        if size == SMALL:
            await pilot.press("c" if theme == "dark" else "l")
            await until(pilot, lambda: fake.at.wishes[-1] == "judge")
        await pilot.pause(0.1)

    assert snap_compare(console(fake, theme), terminal_size=size, run_before=look)
