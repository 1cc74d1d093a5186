"""Whatever the size of the screen: tables fit, sentences can be read whole, logs have lines, and each page its keys."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import DataTable

from labs.actions.events import Judging, WorldEvent
from labs.engagement.guide import Guidance
from labs.tui import sight
from labs.tui.console.checks import Checks
from labs.tui.console.logs import Logs
from labs.tui.console.traffic import Traffic
from labs.tui.keybar import KeyBar
from labs.tui.place import PAINT
from labs.world.live.model import Second
from simulator.protocol.events import LapFinished
from tests.unit.tui import desks
from tests.unit.tui.conftest import Opened, settled
from tests.unit.tui.fakes import Fake, attempt, entry
from tests.unit.tui.pilots import text, until
from tests.unit.tui.test_coach import GUIDE, said

SIZES = [(80, 16), (80, 24), (100, 30), (120, 36), (120, 44), (160, 48)]
size_ = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
LONG = Guidance("first-day", GUIDE, frozenset({"world-launched", "checks-seen"}), Path("/home/kim/first-day"))
assert PAINT < 0.1, "a tenth of a second is what one waits for a sign"


@pytest.fixture
def guided(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    monkeypatch.setattr(sight, "READING", 0.2)
    tips = [tip.model_copy(update={"says": ("Some words to read. " * 8)[:150]}) for tip in GUIDE.tips]
    fake.guided = replace(LONG, guide=GUIDE.model_copy(update={"tips": tips}))
    return fake


@size_
async def test_the_logs_have_six_lines_whatever_tip_is_given(
    size: tuple[int, int],
    seated: Callable[..., Any],
    guided: Fake,
) -> None:
    async with seated(size) as pilot:
        await until(pilot, lambda: "Some words" in said(pilot))
        await pilot.press("l")
        logs = pilot.app.screen.query_one(Logs)
        await until(pilot, lambda: logs.tail.size.height >= 6)
        first, last = logs.tail.region.y, logs.tail.region.bottom
        coach = pilot.app.screen.query_one("#coach").region
        assert 0 < first < last <= coach.y, "the tip stands below them"


async def test_a_tip_goes_on_when_the_lines_were_seen_and_not_when_a_key_was_pressed(
    seated: Callable[..., Any],
    guided: Fake,
) -> None:
    guided.guided = LONG
    async with seated((120, 36), live=False) as pilot:
        await until(pilot, lambda: "Say logs-read." in said(pilot))
        await pilot.press("l")
        await pilot.pause(2 * sight.READING)
        assert "Say logs-read." in said(pilot), "there is no line yet"
        await pilot.press("m")
        guided.at.told.put_nowait(desks.lines(1, 9))
        await pilot.pause(2 * sight.READING)
        assert "Say logs-read." in said(pilot), "the lines are behind the map"
        await pilot.press("l")
        assert "Say logs-read." in said(pilot), "nobody reads as fast as that"
        await until(pilot, lambda: "Say editor-opened." in said(pilot))


async def test_an_editor_that_does_not_open_was_not_opened(
    seated: Callable[..., Any],
    guided: Fake,
) -> None:
    guided.guided = replace(LONG, done=LONG.done | {"logs-read"})
    async with seated() as pilot:
        await until(pilot, lambda: "Say editor-opened." in said(pilot))
        await pilot.press("o")
        await settled(pilot)
        assert "There is no terminal here" in "".join(one.message for one in pilot.app._notifications)
        assert "Say editor-opened." in said(pilot)


PLACES = ("catalogue", "console", "report", "progress")


@size_
@pytest.mark.parametrize("place", PLACES)
async def test_no_table_scrolls_sideways(
    size: tuple[int, int],
    place: str,
    fake: Fake,
    opened: Opened,
    seated: Callable[..., Any],
) -> None:
    names = [f"engagement-{n}-with-a-long-name-of-its-own" for n in range(60)]
    for name in names:
        made = entry(name, f"A rather long title, number {name}", "Some customer of ours & sons", 2, 120)
        fake.listed.append(replace(fake.listed[0], name=name, entry=made))
        fake.attempts.append(attempt(name, 48.5, 7, money=-123_456_789.0))
    async with seated(size) if place == "console" else opened(size, place=place) as pilot:
        for key in ("c", "d") if place in ("console", "report") else ():
            await pilot.press(key)
        await settled(pilot)
        tables = [table for table in pilot.app.screen.query(DataTable) if table.region]
        assert any(table.row_count for table in tables)
        for table in tables:
            assert table.max_scroll_x == 0, table.id
            assert not table.show_horizontal_scrollbar


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_a_check_says_can_be_read_whole(
    size: tuple[int, int],
    seated: Callable[..., Any],
    fake: Fake,
) -> None:
    says = "What broken, missing and doubled promises cost us is down by nine tenths or more, in every week of the year"
    fake.at.report = desks.report([desks.check("serves", "pass", "812"), replace(desks.CHECKS[1], says=says)])
    async with seated(size) as pilot:
        await pilot.press("c", "down")
        await settled(pilot)
        table = pilot.app.screen.query_one(DataTable)
        assert says in " ".join(text(pilot, "#more").split()), "below the table"
        if size != (80, 24):
            cell = table.get_row("loss-avoided")[1].plain
            assert " ".join(cell.split()) == says, "and in it, where there is room"
            assert table.get_row_height("loss-avoided") == len(cell.splitlines()) > 1


async def test_no_answer_is_called_wrong_and_what_failed_is_red(seated: Callable[..., Any], fake: Fake) -> None:
    async with seated() as pilot:
        traffic = pilot.app.screen.query_one(Traffic)
        traffic.show([Second(1, n, 10, 0, 10, 0, 0.02, 0.08) for n in range(9)])
        lines = {line.split()[0]: line for line in text(pilot, "#traffic").splitlines()}
        assert "wrong" not in lines, "whether an answer is right is the examiner's to know"
        assert lines["failed"].endswith(" 0 %"), "all were answered"
        assert "80 ms" in lines["p95"]
        assert "errors" not in lines
        assert "$error" not in {str(span.style) for span in traffic.content.spans}
        traffic.show([Second(1, n, 10, 0, 0, 10, None, None) for n in range(9)])
        assert "$error" in {str(span.style) for span in traffic.content.spans}


def keys(pilot: Any) -> str:
    """What the bar says that is painted in the last row."""
    bar = next(bar for screen in reversed(pilot.app.screen_stack) for bar in screen.query(KeyBar))
    assert bar.screen is pilot.app.screen
    assert bar.region.y == pilot.app.size.height - 1
    return str(bar.render())


@pytest.mark.parametrize(
    ("place", "pressed", "says"),
    [
        ("console", ("question_mark",), "esc Close"),
        ("console", ("x",), "y Yes"),
        ("console", ("a",), "esc Close"),
        ("console", ("n",), "esc Close"),
        ("console", ("e",), "c Cancel"),
        ("report", ("enter",), "esc Close"),
        ("report", ("b",), "esc Close"),
    ],
)
async def test_the_bar_under_a_page_has_the_keys_of_the_page(
    place: str,
    pressed: tuple[str, ...],
    says: str,
    fake: Fake,
    opened: Opened,
    seated: Callable[..., Any],
) -> None:
    async with seated() if place == "console" else opened(place=place) as pilot:
        fake.at.hold.clear()
        below = keys(pilot)
        assert "Quit" in below
        await pilot.press(*pressed)
        await until(pilot, lambda: pilot.app.screen is not pilot.app.place)
        shown = keys(pilot)
        assert says in shown
        assert not {"Redeploy", "Debrief", "Stop"} & set(shown.split())
        fake.at.hold.set()
        await settled(pilot)


async def test_the_exam_says_which_phase_it_is_in_and_what_is_left(seated: Callable[..., Any], fake: Fake) -> None:
    async with seated((120, 36)) as pilot:
        fake.at.hold.clear()
        await pilot.press("e")
        await until(pilot, lambda: "phase 1 of 8" in text(pilot, "#progress"))
        where, _, names = text(pilot, "#progress").splitlines()
        assert where.startswith("warm-up phase 1 of 8, not graded   ")
        assert where.endswith(" s left at most")
        assert names.split()[0].startswith("(war")
        assert not {"morning", "slow-erp", "file-only"} & set(names.split()), "phases to come have no name yet"
        exam = pilot.app.screen
        exam._begun -= 10
        exam._tick()
        later = text(pilot, "#progress").splitlines()[0]
        assert later.startswith("morning phase 2 of 8   ")
        over = LapFinished(lap=1, at=0.0, timeline=(), lag_p99=0.0, turns=(None, None), overdrawn=0.0)
        exam.tell(WorldEvent(over))
        assert "The customer's day is over: the world is taken down …" in text(pilot, "#progress")
        exam.tell(Judging(Path("/evidence")))
        assert "The customer's day is over: it is judged now …" in text(pilot, "#progress")
        fake.at.hold.set()
        await settled(pilot)


async def test_nudges_are_kept_and_listed(seated: Callable[..., Any], fake: Fake) -> None:
    fake.at.taken["serves"] = "Taken in another sitting."
    async with seated() as pilot:
        await pilot.press("c", *["down"] * 3, "enter")
        checks = pilot.app.screen.query_one(Checks)
        await until(pilot, lambda: "dates-hold" in checks.nudges)
        assert "→ Look closer." in text(pilot, "#more")
        assert "n 2 nudges" in str(checks.border_subtitle)
        await pilot.press("n")
        await settled(pilot)
        listed = "\n".join(str(one.content) for one in pilot.app.screen.query("#page > Static"))
        assert "Taken in another sitting." in listed
        assert "dates-hold  The dates that we promise are true\n→ Look closer." in listed
