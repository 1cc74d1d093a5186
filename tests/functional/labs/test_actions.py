"""Actions on a real world: brought up, let go of, joined, cancelled; and the same answers from commands and app."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.reports.formats import FORMATS
from labs.actions.check import CheckRequest, check
from labs.actions.events import ActionEvent, FolderReady, WorldEvent, WorldJoined, WorldOf
from labs.actions.jump import JumpRequest, jump
from labs.actions.logs import LogsRequest, logs
from labs.actions.redeploy import RedeployRequest, redeploy
from labs.actions.start import StartRequest, WorldState, start
from labs.actions.status import StatusRequest, status
from labs.actions.stop import StopRequest, stop
from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted, UsageProblem
from labs.engagement.engagement import Engagement
from labs.engagement.guide import deeds
from labs.progress.store import Store
from labs.tui.console.local_desk import EngagementDesk
from labs.tui.local_backend import LocalBackend
from labs.world.client import living
from simulator.protocol.control import Holder
from simulator.protocol.events import Event, Waiting
from tests.functional.labs.conftest import Run
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-actions")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario that is over in seconds, and judged on however busy a machine."""
    return little.endure(little.make(tmp_path_factory.mktemp("scenarios") / "little", **little.short()))


@pytest.fixture
def mine(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[Path]:
    """Where the engagement goes; its world is ended here, before `run` looks: only this process can collect it."""
    monkeypatch.setenv("FDELAB_STATE", str(state))
    yield tmp_path / "mine"
    with contextlib.suppress(UsageProblem):
        stop(StopRequest([Engagement.load(tmp_path / "mine")]))


@pytest.fixture
def request_(folder: Path, mine: Path) -> StartRequest:
    return StartRequest(str(folder), mine, "local")


def at(kind: str, then: Callable[[], None]) -> Callable[[ActionEvent], None]:
    """What does something at the first event of a kind."""
    return lambda told: then() if isinstance(told, WorldEvent) and told.event.kind == kind else None


def test_a_cancelled_start_leaves_nothing_but_the_folder(request_: StartRequest, mine: Path) -> None:
    token = CancelToken()
    with pytest.raises(Interrupted):
        start(request_, at("starting", token.cancel), token)
    assert living() == []
    engagement = Engagement.load(mine)
    assert engagement.world() is None
    assert engagement.workspace.is_dir()
    assert Store().engagements()[0].folder == mine


def test_a_start_that_is_let_go_of_comes_up_and_can_be_joined(request_: StartRequest, mine: Path) -> None:
    token = CancelToken()
    with pytest.raises(Interrupted):
        start(request_, at("starting", token.let_go), token)
    assert Engagement.load(mine).world() is not None
    heard: list[ActionEvent] = []
    joined = start(request_, heard.append)
    assert (joined.new, joined.world) == (False, WorldState.UP)
    assert [type(told) for told in heard[:3]] == [FolderReady, WorldOf, WorldJoined]
    events = [told.event for told in heard if isinstance(told, WorldEvent)]
    assert events[-1].kind == "lap-started"
    waited = [event.names for event in events if isinstance(event, Waiting)]
    assert waited, "each time that something became ready, it says what is still waited for"
    assert waited[-1] == ()
    assert len(living()) == 1
    heard.clear()
    again = start(request_, heard.append)
    assert again.world is WorldState.RAN
    assert heard[-1] == WorldJoined(up=True), "what is long past is not told again"


def test_a_world_comes_up_with_a_deployment_that_does_not(request_: StartRequest, mine: Path) -> None:
    start(StartRequest(request_.scenario, mine, "local", files_only=True))
    main = mine / "workspace" / "app" / "main.py"
    whole = main.read_text("utf-8")
    main.write_text("import nothing_of_that_name\n", "utf-8")
    broken = start(request_)
    assert broken.world is WorldState.BROKEN
    assert "nothing_of_that_name" in "\n".join(broken.last_lines)
    main.write_text(f"{whole}\n# mended\n", "utf-8")
    done = redeploy(RedeployRequest(broken.engagement))
    assert done.ready
    assert done.collected.changed == ("app/main.py",)
    assert done.milestones == ("file-saved",)
    assert "file-saved" in deeds(mine)
    now = status(StatusRequest(Engagement.load(mine)))
    assert now.world is not None
    assert now.session == Engagement.load(mine).session
    assert next(logs(LogsRequest(Engagement.load(mine), follow=True))).service == "promise-api"
    assert "logs-read" in deeds(mine)
    jump(JumpRequest(Engagement.load(mine), "morning"))
    with pytest.raises(UsageProblem, match="no phase 'mornin'"):
        jump(JumpRequest(Engagement.load(mine), "mornin"))
    session = now.session
    assert stop(StopRequest([Engagement.load(mine)])).sessions == (session,)
    assert stop(StopRequest([Engagement.load(mine)])).sessions == ()
    with pytest.raises(UsageProblem, match="no world of this engagement is running"):
        check(CheckRequest(Engagement.load(mine)))


def test_commands_and_app_give_the_same_answers(request_: StartRequest, mine: Path, run: Run) -> None:
    start(StartRequest(request_.scenario, mine, "local", files_only=True))
    desk = LocalBackend().desk(Engagement.load(mine))
    assert isinstance(desk, EngagementDesk)
    for name in ("serves", "dates-hold"):
        given = json.loads(run("hint", name, "--json", cwd=mine).stdout)
        assert given == {"check": name, "hint": desk.hint(name).text}
    for name in ("loss-avoided", "dates-hld"):
        refused = run("hint", name, cwd=mine)
        with pytest.raises(UsageProblem) as why:
            desk.hint(name)
        assert refused.returncode == 2
        assert (why.value.what in refused.stderr, str(why.value.remedy) in refused.stderr) == (True, True)
    assert desk.hint("serves").new is False, "the command has taken it"
    assert sorted(hint["check"] for hint in Store().export()["hints"]) == ["dates-hold", "serves"], "each counts once"
    first, said = (json.loads(run("ask", "dieter", "how many sessions?", "--json", cwd=mine).stdout) for _ in "12")
    reply = desk.ask("dieter", "how many sessions?")
    known = vars(reply) | {"answered": reply.answered}
    assert said == json.loads(json.dumps(known, default=lambda kind: kind.value))
    assert (first["reveals"], first["says"] in reply.says) == (reply.reveals, True), "it is said again, for nothing"
    assert Engagement.load(mine).revealed == [reply.reveals]


def test_commands_and_app_judge_the_same(request_: StartRequest, mine: Path, run: Run) -> None:
    started = start(request_)
    desk = LocalBackend().desk(started.engagement)
    world = started.engagement.live()
    assert any(event.kind == "lap-finished" for event in _until(world.events(), "lap-finished"))
    world.pause(Holder(pid=os.getpid(), created=_born(), token="test"))
    told = run("check", "--json", cwd=mine)
    assert told.stdout == FORMATS["json"].render(desk.check().report)
    failing = [one["id"] for one in json.loads(told.stdout)["checks"] if one["verdict"] == "fail"]
    assert failing, "the deployment as it is handed over has something to mend"
    assert deeds(mine) == {"checks-seen"}, "the command showed what fails; the app has asked, and shown nothing"


def _until(events: Iterator[Event], kind: str) -> list[Event]:
    found = []
    for event in events:
        found.append(event)
        if event.kind == kind:
            break
    return found


def _born() -> float:
    import psutil

    return psutil.Process().create_time()


def test_an_exam_of_the_app_is_that_of_the_command(folder: Path, mine: Path, run: Run) -> None:
    """Both enter progress, note what was done, and write the report beside the evidence."""
    start(StartRequest(str(folder), mine, "local", files_only=True))
    assert run("exam", cwd=mine).returncode in (0, 1)
    heard: list[ActionEvent] = []
    done = LocalBackend().desk(Engagement.load(mine)).exam(heard.append, CancelToken())
    taken = Store().attempts()
    assert [one.folder for one in taken] == [str(mine)] * 2
    assert str(done.evidence) in {one.evidence for one in taken}
    assert all((Path(one.evidence) / "report.json").is_file() for one in taken)
    assert "exam-taken" in deeds(mine)
    assert done.milestones[0] == "exam-taken"
    assert (done.unkept, done.unwritten) == (None, None)
    assert {"lap-started", "lap-finished"} <= {told.event.kind for told in heard if isinstance(told, WorldEvent)}


def test_a_cancelled_exam_leaves_nothing(folder: Path, mine: Path, state: Path) -> None:
    start(StartRequest(str(folder), mine, "local", files_only=True))
    token = CancelToken()
    with pytest.raises(Interrupted):
        LocalBackend().desk(Engagement.load(mine)).exam(at("lap-started", token.cancel), token)
    assert living() == []
    assert Store().attempts() == []
    assert not list(state.glob("exams/*/run.json"))
