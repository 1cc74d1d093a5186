"""Which phases of which laps count."""

from pathlib import Path

from simulator.evidence.run import Run
from simulator.evidence.windows import Window, exam, live
from tests.unit.grader.laps import Lap


def run(tmp_path: Path, number: int = 1, **more: object) -> Run:
    return Run.read(Lap(number=number, run=dict(more)).write(tmp_path))


def which(windows: tuple[Window, ...]) -> dict[str, int]:
    return {w.phase: w.lap for w in windows}


def test_an_exam_counts_its_one_lap(tmp_path: Path) -> None:
    found = exam(run(tmp_path))
    assert which(found.latest) == {"warm-up": 1, "day": 1, "night": 1, "drain": 1}
    assert found.whole == found.latest
    assert found.graded == ("day", "night")
    assert found.waiting == ()


def test_a_phase_counts_once_its_answers_are_in(tmp_path: Path) -> None:
    lap = run(tmp_path, finished=False)
    assert live([lap], {1: 16.9}).waiting == ("day", "night")  # 12 s, when it ends, and 5 s of time-out
    assert which(live([lap], {1: 17.0}).latest) == {"warm-up": 1, "day": 1}
    assert live([lap], {1: 17.0}).waiting == ("night",)
    assert live([lap], {1: 17.0}).whole_lap is None


def test_each_phase_comes_from_the_latest_lap_that_has_it(tmp_path: Path) -> None:
    laps = [run(tmp_path, 1), run(tmp_path, 2), run(tmp_path, 3, finished=False)]
    found = live(laps, {3: 18.0})
    assert which(found.latest) == {"warm-up": 3, "day": 3, "night": 2, "drain": 2}
    assert found.whole_lap == 2
    assert found.waiting == ()


def test_what_was_before_a_redeploy_does_not_count(tmp_path: Path) -> None:
    laps = [run(tmp_path, 1), run(tmp_path, 2, redeploys=[5.0])]
    found = live(laps, {})
    assert which(found.latest) == {"night": 2, "drain": 2}
    assert found.waiting == ("day",)
    assert found.whole_lap is None


def test_a_redeploy_after_a_lap_counts_from_the_next_one(tmp_path: Path) -> None:
    laps = [run(tmp_path, 1, redeploys=[30.0]), run(tmp_path, 2)]
    found = live(laps, {})
    assert set(which(found.latest).values()) == {2}
    assert found.whole_lap == 2


def test_a_phase_with_a_toxic_on_a_link_does_not_count(tmp_path: Path) -> None:
    by_hand = [{"at": 0.0, "active": 1}, {"at": 1.0, "active": 2}, {"at": 2.0, "active": 0}]
    before = run(tmp_path, 1)
    found = live([before, run(tmp_path, 2, toxics=by_hand)], {})
    assert which(found.latest) == {"warm-up": 1, "day": 2, "night": 2, "drain": 2}
    assert found.whole_lap == 1
    later = live([before, run(tmp_path, 3, toxics=[{"at": 5.0, "active": 1}])], {})
    assert which(later.latest) == {"warm-up": 3, "day": 1, "night": 1, "drain": 1}


def test_laps_that_failed_say_nothing(tmp_path: Path) -> None:
    laps = [
        run(tmp_path, 1),
        run(tmp_path, 2, failed="the engine died"),
        run(tmp_path, 3, deployment={"started": False, "reason": "x"}),
    ]
    assert live(laps, {}).whole_lap == 1


def test_what_was_over_when_somebody_ended_a_lap_counts(tmp_path: Path) -> None:
    jumped = run(tmp_path, 1, finished=False, aborted=True)
    found = live([jumped, run(tmp_path, 2, finished=False)], {1: 18.0, 2: 1.0})
    assert which(found.latest) == {"warm-up": 1, "day": 1}
    assert (found.waiting, found.whole_lap) == (("night",), None)


def test_a_lap_without_one_of_its_phases_is_not_whole(tmp_path: Path) -> None:
    first = run(tmp_path, 1)
    jumped = run(tmp_path, 2, timeline=[first.timeline[0], *first.timeline[2:]])
    found = live([first, jumped], {})
    assert which(found.latest) == {"warm-up": 2, "day": 1, "night": 2, "drain": 2}
    assert found.whole_lap == 1


def test_a_phase_that_came_twice_counts_as_it_was_last(tmp_path: Path) -> None:
    first = run(tmp_path, 1)
    day = first.timeline[1]
    again = run(
        tmp_path,
        2,
        timeline=[
            *first.timeline[:3],
            day | {"begins": 22, "ends": 32},
            first.timeline[3] | {"begins": 32, "ends": 37},
        ],
    )
    found = live([again], {})
    assert [(w.begins, w.ends) for w in found.latest if w.phase == "day"] == [(22, 32)]
