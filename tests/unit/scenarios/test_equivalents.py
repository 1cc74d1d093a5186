"""What an author says makes no difference has to be about what is there."""

from pathlib import Path

import pytest

from scenarios.equivalents import load
from scenarios.loader import examine
from scenarios.variants import content_hash
from tests.unit.labs import little


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return little.tempt(little.make(tmp_path / "little"))


def problems(folder: Path) -> list[str]:
    from labs.library.vocabulary import vocabulary

    found = examine(folder, vocabulary(), proof=True)[1]
    return [problem.message for problem in found if problem.path.endswith("equivalent.yaml")]


def write(folder: Path, **mark: object) -> None:
    known = {"of": "reference", "file": "app/main.py", "line": 1, "reason": "nobody reads it"}
    lines = [f"{key}: {value}" for key, value in (known | mark).items()]
    (folder / "equivalent.yaml").write_text("equivalents:\n  - " + "\n    ".join(lines) + "\n")


def test_a_mark_of_a_line_that_is_there_is_no_problem(folder: Path) -> None:
    before = content_hash(folder)
    first = (folder / "solution" / "app" / "main.py").read_text().splitlines()[0]
    write(folder, was=f"'{first}'")
    assert problems(folder) == []
    assert [mark.was for mark in load(folder)] == [first]
    assert content_hash(folder) == before, "what is said of mutants changes no exam"


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ({"was": "another line"}, "line 1 of app/main.py in reference says something else"),
        ({"was": "x", "line": 9999}, "line 9999 of app/main.py in reference says something else"),
        ({"was": "x", "file": "app/mian.py"}, "reference has no file 'app/mian.py'"),
        ({"was": "x", "of": "untouched"}, "'untouched' is not one of reference, alternative"),
        ({}, "'was' is missing"),
    ],
)
def test_a_mark_of_what_is_not_there_is_a_problem(folder: Path, mark: dict[str, object], says: str) -> None:
    write(folder, **mark)
    assert [says in message for message in problems(folder)] == [True]


def test_a_scenario_without_marks_has_none(tmp_path: Path) -> None:
    assert load(tmp_path) == []
