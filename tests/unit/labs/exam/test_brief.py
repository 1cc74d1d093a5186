import hashlib
import json
import shutil
from pathlib import Path

import pytest
import yaml

from labs.base import paths
from labs.base.errors import ExitCode
from labs.cli import main
from labs.engagement.engagement import Engagement, begin
from labs.exam import brief
from labs.exam import run as exam
from labs.exam.submission import collect
from labs.library.brief_template import template
from labs.library.catalogue import Entry, find
from labs.verify import incident
from scenarios import regular
from scenarios.brief import FILE, INCIDENT, read, text_of
from simulator.evidence.reader import Evidence
from simulator.evidence.run import EvidenceTorn
from tests.unit.grader.laps import Lap
from tests.unit.labs import little

LATE = {"asks": "How many got no date", "sql": "select count(*) from requests", "unit": "orders",
        "window": ["morning"]}  # fmt: skip
SPEC = {
    "to": "lena",
    "cause": {"is": "login-storm"},
    "evidence": {"facts_sessions": "refused"},
    "facts": {"late": LATE},
}
DEPLOYMENT = little.scenario()["deployment"] | {"editable": ["app/**", "config/*.yaml", "tests/**", "brief.yaml"]}
LIBRARY = paths.library() / little.SLUG


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = little.make(tmp_path / "scenario", brief=SPEC, deployment=DEPLOYMENT)
    shutil.copyfile(LIBRARY / INCIDENT, made / INCIDENT)
    return made


