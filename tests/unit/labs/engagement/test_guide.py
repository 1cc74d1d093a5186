"""Where a learner is in a guide: what was done is kept with the engagement, whoever does it."""

import shutil
from pathlib import Path

import pytest

from labs.base import paths
from labs.engagement import guide
from labs.engagement.engagement import Engagement, begin
from labs.engagement.guide import deeds, note
from labs.library.catalogue import find
from labs.progress.store import Store


@pytest.fixture
def engagement(tmp_path: Path) -> Engagement:
    return begin(find("first-day"), tmp_path / "mine")[0]


def test_whoever_has_begun_nothing_is_led_to_the_first_scenario_with_a_guide(engagement: Engagement) -> None:
    first = guide.first()
    assert first is not None
    assert (first.scenario, first.tip.until) == ("first-day", "briefing-read")
    Store().opened(engagement.folder, "first-day")
    assert guide.first() is None


def test_a_guide_goes_on_where_it_was_left(engagement: Engagement) -> None:
    assert guide.here(engagement).tip.until == "checks-seen", "a world was launched, or the folder would not be there"
    note(engagement.folder, "logs-read")
    note(engagement.folder, "checks-seen")
    note(engagement.folder, "logs-read")
    assert deeds(engagement.folder) == {"logs-read", "checks-seen"}
    assert guide.here(engagement).tip.until == "editor-opened"


def test_the_report_that_counts_is_that_of_a_passed_exam(engagement: Engagement) -> None:
    found = guide.here(engagement).after("exam-taken")
    assert found.after("report-read") is found
    assert found.tip.until == "exam-passed"
    assert found.after("exam-passed").after("report-read").tip.until is None


def test_what_cannot_be_read_or_kept_is_not_missed(engagement: Engagement) -> None:
    file = engagement.folder / ".fdelab" / "deeds"
    file.write_bytes(b"logs-read\n\xff\xfe")
    assert deeds(engagement.folder) == set()
    file.write_text("logs-read sings-songs")
    assert deeds(engagement.folder) == {"logs-read"}
    file.unlink()
    file.mkdir()
    note(engagement.folder, "logs-read")
    assert deeds(engagement.folder) == set()


def test_a_broken_scenario_is_no_scenario_to_begin_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for slug in ("first-day", "broken"):
        shutil.copytree(paths.library() / "first-day", tmp_path / "library" / slug)
    (tmp_path / "library" / "broken" / "scenario.yaml").write_text("level: nonsense")
    monkeypatch.setattr(paths, "library", lambda: tmp_path / "library")
    first = guide.first()
    assert first is not None
    assert first.scenario == "first-day"


def test_a_broken_guide_breaks_nothing_but_itself(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(paths.library() / "first-day", copy)
    (copy / "guide.yaml").write_text("tips: nonsense")
    assert guide.of("copy", copy, None) is None
    assert guide.of("promise-dates", find("promise-dates").folder, None) is None, "it has none"
