"""Several bad days of one scenario: which of them a learner gets, and that their brief is held against that one."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from grader.brief.check import incident as opened
from grader.brief.check import weigh
from grader.brief.lint import mismatches
from grader.brief.truth import Truth, truth
from labs.actions.brief import BriefRequest, look_at_brief
from labs.actions.exam import TakeExamRequest, examined
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.cli import main
from labs.engagement.artefacts import content, listed
from labs.engagement.brief import brief_state
from labs.engagement.engagement import Engagement, begin
from labs.exam import brief, run
from labs.exam.run import ExamRequest
from labs.library.brief_template import template
from labs.library.catalogue import Entry, find
from labs.library.new import new
from labs.verify import incident, recording
from scenarios.brief import FILE
from scenarios.brief_model import Brief
from scenarios.folder import INCIDENTS
from scenarios.incidents import deploy
from tests.unit.grader.laps import Lap
from tests.unit.labs import little
from tests.unit.labs.exam.test_brief import CLAIMS, DEPLOYMENT, SPEC, claims

SAID = "That week Jonas had a parser of his own in place; it went with the rollback."
DAYS = [{"folder": "incidents/2", "says": SAID}, {"folder": "solution", "files": ["app/main.py"]}]
DECISIONS = {"tell": {"says": "tell a date", "mends": ["no-date", "heat", "hurry"]}, "wait": {"says": "wait"}}
CAUSES = claims(no_date="cause = 'wrong'", heat="cause = 'hot'", hurry="cause = 'late'")
LOSSES: Mapping[int, Mapping[str, int]] = {
    1: {"wrong": 6, "hot": 3, "late": 2},
    2: {"hot": 5, "late": 3},
    3: {"late": 4},
}


def bad_day(folder: Path, number: int, losses: Mapping[str, int]) -> Path:
    """Pack an incident in which so many orders went wrong for each cause."""
    lap = Lap().traffic()
    for cause, count in losses.items():
        for order in range(count):
            at = 3.0 + order
            lap.add("ledger", at=at, account="wrong-promises", amount=-45, key=f"{cause}-{order}", cause=cause)
    evidence = lap.write(folder.parent / f"lap-{number}-{'-'.join(losses)}")
    run_file = evidence / "run.json"
    files = {file.name: file.stat().st_size for file in evidence.glob("*.jsonl")}
    run_file.write_text(json.dumps(json.loads(run_file.read_text()) | {"files": files}))
    incident.pack(evidence, folder / INCIDENTS[number - 1])
    return folder / INCIDENTS[number - 1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    late = SPEC["facts"]["late"] | {"window": ["day"]}  # type: ignore[index]
    of = {"where": "account = 'wrong-promises'", "window": ["day"]}
    spec = SPEC | {"claims": CAUSES | {"of": of, "decisions": DECISIONS}, "facts": {"late": late}, "incidents": DAYS}
    phases = [{"name": "warm-up", "lasts": "2s", "simulates": "8m", "graded": False},
              {"name": "day", "lasts": "10s", "simulates": "38m"}, {"name": "night", "lasts": "10s"}]  # fmt: skip
    made = little.make(tmp_path / "scenario", brief=spec, deployment=DEPLOYMENT, phases=phases)
    for solution in ("solution", "solution-alt"):
        (made / solution / FILE).unlink(missing_ok=True)
    (made / "incidents" / "2" / "app").mkdir(parents=True)
    (made / "incidents" / "2" / "app" / "parser.py").write_text("JONAS = True\n")
    for number, losses in LOSSES.items():
        bad_day(made, number, losses)
    return made


def seen(entry: Entry, number: int) -> Truth:
    assert entry.scenario.brief is not None
    with opened(entry.incident_of(number)) as evidence:
        return truth(evidence, entry.scenario, entry.scenario.brief.claims)


def problems(folder: Path) -> list[str]:
    entry = find(str(folder))
    return [one.message for one in mismatches(entry.scenario, folder)]


def rewrite(folder: Path, **brief: object) -> None:
    file = folder / "scenario.yaml"
    said = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump(said | {"brief": said["brief"] | brief}, allow_unicode=True))


def test_each_learner_is_dealt_one_and_keeps_it(entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {}
    for seed in range(6):
        monkeypatch.setattr("secrets.randbits", lambda _bits, seed=seed: seed)
        made, _ = begin(entry, tmp_path / f"learner-{seed}")
        kept[seed] = made.dealt
        rows = (made.incident / "tables" / "ledger.csv").read_text().splitlines()[1:]
        assert len(rows) == sum(LOSSES[made.dealt].values())
    assert kept == {0: 1, 1: 2, 2: 3, 3: 1, 4: 2, 5: 3}
    for number in (2, 3):  # later there are fewer
        entry.incident_of(number).unlink()
    assert {seed: Engagement.load(tmp_path / f"learner-{seed}").dealt for seed in kept} == kept
    assert {find(str(entry.folder)).deal(seed) for seed in range(6)} == {1}


def test_what_was_in_place_that_day_is_in_the_mail(entry: Entry, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    told = {}
    for seed in range(2):
        monkeypatch.setattr("secrets.randbits", lambda _bits, seed=seed: seed)
        made, _ = begin(entry, tmp_path / f"learner-{seed}")
        mail = [one.path for one in listed(made.incident) if one.kind == "mail"]
        told[seed] = [content(made.incident, path).decode() for path in mail]
    assert told[0] == []
    assert SAID in told[1][0].replace("=\n", "")
    assert "Lena Brandt" in told[1][0]


def test_the_template_names_it_and_another_one_is_told(entry: Entry, tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("secrets.randbits", lambda _bits: 1)
    made, _ = begin(entry, tmp_path / "mine")
    assert "# incident: 2 " in (made.workspace / FILE).read_text()
    assert "# incident: 2 " in look_at_brief(BriefRequest(made, None)).template
    said = [str(one) for one in brief_state(made, "incident: 3\nto: lena\n").problems]
    assert any("is about incident 3; what happened here is incident 2" in one for one in said)
    said = [str(one) for one in brief_state(made, "incident: 2\nto: lena\n").problems]
    assert not any("incident" in one for one in said)


def test_an_exam_takes_the_dealt_one_whatever_the_brief_says(entry: Entry, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("secrets.randbits", lambda _bits: 1)
    made, _ = begin(entry, tmp_path / "mine")
    assert examined(TakeExamRequest(made)).incident == 2
    assert examined(TakeExamRequest(None, str(entry.folder), made.folder)).incident == 2
    # Of a deployment alone nobody knows what its writer was dealt.
    assert examined(TakeExamRequest(None, str(entry.folder), made.workspace)).incident is None
    assert [brief.about(told) for told in (None, b"incident: 3", b"to: lena", b"[", b"incident: x")] == [1, 3, 1, 1, 1]


def test_the_incident_of_the_exam_lies_beside_its_evidence(entry: Entry, tmp_path: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    found = {}
    for case, (dealt, told) in enumerate([(2, "incident: 3"), (None, "incident: 3"), (None, "to: lena")]):
        lap = tmp_path / "world" / str(case)
        lap.mkdir(parents=True)
        (lap / "run.json").write_text('{"seed": 1}')
        run._shelve(
            lap, told.encode(), run.about(ExamRequest(entry, incident=dealt), told.encode()), tmp_path / f"{case}"
        )
        found[case] = (tmp_path / f"{case}" / INCIDENTS[0]).read_bytes()
    assert found == {case: entry.incident_of(number).read_bytes() for case, number in enumerate((2, 3, 1))}


def test_a_friends_table_does_not_fit(entry: Entry) -> None:
    assert entry.scenario.brief is not None
    earned = {}
    shares = {number: {c: s for c, s in seen(entry, number).shares.items() if s} for number in LOSSES}
    for mine in LOSSES:
        told = Brief.model_validate(
            {"claims": {cause: {"share": f"{share:.1%}"} for cause, share in shares[mine].items()}}
        )
        for theirs in LOSSES:
            with opened(entry.incident_of(theirs)) as evidence:
                judged = weigh(told, entry.scenario, evidence)
            lost = [row["points"] for row in judged.rows if row["part"] == "shares"]
            earned[mine, theirs] = lost[0] if lost else "25 of 25"
    assert {pair for pair, points in earned.items() if points == "25 of 25"} == {(1, 1), (2, 2), (3, 3)}
    assert all(points == "0 of 25" for (mine, theirs), points in earned.items() if abs(mine - theirs) == 2)


def test_a_cause_that_was_mended_that_day_only_looks_like_one(entry: Entry) -> None:
    assert {number: seen(entry, number).largest for number in LOSSES} == {1: "no-date", 2: "heat", 3: "hurry"}
    assert seen(entry, 1).decoys == CLAIMS["causes"].keys() - {"no-date", "heat", "hurry"}
    assert "no-date" in seen(entry, 2).decoys


def test_lint_asks_every_incident(folder: Path) -> None:
    assert problems(folder) == []
    bad_day(folder, 2, {"hot": 5, "nobody": 4})
    assert any(one.startswith("incident-2.tar.gz: they account for") for one in problems(folder))
    (folder / INCIDENTS[1]).write_bytes(b"no")
    assert any(one.startswith("incident-2.tar.gz: it cannot be unpacked") for one in problems(folder))


def test_lint_says_where_two_have_the_same_largest_cause(folder: Path) -> None:
    bad_day(folder, 3, {"hot": 5})
    assert problems(folder) == ["incidents 2 and 3 have the same largest cause, 'heat'"]


def test_lint_wants_what_lay_over_the_workspace(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"folder": "incidents/9"}, "incidents/9 has no such file"),
        ({"use": "shortcut:none"}, "this scenario has no deployment 'shortcut:none'"),
        ({"folder": "solution", "files": ["nothing/**"]}, "solution has no such file"),
        ({"folder": "../../etc"}, "is a folder within one of these"),
        ({"folder": "solution/../workspace"}, "is a folder within one of these"),
        ({"says": "nothing"}, "say either `folder` or `use`"),
    ]
    little.tempt(folder)
    for said, problem in cases:
        rewrite(folder, incidents=[said, DAYS[1]])
        main(["scenario", "lint", str(folder)])
        assert problem in capsys.readouterr().out
    (folder / "incidents" / "2" / "secret.txt").write_text("x")
    rewrite(folder, incidents=DAYS)
    main(["scenario", "lint", str(folder)])
    assert "secret.txt is not editable" in capsys.readouterr().out
    (folder / "incidents" / "2" / "secret.txt").unlink()
    rewrite(folder, incidents=DAYS[:1])
    main(["scenario", "lint", str(folder)])
    assert "incident-3.tar.gz is of no incident that is named here" in capsys.readouterr().out


def test_the_deployment_of_a_day_is_the_workspace_with_what_lay_over_it(entry: Entry, tmp_path: Path) -> None:
    spec, made = entry.scenario.brief, {n: deploy(entry.folder, None, 1, tmp_path / "1") for n in (1,)}
    for number in (2, 3):
        made[number] = deploy(entry.folder, spec, number, tmp_path / str(number))
    workspace = (entry.folder / "workspace" / "app" / "main.py").read_text()
    solution = (entry.folder / "solution" / "app" / "main.py").read_text()
    main_of = {number: (place / "app" / "main.py").read_text() for number, place in made.items()}
    assert main_of == {1: workspace, 2: workspace, 3: solution}
    assert [(place / "app" / "parser.py").exists() for place in made.values()] == [False, True, False]
    with pytest.raises(KeyError, match="no incident 4"):
        deploy(entry.folder, spec, 4, tmp_path / "4")


def test_what_is_missing_is_recorded_with_the_deployment_of_that_day(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exam is held elsewhere: here it leaves the evidence of a lap, and what it was asked to deploy is looked at."""
    asked: list[tuple[str | None, bool]] = []

    def held(order: ExamRequest, *_: object) -> run.ExamRun:
        there = order.workspace is not None and (order.workspace / "app" / "parser.py").is_file()
        asked.append((order.use, there))
        assert order.seed == incident.SEED
        return run.ExamRun(Lap().traffic().write(tmp_path / f"held-{len(asked)}"), None)

    monkeypatch.setattr(recording, "run_exam", held)
    for name in INCIDENTS[1:]:
        (entry.folder / name).unlink()
    assert recording.missing(entry) == [2, 3]
    written = recording.record(entry, recording.missing(entry), "local", lambda *_: None)
    assert [path.name for path in written] == list(INCIDENTS[1:])
    assert asked == [(None, True), (None, False)]
    assert recording.missing(entry) == []
    with pytest.raises(UsageProblem, match="has no incident 4"):
        recording.record(entry, [4], "local", lambda *_: None)


