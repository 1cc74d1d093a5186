"""The small actions, without a world."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.verdict import Result
from labs.actions.ask import AskRequest, ask
from labs.actions.brief import BriefRequest, look_at_brief
from labs.actions.debrief import DebriefRequest, debrief
from labs.actions.demo import demo_entry
from labs.actions.find import briefing, guidance, library, resume, running
from labs.actions.incident import IncidentRequest, incident
from labs.actions.jump import JumpRequest, jump
from labs.actions.logs import LogsRequest, logs
from labs.actions.memory import reach
from labs.actions.programs import ShellRequest, brief_editor, incident_editor, shell, workspace_editor
from labs.actions.progress import attempts, export_progress, learner_record, next_command
from labs.actions.redeploy import RedeployRequest, redeploy
from labs.actions.regrade import RegradeRequest, regrade
from labs.actions.review import ExportRequest, ReviewRequest, evidence_folder, export_report, look_back
from labs.actions.status import StatusRequest, status
from labs.actions.stop import StopRequest, stop
from labs.actions.watch import WatchRequest, watch
from labs.base.errors import LabError, UsageProblem
from labs.engagement.engagement import Engagement, begin
from labs.engagement.guide import deeds
from labs.library.catalogue import Entry, find
from labs.overview.debrief import TooEarly
from labs.progress.store import Store
from labs.world.live.model import Ended
from tests.unit.grader.laps import Lap
from tests.unit.labs.progress.test_store import REPORT


def test_the_debrief_is_the_same_wherever_it_is_asked_for(entry: Entry, engagement: Engagement) -> None:
    name = str(entry.folder)
    asked = (
        DebriefRequest(name),
        DebriefRequest(folder=engagement.folder),
        DebriefRequest("little", engagement.folder),
    )
    for one in asked:
        with pytest.raises(TooEarly):
            debrief(one)
        text = debrief(replace(one, anyway=True)).text
        assert text.startswith(entry.debrief.read_text("utf-8"))
        assert ("## What you asked" in text) == (one.folder is not None), "an engagement's has what was asked"
    Store().add_attempt(replace(REPORT, scenario="little", result=Result.PASSED), Path("/exams/1"))
    assert [debrief(one).scenario for one in asked] == ["little"] * 3
    with pytest.raises(UsageProblem, match="of what"):
        debrief(DebriefRequest())


def test_the_debrief_tells_who_was_asked_and_who_was_right(engagement: Engagement) -> None:
    ask(AskRequest(engagement, "dieter", "how many sessions may we open?"))
    with engagement.changing():
        engagement.requests["lena"] = "accept"
    text = debrief(DebriefRequest(folder=engagement.folder, anyway=True)).text
    assert "1 questions, 8 minutes of the customer's time, 1 of the 16 facts" in text
    assert "| Dieter Kuhn | how many sessions may we open? | 8 | session-limit |" in text
    assert "You agreed.\n\nRefuse it: A date that nobody has looked up" in text
    assert "**Dieter Kuhn** (wrong): Sales." in text
    assert "Nobody told:\n\n- What was known of stock before the lock" in text


def test_a_brief_that_is_not_begun_has_a_template(engagement: Engagement, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="asks for no brief"):
        look_at_brief(BriefRequest(engagement))
    briefed, _ = begin(find("promise-dates"), tmp_path / "briefed")
    found = look_at_brief(BriefRequest(briefed))
    assert found.file == briefed.workspace / "brief.yaml"
    assert found.left_out is not None
    assert set(found.asked) == set(briefed.entry().scenario.brief.facts)  # type: ignore[union-attr]
    assert all(name in found.template for name in found.asked)


def test_without_a_world_it_is_said_how_to_get_one(engagement: Engagement) -> None:
    for act in (
        lambda: jump(JumpRequest(engagement, "morning")),
        lambda: redeploy(RedeployRequest(engagement)),
        lambda: shell(ShellRequest(engagement, "promise-api")),
        lambda: list(logs(LogsRequest(engagement))),
    ):
        with pytest.raises(UsageProblem, match="no world of this engagement is running") as refused:
            act()
        assert refused.value.remedy == "bring it up: fdelab start"
    assert deeds(engagement.folder) == set(), "nothing was read or saved"
    assert stop(StopRequest([engagement])).sessions == ()
    with pytest.raises(UsageProblem, match="no world '0a1b2c3d' runs"):
        stop(StopRequest(session="0a1b2c3d"))
    now = status(StatusRequest(engagement))
    assert (now.session, now.world, now.ended, now.messages) == (None, None, None, ())
    assert running() == []


async def test_the_feed_of_no_world_ends_at_once(engagement: Engagement) -> None:
    (only,) = [message async for message in watch(WatchRequest(engagement))]
    assert isinstance(only, Ended)
    assert only.wanted


def test_lines_of_the_incident(engagement: Engagement) -> None:
    with pytest.raises(UsageProblem, match="without an incident"):
        incident(IncidentRequest(engagement))
    engagement.incident.mkdir()
    rows = [{"at": 3.5, "service": "promise-api", "stream": "stderr", "line": line} for line in ("no date", "a date")]
    (engagement.incident / "logs.keeper.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert incident(IncidentRequest(engagement)) == engagement.incident
    request = LogsRequest(engagement, incident=True)
    assert [line.row for line in logs(request)] == rows
    assert [(line.at, line.text) for line in logs(replace(request, grep="^no"))] == [(3.5, "no date")]
    assert deeds(engagement.folder) == {"logs-read"}
    for wrong, what in (({"lap": 1}, "exclude"), ({"service": "x"}, "no service"), ({"grep": "("}, "no regular")):
        with pytest.raises(UsageProblem, match=what):
            logs(replace(request, **wrong))  # type: ignore[arg-type]


def test_editors_open_what_is_there(engagement: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    assert workspace_editor(engagement).folder == engagement.workspace
    assert brief_editor(engagement).argv[0] == "true"
    with pytest.raises(UsageProblem, match="without an incident"):
        incident_editor(engagement)
    engagement.incident.mkdir()
    assert incident_editor(engagement).folder == engagement.incident


def test_an_exam_is_looked_back_at_and_judged_again(tmp_path: Path) -> None:
    assert look_back(ReviewRequest()) is None
    evidence = Lap().traffic().write(tmp_path / "evidence")
    seen = look_back(ReviewRequest(evidence))
    assert seen is not None
    assert seen.report == regrade(RegradeRequest(evidence))
    assert [file.name for file in export_report(ExportRequest(seen))] == ["report.md", "report.json"]
    assert evidence_folder(evidence) == evidence
    with pytest.raises(UsageProblem, match="not there any more"):
        evidence_folder(tmp_path / "gone")
    with pytest.raises(UsageProblem, match=r"no run\.json"):
        regrade(RegradeRequest(tmp_path))


def test_progress_is_one_for_all() -> None:
    assert (attempts(), export_progress()["attempts"]) == ([], [])
    Store().add_attempt(replace(REPORT, scenario="first-day", score=100.0, result=Result.PASSED), Path("/exams/1"))
    assert [one.scenario for one in attempts()] == ["first-day"] == [one.scenario for one in learner_record().attempts]
    suggested = learner_record().suggestions[0].listed.name
    assert f"fdelab start {suggested} " in next_command()


def test_what_comes_next_is_an_extra(state: Path) -> None:
    (state / "progress.sqlite").mkdir(parents=True)
    assert next_command() == ""
    with pytest.raises(LabError):
        attempts()


def test_the_engagement_here_goes_before_the_last_one(engagement: Engagement, tmp_path: Path) -> None:
    assert resume(engagement.workspace, None) == engagement
    assert resume(tmp_path, engagement.folder) == engagement
    assert resume(tmp_path, tmp_path / "gone") is None
    assert resume(tmp_path, None) is None


def test_the_library_and_its_guide(tmp_path: Path) -> None:
    names = {one.name for one in library(lint=False)}
    assert {"first-day", demo_entry().name} <= names
    assert briefing("first-day").entry.name == "first-day"
    begun, _ = begin(find("first-day"), tmp_path / "mine")
    reach(begun.folder, "checks-seen")
    found = guidance(None, begun)
    assert found is not None
    assert "checks-seen" in found.done
    named = guidance("first-day", None)
    assert named is not None
    assert named.done == frozenset()
    newcomers = guidance(None, None)
    assert newcomers is not None
    assert newcomers.scenario == "first-day"
