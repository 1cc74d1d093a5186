import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.brief.check import incident as opened
from labs.base import paths
from labs.base.errors import ExitCode
from labs.cli import main
from labs.engagement.engagement import Engagement, begin
from labs.exam import brief
from labs.exam import run as exam
from labs.exam.submission import collect
from labs.library.brief_template import shuffled, template
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
DECOYS = ("short-waits", "old-machine", "line-cut", "full-moon", "holidays", "heat", "hurry")
SPEC = {
    "to": "lena",
    "claims": {
        "of": {"where": "account = 'wrong-promises'", "window": ["morning"]},
        "keys": {"requests": "key", "calls": "key"},
        "causes": {"no-date": {"says": "nobody was told a date", "rows": "cause = 'wrong'"},
                   **{name: {"says": f"it was the {name}"} for name in DECOYS}},
        "decisions": {"tell": {"says": "tell a date", "mends": ["no-date"]}, "wait": {"says": "wait for better days"}},
    },
    "facts": {"late": LATE},
}  # fmt: skip
CLAIMS: dict[str, Any] = SPEC["claims"]  # type: ignore[assignment]
DEPLOYMENT = little.scenario()["deployment"] | {"editable": ["app/**", "config/*.yaml", "tests/**", "brief.yaml"]}
LIBRARY = paths.library() / little.SLUG


