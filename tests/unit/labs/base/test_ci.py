"""In CI a submission is a stranger's: what runs it, and which folder is taken."""

from pathlib import Path
from typing import NoReturn

import pytest

from labs import machine
from labs.base import ci
from labs.base.errors import CouldNotJudge, ExitCode, UsageProblem
from labs.cli import main
from labs.exam.run import ExamRequest
from simulator.runtime import Availability

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, False),
        ({"CI": "true"}, True),
        ({"CI": "1"}, True),
        ({"CI": "woodpecker"}, True),
        ({"CI": "False"}, False),
        ({"CI": ""}, False),
        ({"JENKINS_URL": "https://jenkins.example/"}, True),
        ({"TF_BUILD": "True"}, True),
        ({"CI": "", "TF_BUILD": "True"}, True),
        ({"CI": "false", "JENKINS_URL": "https://jenkins.example/"}, False),
    ],
)
def test_ci_is_known_by_what_it_sets(said: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert ci.in_ci() is expected


@pytest.fixture
def in_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> list[ExamRequest]:
    """What exams would be held of; none is."""
    orders: list[ExamRequest] = []

    def sit(order: ExamRequest, *_: object) -> NoReturn:
        orders.append(order)
        raise CouldNotJudge("not held")

    monkeypatch.setattr("labs.exam.run.run_exam", sit)
    return orders


@pytest.fixture
def learner(folder: Path, tmp_path: Path) -> Path:
    """An engagement's folder, as a learner may have pushed all of it."""
    assert main(["start", str(folder), str(tmp_path / "mine"), "--files-only"]) == 0
    return tmp_path / "mine"


def test_a_runtime_that_holds_strangers_is_taken_at_its_word() -> None:
    assert machine.for_strangers("docker") == "docker"
    assert machine.for_strangers("box") == "box"
    with pytest.raises(UsageProblem, match="all rights of this job"):
        machine.for_strangers("local")


def test_auto_is_settled_before_the_exam_so_that_an_engine_lost_since_does_not_make_it_local(
    folder: Path, learner: Path, in_ci: None, ordered: list[ExamRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "availability", lambda: Availability(usable=True))
    argv = ["exam", str(folder), "--workspace", str(learner / "workspace")]
    main(argv)
    main([*argv, "--trust-submission"])
    assert [order.runtime for order in ordered] == ["docker", "auto"]


def test_an_engine_that_ought_to_be_there_is_no_mistake_of_the_submission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(CouldNotJudge, match="no Docker engine answers"):
        machine.for_strangers("auto")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(UsageProblem, match="all rights of this job"):
        machine.for_strangers("auto")


def test_a_scenario_without_a_name_is_none(in_ci: None, capsys: Captured) -> None:
    assert main(["exam", "", "--workspace", "."]) == ExitCode.USAGE
    assert "in CI name it" in capsys.readouterr().err


def test_what_a_submission_says_of_itself_leads_nowhere_in_ci(
    folder: Path,
    learner: Path,
    in_ci: None,
    ordered: list[ExamRequest],
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (learner / ".fdelab" / "engagement.json").write_text("forged")
    monkeypatch.chdir(learner)
    argv = ["exam", str(folder), "--runtime", "docker"]
    main([*argv, "--workspace", "workspace"])
    main([*argv, "--workspace", "."])
    assert [order.workspace for order in ordered] == [learner / "workspace", learner]
    assert main(argv) == ExitCode.USAGE
    assert "which deployment?" in capsys.readouterr().err


def test_no_link_on_the_way_to_a_workspace_is_followed_in_ci(
    folder: Path, learner: Path, in_ci: None, tmp_path: Path, ordered: list[ExamRequest], capsys: Captured
) -> None:
    (tmp_path / "week1").symlink_to(learner)
    argv = ["exam", str(folder), "--runtime", "docker", "--workspace"]
    assert main([*argv, "week1/workspace"]) == ExitCode.USAGE
    assert "a symbolic link leads from week1/workspace to another folder" in capsys.readouterr().err
    assert ordered == []
    main([*argv, "week1/../mine/workspace"])
    assert [order.workspace for order in ordered] == [learner / "workspace"]