@pytest.fixture
def engagement(entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engagement:
    made, _ = begin(entry, tmp_path / "mine")
    monkeypatch.chdir(made.folder)
    return made


def test_a_workspace_begins_with_a_brief_that_is_no_change(engagement: Engagement, tmp_path: Path) -> None:
    assert text_of(engagement.workspace) is None
    written = (engagement.workspace / FILE).read_text("utf-8")
    assert "Lena Brandt, Head of Sales" in written
    assert "How many got no date" in written
    assert "orders" not in written
    assert collect(engagement.entry(), engagement.workspace, tmp_path / "taken").changed == ()


def test_the_template_is_a_brief_once_its_marks_are_gone(entry: Entry) -> None:
    lines = template(entry.scenario).splitlines()[3:]
    told, _, problems = read("\n".join(line.removeprefix("# ").removeprefix("#") for line in lines))
    assert problems == []
    assert told is not None
    assert (told.to, told.left_out, list(told.impact)) == ("lena", [], ["late"])


def test_a_scenario_without_one_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                          capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    made, _ = begin(find(str(little.make(tmp_path / "plain"))), tmp_path / "mine")
    assert not (made.workspace / FILE).exists()
    monkeypatch.chdir(made.folder)
    assert main(["brief"]) == ExitCode.USAGE
    assert "asks for no brief" in capsys.readouterr().err


def test_an_empty_one_is_shown_how_to_begin(engagement: Engagement, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief"]) == 0
    said = capsys.readouterr()
    assert said.out == template(engagement.entry().scenario)
    assert "nothing is in" in said.err
    assert main(["brief", "--check"]) == ExitCode.USAGE


BAD = """\
to: lina
cause: log-ins
evidence:
  - {table: facts_sesions, rows: {result: "x"}}
  - {table: facts_sessions, rows: {reslt: "x"}}
  - {table: facts_sessions, rows: {result: [SITZUNGSLIMIT, "x"]}}
impact: {late: {number: 3, unit: "?", window: noon}}
"""


def test_the_form_is_checked_at_its_places(engagement: Engagement, capsys: pytest.CaptureFixture[str]) -> None:
    file = engagement.workspace / FILE
    file.write_text(BAD)
    assert main(["brief", "--check"]) == ExitCode.USAGE
    out = capsys.readouterr().out
    for said in (f"{file}:1:5: unknown person 'lina'", "did you mean 'lena'?", ":4:13: there is no table",
                 "did you mean 'facts_sessions'?", ":5:36: it has no column 'reslt'", "did you mean 'result'?",
                 ":6:36: no row has result 'x'", ":7:34: unit:", "'risk' is left out", "^"):  # fmt: skip
        assert said in out
    assert "login-storm" not in out
    assert main(["brief", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["left_out"] == ["decision", "risk", "owner", "by", "note"]
    assert len(shown["problems"]) == 11
    assert main(["brief"]) == 0
    assert "11 problems of form" in capsys.readouterr().err


def test_a_broken_one_is_told_at_its_place(engagement: Engagement, capsys: pytest.CaptureFixture[str]) -> None:
    (engagement.workspace / FILE).write_text("to: lena\ncuase: log-ins\n")
    assert main(["brief"]) == 0
    assert "did you mean 'cause'?" in capsys.readouterr().out
    assert main(["brief", "--check"]) == ExitCode.USAGE


def test_an_exam_keeps_the_brief_and_its_incident(engagement: Engagement, tmp_path: Path) -> None:
    entry = engagement.entry()
    (engagement.workspace / FILE).write_text("to: lena\n")
    collect(entry, engagement.workspace, tmp_path / "taken")
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "run.json").write_text('{"seed": 1}')
    brief.keep(brief.handed_in(entry, tmp_path / "taken"), entry.incident, evidence)
    assert (evidence / FILE).read_text() == "to: lena\n"
    assert (evidence / INCIDENT).read_bytes() == entry.incident.read_bytes()
    digest = hashlib.sha256(entry.incident.read_bytes()).hexdigest()
    assert json.loads((evidence / "run.json").read_text()) == {"seed": 1, "incident": digest}


def test_an_exam_that_is_killed_leaves_no_evidence_without_its_brief(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify --resume` judges the evidence that it finds: a brief that was not put in yet would be none."""
    lap, out = tmp_path / "world" / "1", tmp_path / "shelf" / "reference"
    for folder in (lap, out.parent):
        folder.mkdir(parents=True)
    (lap / "run.json").write_text('{"seed": 1}')
    with monkeypatch.context() as killing:
        killing.setattr(regular, "read", killed)
        with pytest.raises(KeyboardInterrupt):
            exam._shelve(lap, b"to: lena", entry.incident, out)
    assert not out.exists()
    exam._shelve(lap, b"to: lena", entry.incident, out)
    assert sorted(file.name for file in out.iterdir()) == [FILE, INCIDENT, "run.json"]
    assert [folder.name for folder in out.parent.iterdir()] == ["reference"]


def test_what_is_handed_in_is_listed_with_the_evidence(entry: Entry, tmp_path: Path) -> None:
    """Another brief, put there later, is none."""
    evidence = Lap(run={"format": 2, "files": {}}).write(tmp_path / "laps")
    brief.keep(b"to: lena\n", entry.incident, evidence)
    listed = json.loads((evidence / "run.json").read_text())["files"]
    assert sorted(listed) == [FILE, INCIDENT]
    Evidence(evidence).close()
    (evidence / FILE).write_bytes(b"to: kena\n")
    with pytest.raises(EvidenceTorn, match="its digest differs"):
        Evidence(evidence)


def killed(*_: Path) -> None:
    raise KeyboardInterrupt


def test_the_incident_does_not_say_what_a_brief_is_graded_by(entry: Entry, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "run.json").write_text(json.dumps({"seed": 1, "scenario": {"id": "x", "brief": SPEC}}))
    incident.pack(evidence, tmp_path / INCIDENT)
    shutil.unpack_archive(tmp_path / INCIDENT, tmp_path / "out", filter="data")
    assert "login-storm" not in (tmp_path / "out" / "run.json").read_text()


def test_the_incident_lists_the_files_that_it_has(entry: Entry, tmp_path: Path) -> None:
    """What is withheld is not missing."""
    evidence = Lap().traffic().add("corruptions", dataset="orders").write(tmp_path / "laps")
    run = json.loads((evidence / "run.json").read_text())
    files = {file.name: file.stat().st_size for file in evidence.glob("*.jsonl")}
    (evidence / "run.json").write_text(json.dumps(run | {"files": files}))
    incident.pack(evidence, tmp_path / INCIDENT)
    shutil.unpack_archive(tmp_path / INCIDENT, tmp_path / "out", filter="data")
    with Evidence(tmp_path / "out") as found:
        assert found.ask("select count(*) from requests") == [(44,)]
        assert list(found.runs[0].files or ()) == ["requests.field.jsonl"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"facts": {"late": LATE | {"sql": 'select max("at") from faults'}}}, "has no answer"),
        ({"evidence": {"facts_sessions": "result = 'none'"}}, "no row of facts_sessions in the incident"),
    ],
)
def test_lint_asks_the_incident(folder: Path, change: dict[str, object], says: str,
                                capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    assert main(["scenario", "lint", str(little.tempt(folder))]) == 0
    capsys.readouterr()
    file = folder / "scenario.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {"brief": SPEC | change}))
    assert main(["scenario", "lint", str(folder)]) == ExitCode.USAGE
    assert says in capsys.readouterr().out