@pytest.mark.parametrize(
    ("lap", "said"),
    [
        ({"failed": "the field stopped answering"}, "did not finish: the field stopped answering"),
        ({"finished": False}, "did not finish: it was ended"),
        ({"deployment": {"started": False, "service": "a", "reason": "b", "last_lines": []}}, "did not start"),
    ],
)
def test_a_lap_that_was_none_is_no_incident(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lap: dict[str, object], said: str
) -> None:
    held = Lap(run=lap).traffic().write(tmp_path / "held")
    monkeypatch.setattr(recording, "run_exam", lambda *_: run.ExamRun(held, None))
    before = entry.incident_of(2).read_bytes()
    with pytest.raises(CouldNotJudge, match=said):
        recording.record(entry, [2], "local", lambda *_: None)
    assert entry.incident_of(2).read_bytes() == before


def test_a_scenario_with_one_incident_is_as_it_was(tmp_path: Path) -> None:
    made = little.make(tmp_path / "one", brief=SPEC, deployment=DEPLOYMENT)
    entry = find(str(made))
    assert {entry.deal(seed) for seed in range(5)} == {1}
    assert [entry.incident_of(number) for number in (1, 2, 3)] == [made / INCIDENTS[0]] * 3
    assert "# incident:" not in template(entry.scenario)
    assert recording.missing(entry) == [1]
    engagement, _ = begin(entry, tmp_path / "mine")
    assert json.loads((engagement.folder / ".fdelab" / "engagement.json").read_text())["dealt"] == 1


def test_a_copy_leaves_all_of_them_behind(folder: Path, tmp_path: Path) -> None:
    made = new(tmp_path / "copied", str(folder))
    assert not [name for name in INCIDENTS if (made / name).exists()]
    assert (made / "incidents" / "2" / "app" / "parser.py").is_file()
