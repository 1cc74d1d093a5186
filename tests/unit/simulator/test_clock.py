"""Wall and simulated time agree with the scenario's phases."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.model import Scenario
from scenarios.phases import DRAIN
from simulator.clock import Timeline, timeline


def scenario(*phases: Mapping[str, object], timeout: str = "10s") -> Scenario:
    return Scenario.model_validate(
        {
            "id": "toy",
            "title": "Toy",
            "customer": {"name": "C", "trade": "t", "currency": "EUR"},
            "level": 0,
            "minutes": 1,
            "deployment": {"services": {"api": {"command": ["true"]}}, "editable": ["*"]},
            "traffic": {"orders": {"workload": "w", "to": "api", "rate": "1/s", "timeout": timeout}},
            "phases": list(phases),
            "checks": [{"id": "c", "family": "business", "measure": "count", "expect": "== 0", "says": "s"}],
        }
    )


def test_phases_follow_each_other_and_a_drain_as_long_as_the_longest_timeout_ends_the_lap() -> None:
    made = timeline(scenario({"name": "a", "lasts": "4s"}, {"name": "b", "lasts": "10s"}, timeout="7s"))
    assert [(s.name, s.begins, s.ends) for s in made.spans] == [("a", 0, 4), ("b", 4, 14), (DRAIN, 14, 21)]
    assert made.traffic_ends == 14
    assert not made.spans[-1].graded


def test_a_phase_without_simulates_keeps_the_pace_and_the_first_takes_the_first_that_is_said() -> None:
    made = timeline(
        scenario(
            {"name": "a", "lasts": "4s"},
            {"name": "b", "lasts": "10s", "simulates": "75m"},
            {"name": "c", "lasts": "2s"},
        )
    )
    assert [s.rate for s in made.spans] == pytest.approx([450, 450, 450, 450])
    assert made.sim(14) == datetime(2026, 3, 2, 8) + timedelta(minutes=7.5 * 14)


def test_the_clock_jumps_forward_to_a_time_of_day_over_midnight() -> None:
    night = {"name": "night", "lasts": "1s", "from": "00:30", "graded": False}
    made = timeline(scenario({"name": "a", "lasts": "1s"}, night))
    assert made.sim(1.0) == datetime(2026, 3, 3, 0, 30)


@pytest.mark.parametrize(("at", "begins"), [({}, "2026-03-03T08:00:00"), ({"from": "08:30"}, "2026-03-03T08:30:00")])
def test_another_day_begins_even_if_that_time_is_still_to_come(at: dict[str, object], begins: str) -> None:
    night = {"name": "night", "lasts": "2s", "simulates": "10m"}
    another = {"name": "second", "lasts": "1s", "day": "next", "graded": False, **at}
    made = timeline(scenario(night, another))
    assert [span.sim_begins.isoformat() for span in made.spans[:2]] == ["2026-03-02T08:00:00", begins]


def test_an_excused_phase_alone_does_not_count() -> None:
    phases: list[Mapping[str, object]] = [
        {"name": "warm-up", "lasts": "1s", "graded": False},
        {"name": "files", "lasts": "1s", "graded": False, "excused": "its files come first"},
        {"name": "day", "lasts": "1s"},
    ]
    made = timeline(scenario(*phases))
    assert [span.counts for span in made.spans] == [True, False, True, True]
    assert Timeline.from_json(made.to_json()) == made


@given(st.lists(st.tuples(st.floats(0.5, 50), st.floats(1, 500)), min_size=1, max_size=6), st.data())
def test_simulated_time_never_runs_backwards(phases: list[tuple[float, float]], data: st.DataObject) -> None:
    made = timeline(scenario(*({"name": f"p{i}", "lasts": a, "simulates": b * 60} for i, (a, b) in enumerate(phases))))
    end = made.spans[-1].ends
    first, second = sorted(data.draw(st.tuples(st.floats(0, end), st.floats(0, end))))
    assert made.sim(first) <= made.sim(second)


def test_a_timeline_survives_json() -> None:
    made = timeline(scenario({"name": "a", "lasts": "4s", "simulates": "30m", "shift": True}))
    assert Timeline.from_json(made.to_json()) == made


DAY: tuple[dict[str, object], ...] = (
    {"name": "warm-up", "lasts": "4s", "simulates": "30m", "graded": False},
    {"name": "morning", "lasts": "10s"},
    {"name": "evening", "lasts": "2s", "graded": False, "from": "23:30"},
    {"name": "dusk", "lasts": "2s", "graded": False},
    {"name": "night", "lasts": "6s"},
)


@pytest.mark.parametrize(
    ("to", "skipped", "left"),
    [
        ("morning", 0, ["warm-up", "morning", "evening", "dusk", "night", DRAIN]),
        ("night", 2, ["evening", "dusk", "night", DRAIN]),
        ("warm-up", 0, ["warm-up", "morning", "evening", "dusk", "night", DRAIN]),
    ],
)
def test_a_jump_keeps_what_leads_to_the_phase_and_its_time_of_day(to: str, skipped: int, left: list[str]) -> None:
    whole = timeline(scenario(*DAY))
    number, rest = whole.jump(to)
    assert (number, [span.name for span in rest.spans]) == (skipped, left)
    assert rest.spans[0].begins == 0.0
    assert [s.sim_begins for s in rest.spans] == [s.sim_begins for s in whole.spans[skipped:]]
    assert [s.ends - s.begins for s in rest.spans] == [s.ends - s.begins for s in whole.spans[skipped:]]


@pytest.mark.parametrize("stranger", ["noon", DRAIN])
def test_one_cannot_jump_to_what_is_no_phase(stranger: str) -> None:
    with pytest.raises(KeyError):
        timeline(scenario(*DAY)).jump(stranger)


def test_what_falls_into_time_that_is_jumped_over_is_due_at_the_jump() -> None:
    night = {"name": "night", "lasts": "1s", "from": "00:30", "graded": False}
    made = timeline(scenario({"name": "a", "lasts": "4s", "simulates": "60m"}, night))
    assert made.when(datetime(2026, 3, 2, 8, 30)) == pytest.approx(2.0)
    assert made.when(datetime(2026, 3, 2, 20)) == 4.0
    assert made.when(datetime(2026, 3, 2, 7)) < 0
    assert made.when(datetime(2026, 3, 3, 0, 30)) == 4.0
    assert made.when(datetime(2026, 3, 3, 0, 45)) == made.spans[-1].begins


@given(st.lists(st.tuples(st.floats(0.5, 50), st.floats(1, 500)), min_size=1, max_size=6), st.floats(0, 1))
def test_when_is_the_inverse_of_sim(phases: list[tuple[float, float]], share: float) -> None:
    made = timeline(scenario(*({"name": f"p{i}", "lasts": a, "simulates": b * 60} for i, (a, b) in enumerate(phases))))
    at = made.spans[-1].ends * share
    assert made.when(made.sim(at)) == pytest.approx(at, abs=1e-3)
