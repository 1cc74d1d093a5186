"""Which editor opens a workspace, and with what."""

from pathlib import Path

import pytest

from labs.base.editor import editing
from labs.base.errors import UsageProblem

EDITABLE = ["shop.py", "app/**", "tests/**"]


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for name in ("README.md", "shop.py", "app/deep/b.py", "app/a.py", "tests/test_shop.py"):
        file = tmp_path / "workspace" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path / "workspace"


FILES = ["shop.py", "app/a.py", "app/deep/b.py"]


def program(folder: Path, name: str) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


def test_ones_own_editor_comes_first(bin_: Path, workspace: Path) -> None:
    for name in ("nano", "code", "micro"):
        program(bin_, name)
    assert editing(workspace, EDITABLE, {"EDITOR": "micro"}) == (["micro", *FILES], "")
    both = {"EDITOR": "micro", "VISUAL": "code --wait"}
    assert editing(workspace, EDITABLE, both) == (["code", "--wait", "."], ""), "to which a folder is a project"


def test_without_one_the_plainest_that_is_there_gets_the_files(bin_: Path, workspace: Path) -> None:
    program(bin_, "vi")
    argv, hello = editing(workspace, EDITABLE, {})
    assert argv[-4:] == ["vi", *FILES]
    assert ":wq" in hello, "vi is no place to be without knowing the way out"
    program(bin_, "nano")
    assert editing(workspace, EDITABLE, {"EDITOR": ""}) == (["nano", *FILES], "")


def test_where_there_is_none_the_files_are_shown_and_that_is_said(bin_: Path, workspace: Path) -> None:
    program(bin_, "less")
    argv, hello = editing(workspace, EDITABLE, {})
    assert argv == ["less", *FILES]
    assert "No editor" in hello
    assert str(workspace) in hello


def test_where_there_is_nothing_at_all_it_is_said_what_to_do(bin_: Path, workspace: Path) -> None:
    with pytest.raises(UsageProblem, match="no editor") as caught:
        editing(workspace, EDITABLE, {})
    assert str(workspace) in str(caught.value.remedy)


def test_an_editor_that_is_not_there_is_named(bin_: Path, workspace: Path) -> None:
    with pytest.raises(UsageProblem, match="'emcas'") as caught:
        editing(workspace, EDITABLE, {"VISUAL": "emcas -nw"})
    assert "VISUAL" in str(caught.value.remedy)
