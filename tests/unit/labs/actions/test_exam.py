import os
from dataclasses import replace
from pathlib import Path

import pytest

from labs.actions.events import ActionEvent, Judging, WorldOf
from labs.actions.exam import TakeExamRequest, examined, take_exam
from labs.base.errors import SubmissionInvalid, UsageProblem
from labs.engagement.engagement import Engagement
from labs.engagement.guide import deeds
from labs.exam.run import ExamRun
from labs.exam.seeding import VARIABLE, Seeding
from labs.library.catalogue import Entry
from labs.progress.store import Store
from tests.unit.grader.laps import Lap


def test_inside_an_engagement_its_workspace_is_examined(engagement: Engagement) -> None:
    order = examined(TakeExamRequest(engagement))
    assert (order.workspace, order.runtime, order.seed, order.secret) == (engagement.workspace, "local", None, False)
    assert examined(TakeExamRequest(engagement, runtime="docker")).runtime == "docker"


def test_a_named_deployment_is_examined(entry: Entry, engagement: Engagement) -> None:
    order = examined(TakeExamRequest(engagement, use="reference", seeding=Seeding(3)))
    assert (order.use, order.workspace, order.runtime, order.seed) == ("reference", None, "auto", 3)
    named = TakeExamRequest(None, str(entry.folder), workspace=engagement.folder)
    assert examined(named).workspace == engagement.workspace, "the deployment is in the engagement's folder"


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        (TakeExamRequest(), "which engagement"),
        (TakeExamRequest(None, "promise-dates"), "which deployment"),
        (TakeExamRequest(None, "promise-dates", workspace=Path(), use="reference"), "exclude each other"),
        (TakeExamRequest(ci=True), "which engagement"),
        (TakeExamRequest(None, "promise-dates", workspace=Path(), runtime="local", ci=True), "all rights of this job"),
    ],
    ids=["nothing", "no deployment", "two deployments", "nothing in CI", "unsealed in CI"],
)
def test_what_is_not_clear_is_refused(request_: TakeExamRequest, what: str) -> None:
    with pytest.raises(UsageProblem, match=what):
        examined(request_)


def test_in_ci_the_folder_says_nothing_of_its_exam(entry: Entry, engagement: Engagement, tmp_path: Path) -> None:
    request = TakeExamRequest(None, str(entry.folder), engagement.workspace, runtime="box", ci=True)
    order = examined(request)
    assert (order.runtime, order.secret, order.workspace) == ("box", True, engagement.workspace)
    assert examined(replace(request, workspace=engagement.folder)).workspace == engagement.folder
    trusted = examined(replace(request, runtime="local", trust_submission=True))
    assert (trusted.runtime, trusted.secret) == ("local", True)
    (tmp_path / "link").symlink_to(engagement.workspace)
    with pytest.raises(SubmissionInvalid, match="symbolic link"):
        examined(replace(request, workspace=tmp_path / "link"))


def test_a_classs_seed_stays_hidden(engagement: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "long enough, surely")
    order = examined(TakeExamRequest(engagement, seeding=Seeding(learner="ada")))
    assert order.secret
    assert order.seed is not None
    assert VARIABLE not in os.environ


class Held:
    """Stands for the exam's world, which takes half a minute: what an exam leaves behind is evidence of this lap."""

    def __init__(self, evidence: Path) -> None:
        self.run = ExamRun(evidence, None)

    def __call__(self, *_: object) -> ExamRun:
        return self.run


@pytest.fixture
def passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    evidence = Lap().traffic().write(tmp_path / "evidence")
    monkeypatch.setattr("labs.exam.run.run_exam", Held(evidence))
    return evidence


def test_a_learners_own_exam_enters_progress_and_is_noted(engagement: Engagement, passed: Path) -> None:
    heard: list[ActionEvent] = []
    done = take_exam(TakeExamRequest(engagement, formats=("markdown",)), heard.append)
    assert heard == [WorldOf(engagement.entry().scenario), Judging(passed)]
    assert (done.counts, done.unkept, done.unwritten) == (True, None, None)
    assert done.milestones == ("exam-taken", "exam-passed")
    assert deeds(engagement.folder) == set(done.milestones)
    assert [(one.evidence, one.folder) for one in Store().attempts()] == [(str(passed), str(engagement.folder))]
    assert (passed / "report.json").read_text("utf-8") == done.report.dumps()
    assert (passed / "report.md").is_file()


def test_another_deployments_exam_is_nobodys_progress(engagement: Engagement, passed: Path) -> None:
    done = take_exam(TakeExamRequest(engagement, use="reference"))
    assert (done.counts, done.milestones, Store().attempts()) == (False, (), [])
    assert (passed / "report.json").is_file()
    assert deeds(engagement.folder) == set()


def test_a_verdict_is_not_lost_over_what_cannot_be_written(engagement: Engagement, passed: Path, state: Path) -> None:
    (passed / "report.json").mkdir()
    (state / "progress.sqlite").mkdir(parents=True)
    done = take_exam(TakeExamRequest(engagement))
    assert done.report.result == "passed"
    assert done.unwritten is not None
    assert "report.json cannot be written" in done.unwritten.what
    assert done.unkept is not None
    assert deeds(engagement.folder) == {"exam-taken", "exam-passed"}
