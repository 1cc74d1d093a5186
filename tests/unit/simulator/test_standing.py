"""The day of a site that stands by itself: one pace, no phases, and a clock that never ends."""

from datetime import datetime, timedelta

import pytest

from simulator.standing import day

STARTS = datetime(2026, 3, 2, 8)


@pytest.mark.parametrize("pace", [1.0, 450.0, 0.5])
def test_a_day_goes_at_its_pace_and_on_after_it(pace: float) -> None:
    timeline = day(STARTS, 7200.0, pace)
    assert timeline.sim(0.0) == STARTS
    assert timeline.sim(100.0) == STARTS + timedelta(seconds=100 * pace)
    assert timeline.sim(timeline.traffic_ends) == STARTS + timedelta(hours=2)
    assert timeline.sim(1e6) == STARTS + timedelta(seconds=1e6 * pace)
    assert timeline.when(STARTS + timedelta(hours=1)) == pytest.approx(3600 / pace)


def test_it_names_no_phase_and_nothing_counts() -> None:
    spans = day(STARTS, 7200.0, 1.0).spans
    assert [span.name for span in spans] == ["day", "drain"]
    assert not any(span.graded or span.shift for span in spans)
