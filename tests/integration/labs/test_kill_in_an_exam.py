"""A service is killed in the middle of an exam: that is the exam's doing, and the deployment is judged all the same."""

import re
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
OVER = 5.0
"""Second at which the fault ends with its phase, however late it set in."""
CODE = toys.ASGI.replace("else 503", "else 200")


@pytest.mark.parametrize("runtime", ["local", pytest.param("docker", marks=pytest.mark.docker)])
def test_a_kill_is_on_record_and_no_crash_of_the_deployments_own(tmp_path: Path, runtime: str) -> None:
    scenario = toys.scenario(tmp_path / "toy", phases=PHASES, checks=CHECKS)
    sat = toys.examine(scenario, {"app/main.py": CODE}, runtime, tmp_path, CI="")
    assert (sat.code, sat.report["result"]) == (0, "passed"), sat.told
    (strike,) = sat.rows("faults")
    assert (strike["link"], strike["kind"], strike["detail"]) == ("promise-api", "kill", "process of promise-api")
    away = re.fullmatch(r"killed, and started again after ([\d.]+) s", strike["effect"])
    assert away
    until = strike["at"] + strike["lasted"]
    gone = until - float(away[1]) + 0.01  # it is rounded
    back = min(gone + 1.0, OVER)
    assert until >= back - 0.02
    assert sat.run["restarts"] == []
    assert not [warning for warning in sat.report["warnings"] if "promise-api" in warning]
    answered = [row["sent_at"] for row in sat.rows("requests") if row["status"] == 200]
    assert not [at for at in answered if gone < at < back - 0.02]
    assert [at for at in answered if at > until]
