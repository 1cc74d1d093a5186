"""Troubles of the machine: when they excuse a deployment, when it brought them about, when they decide nothing."""

from pathlib import Path

import pytest

from grader.strain import ENDURED
from grader.verdict import Result
from tests.unit.grader.laps import AVAILABLE, CALIBRATION, Lap
from tests.unit.grader.test_grade import exam

SLOW = {"id": "fast", "family": "reliability", "measure": "latency", "with": {"stream": "orders"},
        "expect": "<= 800 ms", "says": "Sales do not wait"}  # fmt: skip


def late(lag: float, took: float = 1.0, cpu: float = 0.2) -> Lap:
    """Every request was sent half a second late and answered `took` after it was due."""
    lap = Lap(checks=(SLOW,), run={"lag_p99": lag})
    for n in range(44):
        lap.request(n / 2, took=took, sent_at=n / 2 + 0.5)
        lap.add("resources", at=n / 2, service="promise-api", cpu=cpu, memory=1, pids=3, throttled=0.0)
    return lap


def test_a_generator_a_little_late_is_told_of(tmp_path: Path) -> None:
    report = exam(tmp_path, late(0.060))
    assert report.result is Result.FAILED
    assert "60 ms" in report.warnings[0]


def test_a_late_generator_that_decides_makes_it_an_error(tmp_path: Path) -> None:
    report = exam(tmp_path, late(0.500))
    assert report.result is Result.ERROR
    assert report.score is None
    assert "fast" in report.reason


def test_a_late_generator_that_decides_nothing_is_only_told_of(tmp_path: Path) -> None:
    assert exam(tmp_path / "slow", late(0.500, took=5.0)).result is Result.FAILED
    assert exam(tmp_path / "fast", late(0.500, took=0.6)).result is Result.PASSED


SOUND = {"id": "sound", "family": "data", "weight": 3, "sql": "select 0", "expect": "== 0", "says": "All is sound"}
"""A check that lateness does nothing to."""


def graded(zero: str, pass_: float) -> Lap:
    """A latency that fails, sent late or not; what partial credit it earns is decided by lateness."""
    lap = late(0.500, took=2.0)  # 1.5 s of it are the deployment's
    lap.checks = (SLOW | {"zero": zero}, SOUND)
    lap.scenario = {"pass": pass_}
    return lap


def test_a_late_generator_that_decides_the_result_by_partial_credit_makes_it_an_error(tmp_path: Path) -> None:
    report = exam(tmp_path, graded(zero="3 s", pass_=88))
    assert (report.result, report.score) == (Result.ERROR, None)
    assert report.reason == (
        "Traffic was sent so late that it decides the result (a score of 86.3, and 92 of what was sent alone): "
        "the machine was too busy"
    )


@pytest.mark.parametrize(("pass_", "result"), [(80, Result.PASSED), (95, Result.FAILED)])
def test_a_late_generator_that_costs_points_and_no_more_is_told_of(
    tmp_path: Path, pass_: float, result: Result
) -> None:
    report = exam(tmp_path, graded(zero="3 s", pass_=pass_))
    assert (report.result, report.score) == (result, 86.3)
    assert report.warnings[-1] == (
        "Traffic was sent so late that the score is 86.3; of what was sent alone it would be 92"
    )


def test_a_generator_late_through_the_deployment_is_the_deployments(tmp_path: Path) -> None:
    report = exam(tmp_path, late(0.500, cpu=1.0))
    assert report.result is Result.FAILED
    assert "promise-api was at its own limit" in report.warnings[-1]


def strained(slowdown: float | None, bears: float | None = None, outcome: str = "error", cpu: float = 0.2,
             cores: int | None = 8) -> Lap:  # fmt: skip
    """Half of the requests ended in `outcome`, on a machine of `cores` as strained as that."""
    known = {"calibration": CALIBRATION | {"bears": bears}, "slowdown": slowdown, "machine": {"cores": cores}}
    lap = Lap(checks=(AVAILABLE,), run=known).traffic(dict.fromkeys(range(0, 44, 2), outcome))
    for n in range(44):
        lap.add("resources", at=n / 2, service="promise-api", cpu=cpu, memory=1, pids=3, throttled=0.0)
    return lap


def test_failing_on_a_machine_that_others_keep_busy_is_no_verdict(tmp_path: Path) -> None:
    report = exam(tmp_path, strained(ENDURED + 1))
    assert (report.result, report.score, report.slowdown) == (Result.ERROR, None, ENDURED + 1)
    assert report.reason.startswith(
        "This machine is too slow, or too busy: work took 4.0 times as long as on a machine"
    )


def test_failing_on_a_machine_that_correct_deployments_endure_is_a_failure(tmp_path: Path) -> None:
    assert exam(tmp_path / "vouched-for", strained(ENDURED + 1, bears=ENDURED + 2)).result is Result.FAILED
    assert exam(tmp_path / "quiet", strained(ENDURED - 1)).result is Result.FAILED
    assert exam(tmp_path / "unknown", strained(None)).result is Result.FAILED


def test_passing_on_a_busy_machine_is_passing_and_told_of(tmp_path: Path) -> None:
    report = exam(tmp_path, strained(ENDURED + 1, outcome="ok"))
    assert report.result is Result.PASSED
    assert report.warnings == ("The machine was busy: work took 4.0 times as long as on a machine of its own",)


