"""A package that is begun from the template: what it is refused for, and what it has."""

import tomllib
from pathlib import Path

import pytest

from labs.base.errors import UsageProblem
from labs.library.plug_in import KINDS, begin_plug_in


def test_it_has_a_word_of_each_kind_and_no_mark_is_left(tmp_path: Path) -> None:
    files = begin_plug_in(tmp_path / "fdelab-cranes")
    project = tomllib.loads((tmp_path / "fdelab-cranes" / "pyproject.toml").read_text())["project"]
    assert set(project["entry-points"]) == {kind.group for kind in KINDS.values()}
    assert project["dependencies"] == ["fdelab>=0.1.0,<0.2"]
    marks = ("{package}", "{distribution}", "{points}", "{words}", "{shown}", "{versions}")
    assert not [file for file in files if any(mark in file.read_text() for mark in marks)]


def test_of_one_kind_it_has_only_that(tmp_path: Path) -> None:
    files = begin_plug_in(tmp_path / "cranes", ["measure"])
    assert {file.name for file in files} == {
        "pyproject.toml",
        "README.md",
        "test_words.py",
        "__init__.py",
        "measure.py",
    }


@pytest.mark.parametrize(
    ("name", "kinds", "said"),
    [
        ("Cranes", (), "no name of a package"),
        ("cranes_", (), "no name of a package"),
        ("grader", (), "there is a package grader already"),
        ("json", (), "there is a package json already"),
        ("cranes", ("crane",), "there is no kind 'crane'"),
        ("full", (), "not empty"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, name: str, kinds: tuple[str, ...], said: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(UsageProblem, match=said):
        begin_plug_in(tmp_path / name, kinds)
    assert not (tmp_path / name / "pyproject.toml").exists()
