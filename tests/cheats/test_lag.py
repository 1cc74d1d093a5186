"""Late traffic is an error only when it changes a verdict and the deployment was not at its own limits (design §9).

How much CPU a deployment used is what each runtime has measured. That traffic was late is put into the evidence, since
no test can make a machine late to order: every request left when it was all but answered.
"""

import json
from pathlib import Path

import pytest

from grader.grade import grade
from grader.verdict import Result
from simulator.evidence import listing
from simulator.evidence.run import save
from tests import toys
from tests.cheats import suite

LATE = 0.5
_SLOW = {"id": "quick", "family": "reliability", "measure": "latency", "expect": "<= 300 ms", "says": "Nobody waits",
         "with": {"stream": "orders", "quantile": "50%", "unanswered": "3s"}}  # fmt: skip


def made_late(sat: toys.Sat) -> None:
    """Whatever took long, took it before it was sent."""
    file = sat.evidence / "requests.field.jsonl"
    known = [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
    rows = [row | {"sent_at": max(row["sent_at"] or 0.0, (row["done_at"] or 0.0) - 0.01)} for row in known]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    # As if it had been so when the run was over: what was changed later is no evidence.
    told = {"lag_p99": LATE, "files": listing.tables(sat.evidence)}
    save(sat.evidence, sat.run | told)


_MARKS = {
    "docker": [pytest.mark.docker],
    "box": [pytest.mark.docker, pytest.mark.representative],
    "local": [pytest.mark.representative],
}
_CASES = [
    ("slow_and_idle", "docker", Result.ERROR),
    ("slow_and_idle", "box", Result.ERROR),
    ("slow_and_idle", "local", Result.ERROR),
    ("slow_and_burning", "docker", Result.FAILED),
    ("slow_and_burning", "box", Result.FAILED),
    # Local trusts a deployment: what it burns where nobody can wait for its processes is not seen there.
    ("slow_and_busy", "local", Result.FAILED),
]


@pytest.mark.parametrize(
    ("name", "runtime", "result"),
    [pytest.param(*case, id="-".join(case[:2]), marks=_MARKS[case[1]]) for case in _CASES],
)
@pytest.mark.cores(1.5)
def test_lag_that_decides_is_ours_unless_the_deployment_used_up_what_it_may(
    name: str, runtime: str, result: Result, tmp_path: Path
) -> None:
    # Nothing enforces the limit on local: a busy machine must be able to give as much.
    cpus = 0.2 if runtime == "local" else 0.5
    service = suite.SERVICE | {"uses": ["erp"], "limits": {"cpus": cpus, "memory": "128m"}}
    deployment = {"services": {"promise-api": service}, "editable": suite.EDITABLE}
    scenario = suite.scenario(suite.ORDERS, tmp_path / "toy", checks=[_SLOW], deployment=deployment)
    sat = toys.examine(scenario, suite.submission(name), runtime, tmp_path, timeout=suite.LONGEST)
    assert sat.report["result"] == "failed", (sat.told, sat.report["reason"])
    made_late(sat)
    report = grade(sat.evidence)
    assert report.result is result, (report.reason, report.warnings, sat.rows("resources"))
    if result is Result.ERROR:
        assert "quick" in report.reason
    else:
        assert "at its own limit" in report.warnings[-1]
