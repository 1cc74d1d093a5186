"""The lap of a report as lanes over its time, and the cursor that reads them."""

from dataclasses import replace

import pytest

from labs.tui.report.course import Lanes
from labs.tui.report.lanes import Axis, lanes, moment
from tests.unit.tui import reviews
from tests.unit.tui.conftest import Opened
from tests.unit.tui.pilots import text


async def test_the_cursor_reads_a_moment_in_all_lanes(opened: Opened) -> None:
    async with opened(place="report") as pilot:
        await pilot.press("t")
        assert "night-lock" in text(pilot, "#moment"), "it begins where most was lost"
        await pilot.press(*([","] * 9))
        assert text(pilot, "#moment").startswith("Mon 07:34  warm-up, not graded  0.6 s")
        await pilot.press(".", ".", "shift+right")
        when, traffic, why = text(pilot, "#moment").splitlines()
        assert "slow-erp" in when
        assert "EUR" in when
        assert traffic.endswith("slowest 9.8 s")
        assert "erp latency: from 8s, to 12s on 5 %, struck" in why
        lane = pilot.app.screen.query_one(Lanes)
        before = lane.cursor
        await pilot.press("left", "right")
        assert lane.axis is not None
        assert lane.axis.column(lane.cursor) == lane.axis.column(before)
        await pilot.click("#lanes", offset=(20, 2))
        assert "warm-up" in text(pilot, "#moment") or "morning" in text(pilot, "#moment")


@pytest.mark.parametrize("width", [1, 7, 54, 134, 700])
def test_every_lane_has_a_cell_for_each_column_and_sums_agree(width: int) -> None:
    course = reviews.course()
    axis = Axis(course, width)
    for lane in lanes(axis):
        assert (len(lane.cells), len(lane.colours)) == (width, width), lane.name
    if width <= len(course.due):
        due = sum(sum(course.due[axis.stretches(column)]) for column in range(width))
        assert due == sum(course.due), "each request is in one column"
    last = moment(axis, width - 1)
    assert last.money.endswith(f"−{-sum(course.lost):,.0f} so far")
    assert all(axis.column(axis.at(column) + course.ends / width / 2) == column for column in range(width))


def test_what_is_on_is_drawn_where_it_was_on() -> None:
    axis = Axis(reviews.course(), 130)
    drawn = {lane.name: lane for lane in lanes(axis)}
    night = next(span for span in axis.course.spans if span.name == "night-lock")
    locked = drawn["erp locked"].cells
    assert locked.strip() == "━" * (axis.column(night.ends) - axis.column(night.begins))
    assert locked.index("━") == axis.column(night.begins)
    assert drawn["erp latency"].value == f"↯ {sum(axis.course.held[0].strikes or ())}"
    assert set(drawn["erp latency"].cells) > {"━", "█"}
    assert drawn["failed"].value == f"{sum(axis.course.failed):,}"
    assert "⚑file-only" in drawn["phase"].cells


def test_a_course_without_traffic_is_drawn() -> None:
    course = reviews.course()
    none = tuple(0 for _ in course.due)
    still = replace(course, due=none, wrong=none, failed=none, slowest=(None,) * len(none), lost=(0.0,) * len(none),
                    held=(), notes=())  # fmt: skip
    drawn = lanes(Axis(still, 60))
    names = ["phase", "clock", "requests", "failed", "wrong", "slowest", "loss", "so far"]
    assert [lane.name for lane in drawn] == names
    assert {lane.name: lane.cells.strip("·▁") for lane in drawn[2:]} == dict.fromkeys(names[2:], "")
