"""Reports from the command line: the same bytes as in the evidence, GitHub's summary, schemas."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.reports.formats import FORMATS
from labs.base.errors import ExitCode
from labs.cli import main, reports
from labs.exam.judging import judge
from labs.exam.reports import write
from labs.exam.run import ExamRun
from tests.unit.grader.laps import Lap

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("kind", list(FORMATS))
def test_regrading_gives_the_bytes_of_every_format(
    kind: str, tmp_path: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "88")
    evidence = Lap().traffic({30: "error"}).write(tmp_path)
    write(judge(evidence), list(FORMATS), evidence)
    main(["regrade", str(evidence), "--format", kind])
    assert capfdbinary.readouterr().out == (evidence / f"report{FORMATS[kind].suffix}").read_bytes()


def test_githubs_step_summary_gets_the_report_in_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence, file = Lap().traffic().write(tmp_path), tmp_path / "summary.md"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    report = judge(evidence)
    reports.summarise(report, ["text", "junit"])
    assert file.read_text() == "before\n"
    reports.summarise(report, ["junit", "github"])
    assert file.read_text("utf-8") == "before\n" + FORMATS["markdown"].render(report)


def test_a_summary_that_cannot_be_written_costs_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    reports.summarise(judge(Lap().traffic().write(tmp_path)), ["github"])
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(("asked", "code"), [(False, ExitCode.PASSED), (True, ExitCode.NOT_JUDGED)])
def test_a_verdict_is_told_also_where_its_files_cannot_be_written(
    asked: bool, code: ExitCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    evidence = Lap().traffic().write(tmp_path)
    (evidence / "report.md").mkdir()
    monkeypatch.setattr("labs.exam.run.run_exam", lambda *_: ExamRun(evidence, None))
    argv = ["exam", "promise-dates", "--use", "reference", "--format", "markdown"]
    assert main([*argv, "--out", str(tmp_path / "out")] if asked else argv) == code
    shown = capsys.readouterr()
    assert shown.out == FORMATS["markdown"].render(judge(evidence))
    assert "report.md cannot be written" in shown.err


@pytest.mark.parametrize("what", ["report", "scenario"])
def test_schemas(what: str, capsys: Captured) -> None:
    assert main(["schema", what]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")
