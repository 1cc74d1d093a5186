import os
from dataclasses import replace
from pathlib import Path

import pytest

from labs.actions.events import ActionEvent, Judging, WorldOf
from labs.actions.exam import TakeExamRequest, examined, take_exam, take_exams
from labs.base.errors import SubmissionInvalid, UsageProblem
from labs.engagement.engagement import Engagement
from labs.engagement.guide import deeds
from labs.exam.run import ExamRequest, ExamRun
from labs.exam.seeding import VARIABLE, Seeding, class_seed
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


class HeldAnew:
    """Stands for several exams' worlds: each leaves this lap where it is to be, and notes its seed."""

    def __init__(self, *outcomes: dict[int, str]) -> None:
        self.outcomes = list(outcomes)
        self.seeds: list[int | None] = []

    def __call__(self, order: ExamRequest, *_: object) -> ExamRun:
        assert order.out is not None
        self.seeds.append(order.seed)
        Lap(number=int(order.out.name)).traffic(self.outcomes.pop(0)).write(order.out.parent)
        return ExamRun(order.out, None)


BAD = dict.fromkeys(range(44), "error")


@pytest.mark.parametrize(("outcomes", "result"), [(({}, {}, {}), "passed"), (({}, BAD, {}), "failed")])
def test_several_exams_are_passed_when_all_are(
    engagement: Engagement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcomes: tuple[dict[int, str], ...],
    result: str,
) -> None:  # fmt: skip
    held = HeldAnew(*outcomes)
    monkeypatch.setattr("labs.exam.run.run_exam", held)
    request = TakeExamRequest(engagement, seeding=Seeding(7), out=tmp_path / "out", formats=("markdown",))
    done = take_exams(request, 3)
    assert held.seeds == [7, 8, 9]
    assert (done.report.result, done.folder) == (result, tmp_path / "out")
    assert [one.evidence.name for one in done.exams] == ["1", "2", "3"]
    assert done.report.repeated is not None
    assert done.report.repeated.results == tuple(one.report.result for one in done.exams)
    assert (tmp_path / "out" / "report.json").read_text("utf-8") == done.report.dumps()
    assert "The worst of 3 exams" in (tmp_path / "out" / "report.md").read_text("utf-8")
    assert len(Store().attempts()) == 3, "each is an exam that was taken"


def test_a_class_has_a_seed_of_its_own_for_each_of_several_exams(
    engagement: Engagement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("long enough, surely")
    held = HeldAnew({}, {})
    monkeypatch.setattr("labs.exam.run.run_exam", held)
    take_exams(TakeExamRequest(engagement, seeding=Seeding(None, secret, "ada", 1), out=tmp_path / "out"), 2)
    first = class_seed(b"long enough, surely", engagement.entry().scenario.id, "ada", 1)
    assert held.seeds[0] == first
    assert held.seeds[1] not in (None, first)
