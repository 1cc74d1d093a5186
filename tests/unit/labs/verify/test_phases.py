"""Which laps of a practice world are played for the phases that somebody chose, and what is said of them."""

from pathlib import Path
from typing import Any, cast

import pytest

from grader.report import CheckReport, PhaseReport, Report
from grader.verdict import Result, Verdict
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.library.catalogue import Entry, find
from labs.verify import phases
from labs.world.client import World
from simulator.clock import Timeline, timeline
from simulator.protocol.events import Failed, LapFailed, LapFinished, LapStarted
from tests.unit.labs import little

LATER = [{"name": "noon", "lasts": "3s"}, {"name": "evening", "lasts": "3s"}]
AT_NOON = little.CHECKS[0] | {"id": "noon-holds", "with": little.CHECKS[0]["with"] | {"during": ["noon"]}}


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    folder = little.make(tmp_path / "long", phases=little.PHASES + LATER, checks=[*little.CHECKS, AT_NOON])
    return find(str(folder))


class Told:
    """Remembers where a world was told to jump."""

    def __init__(self) -> None:
        self.to: list[str] = []

    def jump(self, name: str) -> None:
        self.to.append(name)


@pytest.fixture
def told() -> Told:
    return Told()


def laps(told: Told, *chosen: str) -> phases._Laps:
    return phases._Laps(cast(World, told), chosen)


def begins(entry: Entry, lap: int, first: str | None = None) -> LapStarted:
    whole = timeline(entry.scenario)
    return LapStarted(lap=lap, at=0.0, timeline=(whole.jump(first)[1] if first else whole).spans)


def ends(lap: int, plan: Timeline) -> LapFinished:
    facts: dict[str, Any] = {"lag_p99": None, "turns": (None, None), "overdrawn": None}
    return LapFinished(lap=lap, at=9.0, timeline=plan.spans, **facts)


def report(*played: str, checks: tuple[CheckReport, ...] = ()) -> Report:
    some = tuple(PhaseReport(name, 1, 0, 1, True, False, 9, 9, 0, 0.1) for name in played)
    return Report("long", "-", "Long", "Halden", "local", 1, False, "reference", (1,), Result.WAITING, None, 85, "",
                  phases=some, checks=checks)  # fmt: skip


def test_phases_come_in_the_order_of_the_scenario_and_none_is_guessed(entry: Entry) -> None:
    assert phases.known(entry, ["noon", "morning"]) == ["morning", "noon"]
    with pytest.raises(UsageProblem, match="little has no phase 'nooon'") as wrong:
        phases.known(entry, ["nooon"])
    assert wrong.value.remedy == "did you mean 'noon'?"


def test_the_first_lap_is_taken_where_it_leads_to_what_was_chosen(entry: Entry, told: Told) -> None:
    playing = laps(told, "morning", "noon")
    playing.heed(begins(entry, 1))
    assert (told.to, playing.due()) == ([], False)
    playing.heed(ends(1, timeline(entry.scenario)))
    assert playing.due()
    assert playing.over(report("warm-up", "morning", "noon", "evening"))
    assert playing.todo == []


def test_a_lap_begins_with_what_was_chosen_and_what_is_apart_has_one_of_its_own(entry: Entry, told: Told) -> None:
    playing = laps(told, "morning", "evening")
    playing.heed(begins(entry, 1))
    playing.heed(ends(1, timeline(entry.scenario)))
    # The next lap begins before anybody has looked at this one.
    playing.heed(begins(entry, 2))
    assert told.to == []
    assert playing.over(report("warm-up", "morning"))
    playing.go_on()
    playing.heed(LapFailed(lap=2, at=0.1, reason="aborted"))
    playing.heed(begins(entry, 3, "evening"))
    assert told.to == ["evening"]
    playing.heed(ends(3, timeline(entry.scenario)))
    assert playing.over(report("morning", "evening"))
    assert playing.todo == []


def test_what_leads_to_no_chosen_phase_is_jumped_over(entry: Entry, told: Told) -> None:
    playing = laps(told, "noon")
    playing.heed(begins(entry, 1))
    assert told.to == ["noon"]
    playing.heed(LapFailed(lap=1, at=0.1, reason="aborted"))
    playing.heed(begins(entry, 2, "noon"))
    assert not playing.over(report()), "its last rows may not be on disk yet"
    assert not playing.due()
    with pytest.raises(CouldNotJudge, match="the field is gone"):
        playing.heed(LapFailed(lap=2, at=0.1, reason="the field is gone"))
    playing.heed(Failed(reason="no engine"))
    assert playing.reason == "no engine"


def test_checks_of_other_phases_wait_although_a_lap_went_through_them(entry: Entry) -> None:
    def passed(name: str) -> CheckReport:
        return CheckReport(name, "data", "", True, 3, Verdict.PASS, 1.0, 30.0, 30.0, "≥ 95 %", "100 %", 1.0)

    checks = tuple(passed(name) for name in ("serves", "dates-hold", "noon-holds"))
    found = phases.of(report("noon", "evening", checks=checks), entry.scenario, ["noon"])
    assert [one.verdict for one in found.checks] == [Verdict.WAITING, Verdict.WAITING, Verdict.PASS]
    assert (found.checks[1].observed, found.checks[1].points) == ("–", 0.0)
    assert found.checks[1].reason == "Waits for evening, morning"
    whole = phases.of(report("noon", checks=checks), entry.scenario, ["morning", "noon", "evening"])
    assert whole.checks == checks
    unjudged = report(checks=checks)
    assert phases.of(unjudged, entry.scenario, ["noon"]) == unjudged, "what does not start fails them all"
