"""Evidence of every format that there ever was is read, and gives the report that it always gave."""

import json
import os
from pathlib import Path

import pytest

from grader.grade import grade
from simulator.evidence.errors import EvidenceMissing
from simulator.evidence.formats import FORMAT
from simulator.evidence.packed import unpack
from simulator.evidence.reader import open_evidence
from simulator.evidence.upgrade import customers_side, in_two

GOLDEN = Path(__file__).parents[2] / "golden" / "evidence"
KEPT = sorted(GOLDEN.glob("format-*/*.tar.gz"))


def test_there_is_evidence_of_each_past_format() -> None:
    assert {file.parent.name for file in KEPT} >= {f"format-{number}" for number in range(1, FORMAT)}


@pytest.mark.parametrize("archive", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_old_evidence_grades_to_the_same_report_for_ever(archive: Path, tmp_path: Path) -> None:
    unpack(archive, tmp_path)
    wrote = json.loads((tmp_path / "run.json").read_text())["format"]
    assert f"format-{wrote}" == archive.parent.name
    found = json.loads(grade(tmp_path).dumps())
    golden = archive.with_name(archive.name.replace(".tar.gz", ".json"))
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    assert found == json.loads(golden.read_text())


@pytest.mark.parametrize("archive", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_was_written_anew_in_two_sides_grades_to_the_same_report(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    unpack(archive, tmp_path / "old")
    in_two(tmp_path / "old", tmp_path / "new")
    assert json.loads((tmp_path / "new" / "run.json").read_text())["format"] == FORMAT
    assert grade(tmp_path / "new").dumps() == grade(tmp_path / "old").dumps()


@pytest.mark.parametrize("archive", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_old_evidence_shows_the_customer_what_new_evidence_does(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    unpack(archive, tmp_path / "old")
    customers_side(tmp_path / "old", tmp_path / "new")
    with open_evidence(tmp_path / "old") as old, open_evidence(tmp_path / "new") as new:
        assert set(old.tables) <= set(new.tables), "what is written anew has the tables of today, too"
        for name in old.tables:
            assert old.ask(f'select * from "{name}"') == new.ask(f'select * from "{name}"'), name
    with pytest.raises(EvidenceMissing, match="customer's side alone"):
        grade(tmp_path / "new")