def claims(**rows: str) -> dict[str, Any]:
    """The same claims with these rows for these causes."""
    named = {name.replace("_", "-"): sql for name, sql in rows.items()}
    causes = {
        name: cause | ({"rows": named[name]} if name in named else {}) for name, cause in CLAIMS["causes"].items()
    }
    return CLAIMS | {"causes": causes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = little.make(tmp_path / "scenario", brief=SPEC, deployment=DEPLOYMENT)
    shutil.copyfile(LIBRARY / INCIDENT, made / INCIDENT)
    for solution in ("solution", "solution-alt"):  # theirs are about other causes
        (made / solution / FILE).unlink(missing_ok=True)
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
    assert "it was the heat" in written
    assert "unit: orders" not in written
    assert collect(engagement.entry(), engagement.workspace, tmp_path / "taken").changed == ()


def test_a_submission_with_another_learners_template_is_no_change(entry: Entry, engagement: Engagement,
                                                                  tmp_path: Path) -> None:  # fmt: skip
    (engagement.workspace / FILE).write_text(template(entry.scenario, engagement.seed + 1))
    assert collect(entry, engagement.workspace, tmp_path / "taken").changed == ()
    (engagement.workspace / FILE).write_text("to: lena\n")
    assert collect(entry, engagement.workspace, tmp_path / "more").changed == (FILE,)


def test_each_learner_gets_the_causes_in_another_order(entry: Entry) -> None:
    orders = {tuple(shuffled(CLAIMS["causes"], dealt)) for dealt in range(20)}
    assert len(orders) > 15
    assert {order[0] for order in orders} > {"no-date"}
    told = [template(entry.scenario, dealt) for dealt in range(2)]
    assert told[0] != told[1] != template(entry.scenario, 0)
    assert sorted(told[0].splitlines()) == sorted(told[1].splitlines())


def test_the_template_is_a_brief_once_its_marks_are_gone(entry: Entry) -> None:
    """Nothing in it is wrong but what only the learner can fill in, and its day is after the incident."""
    lines = template(entry.scenario).partition("\n\n")[2].splitlines()
    told, _, problems = read("\n".join(line.removeprefix("# ").removeprefix("#") for line in lines))
    assert problems == []
    assert told is not None
    assert (told.to, told.left_out, list(told.impact)) == ("lena", [], ["late"])
    assert told.claims.keys() == CLAIMS["causes"].keys()
    assert told.ask is not None
    assert told.ask.by is not None
    with opened(entry.incident) as evidence:
        assert told.ask.by > max(span.sim_begins for span in evidence.runs[0].spans).date()


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
    assert said.out == template(engagement.entry().scenario, engagement.seed)
    assert "nothing is in" in said.err
    assert main(["brief", "--check"]) == ExitCode.USAGE


BAD = """\
to: lina
claims:
  no-date:
    share: 100 %
    evidence:
      - {table: request, rows: {status: "x"}}
      - {table: requests, rows: {statsu: "x"}}
      - {table: requests, rows: {status: ["503", "x"]}}
      - {table: facts_sessions, rows: {result: "*"}}
impact: {late: {number: 3, unit: "?"}}
"""


def test_the_form_is_checked_at_its_places(engagement: Engagement, capsys: pytest.CaptureFixture[str]) -> None:
    file = engagement.workspace / FILE
    file.write_text(BAD)
    assert main(["brief", "--check"]) == ExitCode.USAGE
    out = capsys.readouterr().out
    for said in (f"{file}:1:5: unknown person 'lina'", "did you mean 'lena'?", ":6:17: there is no table",
                 "did you mean 'requests'?", ":7:34: it has no column 'statsu'", "did you mean 'status'?",
                 ":8:34: no row has status 'x'", ":9:17: its rows do not say what they are about",
                 ":10:34: unit:", "'risk' is left out", "^"):  # fmt: skip
        assert said in out, said
    assert "it was the heat" not in out
    assert main(["brief", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["left_out"] == ["decisions", "ask", "risk", "owner", "note"]
    assert len(shown["problems"]) == 11
    assert main(["brief"]) == 0
    assert "11 problems of form" in capsys.readouterr().err


GOOD = """\
to: lena
claims:
  no-date:
    share: 90 %
    evidence: [{table: requests, rows: {phase: morning}}, {table: requests, rows: {status: "503"}}]
  heat: {share: 10 %}
decisions: [tell]
note: "{cause:no-date|Nobody got a date}, and {cause:heat}."
"""


def test_it_shows_what_the_evidence_selects_and_how_the_note_reads(
    engagement: Engagement, capsys: pytest.CaptureFixture[str]
) -> None:
    (engagement.workspace / FILE).write_text(GOOD)
    assert main(["brief", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown["claims"]) == shuffled(CLAIMS["causes"], engagement.seed)
    found = shown["claims"]["no-date"]["selected"]
    # Of the orders of the morning, 58 got a wrong date; each cost 45 euros, and nothing else is the loss here.
    assert (found["keys"], found["amount"], found["share"]) == (58, 58 * 45, 1.0)
    assert found["rows"] > 201
    assert shown["claims"]["heat"] == {"says": "it was the heat", "share": 0.1, "selected": None}
    assert shown["decisions"]["tell"] == {"says": "tell a date", "chosen": True}
    assert shown["note"] == {"text": "Nobody got a date, and it was the heat.", "words": 9}
    assert main(["brief"]) == 0
    out = capsys.readouterr().out
    for said in (
        "100 % of it",
        "90 %",
        "no evidence",
        "Nobody got a date, and it was the heat.",
        "9 of at most 150 words",
    ):
        assert said in out, said


def test_a_broken_one_is_told_at_its_place(engagement: Engagement, capsys: pytest.CaptureFixture[str]) -> None:
    (engagement.workspace / FILE).write_text("to: lena\nclams: {}\n")
    assert main(["brief"]) == 0
    assert "did you mean 'claims'?" in capsys.readouterr().out
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
    assert "it was the heat" not in (tmp_path / "out" / "run.json").read_text()


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
        ({"claims": CLAIMS | {"of": {"window": ["morning"]}}}, "they account for 3"),
        ({"claims": claims(no_date="true", heat="cause = 'wrong'")}, "are due to more than one cause"),
        ({"claims": claims(no_date="cause = 'wrong'", heat="cause = 'x'")}, "no row of the loss in the incident"),
        ({"claims": CLAIMS | {"of": {"where": "false", "window": ["morning"]}}}, "nothing was lost in the incident"),
        (
            {
                "claims": claims(
                    **{
                        name.replace("-", "_"): f"cause = 'wrong' and hash(key) % 8 = {number}"
                        for number, name in enumerate(CLAIMS["causes"])
                    }
                )
            },
            "equal shares for all of them earn",
        ),
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


def test_lint_holds_the_solutions_briefs_against_the_incident(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "solution" / FILE).write_text("to: lena\ndecisions: [tell]\n")
    assert main(["scenario", "lint", str(little.tempt(folder))]) == ExitCode.USAGE
    assert "solution/brief.yaml does not pass: 10 of 100 points" in capsys.readouterr().out