@pytest.mark.parametrize(("cpu", "cores", "says"), [
    (1.0, 8, "promise-api was at its own limit"), (0.8, 1, "it used 0.8 of the machine's 1 cores"),
])  # fmt: skip
def test_a_machine_that_the_deployment_itself_kept_busy_excuses_nothing(
    tmp_path: Path, cpu: float, cores: int, says: str
) -> None:
    report = exam(tmp_path, strained(ENDURED + 1, cpu=cpu, cores=cores))
    assert report.result is Result.FAILED
    assert says in report.warnings[-1]


def test_as_many_processes_as_it_may_have_excuse_nothing(tmp_path: Path) -> None:
    lap = strained(ENDURED + 1)
    for n in range(44):
        # As many as are seen while others begin and end.
        lap.add("resources", at=n / 2, service="promise-api", cpu=0.2, memory=1, pids=126, throttled=0.0)
    assert exam(tmp_path, lap).result is Result.FAILED


@pytest.mark.parametrize(("who", "result"), [("site-db", Result.FAILED), ("field", Result.ERROR)])
def test_what_the_deployment_has_a_database_burn_excuses_nothing(tmp_path: Path, who: str, result: Result) -> None:
    lap = strained(ENDURED + 1, cores=2)
    for n in range(44):
        lap.add("resources", at=n / 2, service=who, cpu=1.3, memory=1, pids=3, throttled=0.0)
    assert exam(tmp_path, lap).result is result


@pytest.mark.parametrize(("overdrawn", "result"), [(None, Result.ERROR), (0.05, Result.ERROR), (0.4, Result.FAILED)])
@pytest.mark.parametrize("run", [{"slowdown": ENDURED + 1}, {"lag_p99": 0.5}])
def test_bytes_that_keep_the_links_at_work_excuse_neither_strain_nor_lag(
    tmp_path: Path, run: dict[str, float], overdrawn: float | None, result: Result
) -> None:
    lap = strained(ENDURED + 1) if "slowdown" in run else late(0.5)
    lap.run |= run | {"overdrawn": overdrawn}
    report = exam(tmp_path, lap)
    assert report.result is result
    if result is Result.FAILED:
        assert "in 40% of the time its bytes gave the links more work" in report.warnings[-1]


@pytest.mark.parametrize(("out_of_memory", "result"), [(False, Result.ERROR), (True, Result.FAILED)])
def test_running_out_of_memory_is_a_deployments_own_doing(tmp_path: Path, out_of_memory: bool, result: Result) -> None:
    lap = strained(ENDURED + 1)
    ended = {"service": "promise-api", "at": 3.0, "code": 137, "out_of_memory": out_of_memory}
    lap.run["restarts"] = [ended]
    assert exam(tmp_path, lap).result is result


@pytest.mark.parametrize(("cpu", "result"), [(0.2, Result.ERROR), (1.0, Result.FAILED)])
def test_time_outs_of_what_was_sent_too_late_are_the_machines(tmp_path: Path, cpu: float, result: Result) -> None:
    """Nothing was answered, and nothing was given the time to be: not even that the deployment serves can be told."""
    lap = Lap(checks=(AVAILABLE,), run={"lag_p99": 3.0})
    for n in range(44):
        lap.request(n / 2, outcome="timeout", took=None, sent_at=n / 2 + 3.0)
        lap.add("resources", at=n / 2, service="promise-api", cpu=cpu, memory=1, pids=3, throttled=0.0)
    assert exam(tmp_path, lap).result is result


def test_time_outs_of_what_was_sent_in_time_are_the_deployments(tmp_path: Path) -> None:
    lap = Lap(checks=(AVAILABLE,), run={"lag_p99": 3.0})
    for n in range(44):
        lap.request(n / 2, outcome="timeout", took=None, sent_at=n / 2 + 0.01)
    assert exam(tmp_path, lap).result is Result.FAILED


def test_what_could_not_be_sent_in_time_is_not_the_deployments(tmp_path: Path) -> None:
    lap = Lap(checks=(AVAILABLE,), run={"lag_p99": 0.4}).traffic(dict.fromkeys(range(10, 20), "unsent"))
    assert exam(tmp_path, lap).result is Result.ERROR


def test_what_could_not_be_sent_is_not_the_deployments_however_punctual_the_rest(tmp_path: Path) -> None:
    report = exam(tmp_path, Lap(checks=(AVAILABLE,)).traffic(dict.fromkeys(range(10, 20), "unsent")))
    assert report.result is Result.ERROR
    assert report.reason.startswith("So much traffic could not be sent (10 requests) that it decides available")


def test_what_could_not_be_sent_and_decides_nothing_is_no_error(tmp_path: Path) -> None:
    broken = dict.fromkeys(range(10, 30), "error") | {30: "unsent"}
    assert exam(tmp_path / "broken", Lap(checks=(AVAILABLE,)).traffic(broken)).result is Result.FAILED
    lenient = AVAILABLE | {"expect": ">= 90 %", "zero": "80 %"}
    assert exam(tmp_path / "sound", Lap(checks=(lenient,)).traffic({30: "unsent"})).result is Result.PASSED
