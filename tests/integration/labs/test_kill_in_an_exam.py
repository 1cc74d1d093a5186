"""A service is killed in the middle of an exam: that is the exam's doing, and the deployment is judged all the same."""

from pathlib import Path

import pytest

from tests import toys

PHASES = [
    {"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
    {
        "name": "struck", "lasts": "4s", "simulates": "30m",
        "faults": [{"service": "promise-api", "kill": "1s", "from": "8m sim"}],
    },
    {"name": "calm", "lasts": "6s", "simulates": "45m"},
]  # fmt: skip
CHECKS = [
    {"id": "answers", "family": "reliability", "weight": 1, "measure": "availability", "with": {"stream": "orders"},
     "expect": ">= 10 %", "says": "Orders get an answer again"},
]  # fmt: skip
CODE = toys.ASGI.replace("else 503", "else 200")


@pytest.mark.parametrize("runtime", ["local", pytest.param("docker", marks=pytest.mark.docker)])
def test_a_kill_is_on_record_and_no_crash_of_the_deployments_own(tmp_path: Path, runtime: str) -> None:
    scenario = toys.scenario(tmp_path / "toy", phases=PHASES, checks=CHECKS)
    sat = toys.examine(scenario, {"app/main.py": CODE}, runtime, tmp_path, CI="")
    assert (sat.code, sat.report["result"]) == (0, "passed"), sat.told
    (strike,) = sat.rows("faults")
    assert (strike["link"], strike["kind"], strike["detail"]) == ("promise-api", "kill", "process of promise-api")
    assert strike["effect"].startswith("killed, and started again after ")
    assert strike["lasted"] >= 1.0
    assert sat.run["restarts"] == []
    assert not [warning for warning in sat.report["warnings"] if "promise-api" in warning]
    until = strike["at"] + strike["lasted"]
    away = [row for row in sat.rows("requests") if strike["at"] + 0.3 < row["intended_at"] < until - 0.3]
    assert away and not [row for row in away if row["outcome"] == "ok"]
    assert [row for row in sat.rows("requests") if row["intended_at"] > until and row["status"] == 200]
