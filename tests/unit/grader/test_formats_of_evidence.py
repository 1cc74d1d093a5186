"""Evidence of every format that there ever was is read, and gives the report that it always gave."""

import json
import os
from pathlib import Path

import pytest

from grader.grade import grade
from simulator.evidence.formats import FORMAT
from simulator.evidence.packed import unpack

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
