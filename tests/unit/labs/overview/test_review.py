"""Looking back at an exam: its course, the attempt before, and evidence that is gone, torn, or of another version."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labs.base.errors import CouldNotJudge, LabError, UsageProblem
from labs.exam.judging import judge
from labs.exam.timeline import course
from labs.overview.review import Review, export, review
from labs.progress.store import Store
from tests.unit.grader.laps import AVAILABLE, Lap

SET = {
    "site": {"erp": {"part": "soap-erp"}},
    "deployment": {
        "services": {"promise-api": {"command": ["uvicorn"], "uses": ["erp"]}}, "editable": ["app/**"],
    },
    "phases": [
        {"name": "warm-up", "lasts": 2.0, "graded": False},
        {"name": "day", "lasts": 10.0, "faults": [{"link": "erp", "latency": {"from": "8s"}, "share": 0.05}]},
        {"name": "night", "lasts": 10.0, "shift": True, "set": {"erp": {"locked": True}}},
    ],
}  # fmt: skip


def lap(failed: int = 2) -> Lap:
    """Failures while it is day, one strike, one loss, one message, one restart."""
    restart = {"service": "promise-api", "at": 6.0, "code": 1, "out_of_memory": True}
    made = Lap(scenario=SET, run={"restarts": [restart]}).traffic({8 + n: "error" for n in range(failed)})
    made.add("faults", at=5.02, link="erp", kind="latency", lasted=8.0)
    made.add("ledger", at=4.5, account="missing", amount=-45.0, cause="missing", key="HW-000009")
    return made.add("messages", at=12.0, sender="lena", text="Is that you?")


@pytest.fixture
def taken(tmp_path: Path) -> list[Path]:
    """Evidence of three exams that progress knows: of this scenario, of this one again, not judged."""
    folders = []
    for number, (made, hour) in enumerate(((lap(9), 8), (lap(), 9), (Lap(run={"failed": "no room"}), 10))):
        folder = made.write(tmp_path / str(number))
        Store().add_attempt(judge(folder), folder, Path("/mine"), datetime(2026, 3, 2, hour, tzinfo=UTC))
        folders.append(folder)
    return folders


def read(evidence: Path | None) -> Review:
    found = review(evidence)
    assert found is not None
    return found


def test_the_course_of_a_lap(tmp_path: Path) -> None:
    found = course(lap().write(tmp_path))
    assert found is not None
    assert (found.width, found.ends) == (0.1, 27.0)
    assert (sum(found.due), sum(found.failed), sum(found.wrong)) == (44, 2, 0)
    assert [n * found.width for n, failed in enumerate(found.failed) if failed] == [4.0, 4.5]
    assert found.lost[45] == sum(found.lost) == -45.0
    assert found.slowest[41] is None
    assert found.slowest[50] == pytest.approx(0.1)
    latency, locked = found.held
    assert (latency.name, latency.says, latency.during) == ("erp latency", "from 8s on 5 %", ((2.0, 12.0),))
    assert latency.strikes is not None
    assert [n for n, times in enumerate(latency.strikes) if times] == [50]
    assert (locked.name, locked.says, locked.strikes) == ("erp locked", "yes", None)
    assert locked.during == ((12.0, 27.0),), "what a shift sets holds until the lap ends"
    assert [(note.at, note.glyph, note.says) for note in found.notes] == [
        (6.0, "↻", "promise-api ended by itself out of memory"),
        (12.0, "✉", "lena: Is that you?"),
    ]


def test_a_long_lap_has_no_more_stretches_than_can_be_drawn(tmp_path: Path) -> None:
    phases = [{"name": "day", "lasts": 3600.0}]
    found = course(Lap(scenario={"phases": phases}).request(0.0).request(3599.9).request(4000.0).write(tmp_path))
    assert found is not None
    assert len(found.due) <= 601
    assert (found.due[0], sum(found.due)) == (1, 3), "what is late counts as the last stretch"


def test_the_last_exam_is_looked_at_and_each_beside_the_one_before(taken: list[Path]) -> None:
    assert read(None).evidence == taken[2]
    first, second, third = (read(folder) for folder in taken)
    assert first.before is None
    assert second.before is not None
    assert second.before.attempt.evidence == str(taken[0])
    assert second.taken_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert second.folder == Path("/mine")
    old = second.before.check(AVAILABLE["id"])  # type: ignore[arg-type]
    assert old is not None
    assert (old.verdict, old.observed) == ("fail", first.report.checks[1].observed)
    assert third.before is not None
    assert third.before.attempt.evidence == str(taken[1]), "one that was not judged is nothing to compare with"


def test_without_an_exam_there_is_none(state: Path) -> None:
    assert review(None) is None
    assert not state.exists(), "looking makes nothing"


def test_evidence_that_progress_does_not_know_is_shown_alone(tmp_path: Path) -> None:
    found = read(lap().write(tmp_path))
    assert (found.before, found.taken_at, found.folder) == (None, None, None)
    assert found.course is not None


def _older(folder: Path) -> None:
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(run | {"format": 0}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (shutil.rmtree, "no run.json"),
        (lambda folder: (folder / "run.json").unlink(), "no run.json"),
        (lambda folder: (folder / "run.json").write_text('{"format": 1, "sess'), "broken"),
        (_older, "format 0; this version of fdelab reads formats 1 to 3"),
    ],
    ids=["deleted", "emptied", "torn", "older"],
)
def test_where_evidence_cannot_be_read_what_is_remembered_is_told(taken: list[Path], damage, says: str) -> None:
    known = read(taken[1])
    damage(taken[1])
    found = read(taken[1])
    assert found.trouble is not None
    assert says in found.trouble.what
    assert (found.report.score, found.report.result) == (known.report.score, known.report.result)
    assert [(c.id, c.verdict, c.observed) for c in found.report.checks] == [
        (c.id, c.verdict, c.observed) for c in known.report.checks
    ]
    assert found.course is None
    assert found.before is not None
    with pytest.raises(UsageProblem, match="no evidence"):
        export(found)


def test_a_torn_table_is_a_report_that_says_so(taken: list[Path]) -> None:
    table = taken[1] / "requests.field.jsonl"
    table.write_text("no json\n" + table.read_text())
    found = read(taken[1])
    assert str(found.report.result) == "error"
    assert "The evidence is broken" in found.report.reason
    assert found.course is None
    with pytest.raises(CouldNotJudge, match="requests"):
        course(taken[1])


def test_evidence_that_nobody_knows_and_nobody_can_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"no run\.json"):
        review(tmp_path)


def test_a_store_that_cannot_be_read_is_no_reason_not_to_show_a_report(tmp_path: Path) -> None:
    folder = lap().write(tmp_path)
    file = Store().file
    file.parent.mkdir(parents=True)
    file.write_text("no database" * 99)
    assert read(folder).report.exam
    with pytest.raises(LabError, match="progress cannot be kept"):
        review(None)


def test_an_export_lies_beside_the_evidence(taken: list[Path]) -> None:
    found = read(taken[1])
    assert [file.name for file in export(found)] == ["report.md", "report.json"]
    assert json.loads((taken[1] / "report.json").read_text()) == found.report.to_json()
    assert (taken[1] / "report.md").read_text().startswith("## ")
    (taken[1] / "report.md").unlink()
    (taken[1] / "report.md").mkdir()
    with pytest.raises(LabError, match=r"report\.md cannot be written") as refused:
        export(found)
    assert f"fdelab regrade {taken[1]} --format markdown > report.md" in str(refused.value.remedy)
