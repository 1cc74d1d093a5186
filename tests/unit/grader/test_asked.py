"""What was asked of the customer's people, as a report tells it."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.asked import FILE, MOST, asked
from grader.grade import grade
from grader.reports.formats import FORMATS
from tests.unit.grader.examples import ASKED
from tests.unit.grader.laps import Lap


def beside(folder: Path, record: Any) -> Path:
    evidence = Lap().traffic().write(folder)
    (evidence / FILE).write_bytes(record if isinstance(record, bytes) else json.dumps(record).encode())
    return evidence


def test_the_report_says_what_was_asked(tmp_path: Path) -> None:
    report = grade(beside(tmp_path, ASKED))
    assert json.loads(report.dumps())["asked"] == ASKED
    for kind in ("text", "markdown"):
        said = " ".join(FORMATS[kind].render(report).replace("\\", "").split())
        told = "2 questions, 12 minutes of the customer's time, 1 of the 9 facts that could be asked for"
        for words in (told, "Dieter Kuhn", "how many sessions may we open?", "session-limit", "(vague)",
                      "Lena Brandt asked something of you: you refused."):  # fmt: skip
            assert words in said, (kind, words)


def test_no_grade_depends_on_it(tmp_path: Path) -> None:
    told = grade(beside(tmp_path / "told", ASKED))
    untold = grade(Lap().traffic().write(tmp_path / "untold"))
    assert untold.asked is None
    assert (told.result, told.score, told.checks) == (untold.result, untold.score, untold.checks)


@pytest.mark.parametrize(
    "record",
    [b"", b"[", b"[]", b"\xff", b"[" * 100_000, b" " * (MOST + 1), {"minutes": 1}, ASKED | {"questions": [1]},
     ASKED | {"minutes": "many"}, ASKED | {"requests": {"Lena": ["refuse"]}}],
    ids=lambda record: str(record)[:20],
)  # fmt: skip
def test_a_broken_record_is_none(tmp_path: Path, record: Any) -> None:
    evidence = beside(tmp_path, record)
    assert asked(evidence) is None
    assert grade(evidence).score is not None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    evidence = beside(tmp_path, ASKED)
    (evidence / FILE).rename(tmp_path / "elsewhere.json")
    (evidence / FILE).symlink_to(tmp_path / "elsewhere.json")
    assert asked(evidence) is None


def test_what_was_written_is_cleaned(tmp_path: Path) -> None:
    question = ASKED["questions"][0] | {"question": "\x1b[2Jhow many?", "name": "Dieter\r\n::error::"}
    found = asked(beside(tmp_path, ASKED | {"questions": [question]}))
    assert found is not None
    assert "\x1b" not in found.questions[0].question
    assert "\n" not in found.questions[0].name
