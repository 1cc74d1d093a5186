"""Where the machine is too slow, that is said with what to do, in practice as in an exam."""

from pathlib import Path

from grader import compose
from grader.grade import check, grade
from grader.strain import ENDURED, WARN
from grader.verdict import Result
from tests.unit.grader.laps import AVAILABLE, CALIBRATION, Lap


def lap(slowdown: float | None, number: int = 1, outcome: str = "ok") -> Lap:
    known = {"calibration": CALIBRATION, "slowdown": slowdown, "machine": {"cores": 8}}
    return Lap(checks=(AVAILABLE,), number=number, run=known).traffic(dict.fromkeys(range(0, 44, 2), outcome))


def test_practice_on_a_busy_machine_says_that_an_exam_belongs_elsewhere(tmp_path: Path) -> None:
    report = check([lap(WARN + 1).write(tmp_path), lap(1.0, number=2).write(tmp_path)])
    (told,) = [line for line in report.warnings if "too slow" in line]
    assert told.startswith(f"The machine was busy: work took {WARN + 1:.1f} times as long")
    assert "hold it elsewhere, or run fewer worlds" in told
    quiet = check([lap(1.0).write(tmp_path / "quiet"), lap(None, number=2).write(tmp_path / "quiet")])
    assert not [line for line in quiet.warnings if "slow" in line]


def test_an_exam_that_a_busy_machine_spoilt_says_where_to_hold_it(tmp_path: Path) -> None:
    known = {"calibration": CALIBRATION | {"endured": ENDURED}, "slowdown": 10 * ENDURED, "machine": {"cores": 8}}
    spoilt = Lap(checks=(AVAILABLE,), run=known).traffic(dict.fromkeys(range(0, 44, 2), "error"))
    for n in range(44):
        spoilt.add("resources", at=n / 2, service="promise-api", cpu=0.2, memory=1, pids=3, throttled=0.0)
    report = grade(spoilt.write(tmp_path))
    assert (report.result, report.advice) == (Result.ERROR, compose.MACHINE_BUSY)
    assert "too slow" in compose.MACHINE_BUSY
    assert "fewer worlds" in compose.MACHINE_BUSY
