"""What a phase sets holds for the phase; what a shift sets, until the end."""

from typing import Any

from scenarios.model import Scenario
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
