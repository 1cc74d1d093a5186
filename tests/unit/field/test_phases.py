"""What a phase sets holds for the phase; what a shift sets, until the end."""

from typing import Any

import pytest

from scenarios.model import Scenario
from simulator.clock import timeline
from simulator.field import phases


def scenario(*phase: dict[str, Any]) -> Scenario:
    return Scenario.model_validate(
        {
            "id": "toy",
            "title": "Toy",
            "customer": {"name": "Halden", "trade": "tools", "currency": "EUR"},
            "level": 0,
            "minutes": 1,
            "site": {"erp": {"part": "toy", "with": {"sessions": 2, "slow": {"share": "1%"}}}, "db": {"part": "toy"}},
            "deployment": {"services": {"api": {"command": ["true"]}}, "editable": ["*"]},
            "traffic": {"orders": {"workload": "toy", "to": "api", "rate": "1/s"}},
            "phases": [{"name": f"p{n}", "lasts": "1s"} | one for n, one in enumerate(phase)],
            "checks": [{"id": "any", "family": "reliability", "expect": ">= 1", "says": "…", "sql": "select 1"}],
        }
    )


def fault(link: str) -> dict[str, Any]:
    return {"link": link, "reset": None}


def test_settings_hold_for_their_phase_and_a_shifts_for_all_that_follow() -> None:
    toy = scenario(
        {},
        {"set": {"erp": {"locked": True, "sessions": 1}}},
        {"shift": True, "set": {"erp": {"writes": "file"}, "db": {"slow": True}}},
        {"set": {"erp": {"writes": "soap"}}},
    )
    base = {"sessions": 2, "slow": {"share": "1%"}}
    assert [phases.settings(toy, n)["erp"] for n in range(5)] == [
        base,
        base | {"locked": True, "sessions": 1},
        base | {"writes": "file"},
        base | {"writes": "soap"},
        base | {"writes": "file"},
    ]
    assert [phases.settings(toy, n)["db"] for n in range(5)] == [{}, {}, *[{"slow": True}] * 3]


def test_a_parameter_is_replaced_as_a_whole() -> None:
    toy = scenario({"set": {"erp": {"slow": {"from": "1s"}}}})
    assert phases.settings(toy, 0)["erp"]["slow"] == {"from": "1s"}
    assert toy.site["erp"].with_["slow"] == {"share": "1%"}


def test_only_parts_that_changed_are_told() -> None:
    before = {"erp": {"sessions": 2}, "db": {}}
    assert phases.changed(before, {"erp": {"sessions": 2}, "db": {"slow": True}}) == {"db": {"slow": True}}
    assert phases.changed(before, before) == {}


def test_faults_hold_for_their_phase_and_a_shifts_for_all_that_follow() -> None:
    toy = scenario(
        {"faults": [fault("erp")]},
        {"shift": True, "faults": [fault("api"), fault("erp")]},
        {"faults": [fault("db")]},
    )
    held = [[(f.phase, f.number, f.use.link) for f in phases.faults(toy, n)] for n in range(4)]
    shifted = [("p1", 0, "api"), ("p1", 1, "erp")]
    assert held == [[("p0", 0, "erp")], shifted, [*shifted, ("p2", 0, "db")], shifted]


def changes(toy: Scenario, first: str | None = None) -> list[list[tuple[Any, list[str]]]]:
    """When what is switched on changes, by phase; faults by the links that they strike."""
    skipped, plan = timeline(toy).jump(first) if first else (0, timeline(toy))
    weather = phases.fault_schedule(toy, plan, skipped)
    return [[(pytest.approx(c.at), [f.use.link for f in c.faults]) for c in each] for each in weather]


def test_a_fault_without_a_schedule_changes_with_the_phases_alone() -> None:
    toy = scenario({}, {"faults": [fault("erp")]}, {"shift": True, "faults": [fault("db")]}, {})
    assert changes(toy) == [[(0, [])], [(1, ["erp"])], [(2, ["db"])], [(3, ["db"])], [(4, ["db"])]]


def test_a_schedule_counts_simulated_time_from_the_begin_of_its_phase() -> None:
    late = fault("erp") | {"from": "15m sim", "until": "45m sim"}
    toy = scenario({"simulates": "10m"}, {"simulates": "60m", "faults": [late, fault("db")]}, {})
    assert changes(toy)[:3] == [
        [(0, [])],
        [(1, ["db"]), (1.25, ["erp", "db"]), (1.75, ["db"])],
        [(2, [])],
    ]


def test_a_flapping_fault_comes_and_goes() -> None:
    flapping = fault("erp") | {"from": "6m sim", "flap": {"on": "6m sim", "off": "12m sim"}}
    toy = scenario({"simulates": "60m", "faults": [flapping]})
    assert changes(toy)[0] == [
        (0, []), (0.1, ["erp"]), (0.2, []), (0.4, ["erp"]), (0.5, []), (0.7, ["erp"]), (0.8, [])
    ]  # fmt: skip


def test_the_schedule_of_a_shift_goes_on_in_later_phases_at_their_pace() -> None:
    late = fault("erp") | {"from": "30m sim", "until": "120m sim"}
    toy = scenario(
        {"simulates": "60m", "shift": True, "faults": [late]}, {"simulates": "20m"}, {"simulates": "80m"}, {}
    )
    assert changes(toy)[:4] == [[(0, []), (0.5, ["erp"])], [(1, ["erp"])], [(2, ["erp"]), (2.5, [])], [(3, [])]]


def test_a_lap_that_begins_later_has_what_holds_there() -> None:
    toy = scenario({"shift": True, "faults": [fault("erp")]}, {}, {"faults": [fault("db")]})
    assert changes(toy, "p2")[0] == [(0, ["erp", "db"])]
