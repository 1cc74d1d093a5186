"""The shelf of a learner, and what their attempts come to."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from grader.verdict import Result
from labs.engagement.engagement import begin
from labs.library.skills import titles
from labs.overview.items import ItemStatus, LibraryItem, library_overview
from labs.overview.record import record
from labs.progress.store import Store
from tests.unit.labs import little
from tests.unit.labs.progress.test_store import REPORT
from tests.unit.tui.fakes import attempt, entry
from tests.unit.tui.fakes import library_overview as made_up


@pytest.fixture
def library(tmp_path: Path) -> Path:
    little.make(tmp_path / "library" / "little")
    broken = little.make(tmp_path / "library" / "broken")
    (broken / "scenario.yaml").write_text("id: broken\nlevle: 3\n")
    return tmp_path / "library"


def test_the_shelf_has_every_folder_the_broken_one_with_its_problems(library: Path) -> None:
    good, bad = library_overview(library)
    assert (good.name, good.standing, good.problems) == ("little", ItemStatus.NEW, "")
    assert (bad.name, bad.standing, bad.entry) == ("broken", ItemStatus.BROKEN, None)
    assert "scenario.yaml:2:1" in bad.problems
    assert "^" in bad.problems


def test_lint_finds_what_the_shape_alone_does_not_show(library: Path) -> None:
    file = library / "little" / "scenario.yaml"
    file.write_text(file.read_text("utf-8").replace("part: soap-erp", "part: soap-erq"), "utf-8")
    assert [one.standing for one in library_overview(library)] == [ItemStatus.NEW, ItemStatus.BROKEN]
    assert (
        "soap-erq"
        in library_overview(library, lint=True)[0].problems + library_overview(library, lint=True)[1].problems
    )


def test_standing_follows_the_folder_and_the_exams(library: Path, tmp_path: Path) -> None:
    store = Store()
    found = library_overview(library)[0].entry
    assert found is not None
    engagement, _ = begin(found, tmp_path / "mine")
    store.opened(engagement.folder, "little")
    assert library_overview(library)[0].standing is ItemStatus.ENGAGED
    store.add_attempt(replace(REPORT, score=40.0), Path("/exams/1"))
    store.add_attempt(replace(REPORT, score=91.0, result=Result.PASSED), Path("/exams/2"))
    store.add_attempt(replace(REPORT, score=60.0), Path("/exams/3"))
    listed = library_overview(library)[0]
    assert (listed.standing, listed.best.score, listed.attempts, listed.folder) == (
        ItemStatus.PASSED, 91.0, 3, engagement.folder,
    )  # fmt: skip
    shutil.rmtree(engagement.folder)
    assert library_overview(library)[0].folder is None


def test_the_matrix_has_the_curriculums_six_skills_and_what_else_is_asked_for() -> None:
    odd = LibraryItem("odd", entry("odd", "Odd", "K", 3, 10, skills={"resilience": 1}), ItemStatus.NEW)
    made = record([*made_up(), odd], [])
    assert len(titles()) == 6
    assert list(made.matrix)[:6] == list(titles())
    assert "resilience" in made.matrix
    debugging = made.matrix["production-debugging"]
    assert (debugging[0].passed, debugging[0].best) == (1, 100.0)
    assert (debugging[1].passed, debugging[1].best) == (0, 48.5)
    assert 4 not in debugging
    assert (made.passed, made.there) == (1, 5)


def test_what_was_begun_comes_first_then_the_next_level_then_what_is_new() -> None:
    known = LibraryItem("first-day", entry("first-day", "First day", "K", 0, 10, skills={"production-debugging": 1}),
                   ItemStatus.PASSED, attempt("first-day", 90.0))  # fmt: skip
    same = LibraryItem("again", entry("again", "Again", "K", 1, 10, skills={"production-debugging": 3}), ItemStatus.NEW)
    fresh = LibraryItem("fresh", entry("fresh", "Fresh", "K", 1, 10, skills={"data-pipelines": 1}), ItemStatus.NEW)
    far = LibraryItem("far", entry("far", "Far", "K", 4, 10, skills={"adaptability": 3}), ItemStatus.NEW)
    begun = LibraryItem("begun", entry("begun", "Begun", "K", 3, 10), ItemStatus.ENGAGED, attempt("begun", 12.0))
    suggested = record([known, same, fresh, far, begun], []).suggestions
    assert [one.listed.name for one in suggested] == ["begun", "fresh", "again"]
    assert [one.why for one in suggested] == [
        "you have begun it; best so far 12 of 100, pass mark 85",
        "level 1; new to you: Data pipelines",
        "level 1, for skills that you have",
    ]
    assert record([known], []).suggestions == ()
