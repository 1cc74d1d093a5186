import os
import shutil
import stat
from pathlib import Path

import pytest

from labs import submission
from labs.catalogue import Entry
from labs.errors import SubmissionInvalid
from labs.submission import collect
from scenarios.globs import matches


@pytest.fixture
def learner(entry: Entry, tmp_path: Path) -> Path:
    entry.materialise("untouched", tmp_path / "learner")
    return tmp_path / "learner"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "world" / "deployed" / "1"


@pytest.mark.parametrize(
    ("path", "globs", "expected"),
    [
        ("app/main.py", ["app/**"], True),
        ("app/erp/soap.py", ["app/**"], True),
        ("app", ["app/**"], False),
        ("application/main.py", ["app/**"], False),
        ("config/a.yaml", ["config/*.yaml"], True),
        ("config/deep/a.yaml", ["config/*.yaml"], False),
        ("config/a.yml", ["config/*.yaml"], False),
        ("brief.yaml", ["brief.yaml"], True),
        ("a/b/c.py", ["a/**/c.py"], True),
        ("a/c.py", ["a/**/c.py"], True),
        ("a/x.py", ["a/?.py"], True),
        ("a/xy.py", ["a/?.py"], False),
        ("a+b/x", ["a+b/*"], True),
        ("aab/x", ["a+b/*"], False),
    ],
)
def test_globs(path: str, globs: list[str], expected: bool) -> None:
    assert matches(path, globs) is expected


def test_an_unchanged_workspace_is_the_scenarios_own(entry: Entry, learner: Path, target: Path) -> None:
    collected = collect(entry, learner, target)
    assert collected.changed == ()
    assert collected.ignored == ()
    assert "app/main.py" in collected.taken
    assert (target / "README.md").read_bytes() == (learner / "README.md").read_bytes()


def test_only_editable_files_are_taken(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / "main.py").write_text("mine")
    (learner / "app" / "new" / "part.py").parent.mkdir()
    (learner / "app" / "new" / "part.py").write_text("new")
    (learner / "README.md").write_text("not mine to change")
    (learner / "sitecustomize.py").write_text("sneaky")
    collected = collect(entry, learner, target)
    assert (target / "app" / "main.py").read_text() == "mine"
    assert (target / "app" / "new" / "part.py").read_text() == "new"
    assert (target / "README.md").read_bytes() == (entry.folder / "workspace" / "README.md").read_bytes()
    assert not (target / "sitecustomize.py").exists()
    assert collected.changed == ("app/main.py", "app/new/part.py")
    assert collected.ignored == ("README.md",)


def test_a_file_that_the_learner_deleted_is_gone(entry: Entry, learner: Path, target: Path) -> None:
    shutil.rmtree(learner / "app" / "erp")
    collected = collect(entry, learner, target)
    assert not (target / "app" / "erp").exists()
    assert "app/erp/soap.py" in collected.changed


@pytest.mark.parametrize("place", ["app/link.py", "app/folder", "app"])
def test_links_are_refused(entry: Entry, learner: Path, target: Path, tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.py").write_text("secret")
    if place == "app":
        shutil.rmtree(learner / "app")
    to = elsewhere / "secret.py" if place.endswith(".py") else elsewhere
    (learner / place).symlink_to(to)
    with pytest.raises(SubmissionInvalid, match=f"{place} is a symbolic link"):
        collect(entry, learner, target)


def test_links_that_nobody_takes_do_no_harm(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "data").symlink_to("/")
    (learner / "app" / ".venv" / "bin").mkdir(parents=True)
    (learner / "app" / ".venv" / "bin" / "python").symlink_to("/usr/bin/python3")
    assert collect(entry, learner, target).changed == ()


def test_a_pipe_is_refused(entry: Entry, learner: Path, target: Path) -> None:
    os.mkfifo(learner / "app" / "pipe")
    with pytest.raises(SubmissionInvalid, match="no regular file"):
        collect(entry, learner, target)


def test_a_pipe_in_place_of_a_file_that_is_not_editable_is_not_opened(
    entry: Entry, learner: Path, target: Path
) -> None:
    (learner / "README.md").unlink()
    os.mkfifo(learner / "README.md")
    assert collect(entry, learner, target).ignored == ("README.md",)


def test_a_submission_that_is_too_large_is_refused(entry: Entry, learner: Path, target: Path) -> None:
    with (learner / "app" / "model.bin").open("wb") as file:
        file.truncate(submission.MAX_BYTES + 1)
    with pytest.raises(SubmissionInvalid, match="larger than 20 MB"):
        collect(entry, learner, target)


def test_a_submission_of_too_many_files_is_refused(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / "many").mkdir()
    for number in range(submission.MAX_FILES + 1):
        (learner / "app" / "many" / str(number)).touch()
    with pytest.raises(SubmissionInvalid, match="more than 2,000 files"):
        collect(entry, learner, target)


def test_a_folder_that_is_no_workspace_at_all_is_refused(entry: Entry, tmp_path: Path, target: Path) -> None:
    (tmp_path / "empty").mkdir()
    for learner, reason in ((tmp_path / "none", "no folder"), (tmp_path / "empty", "none of the files")):
        with pytest.raises(SubmissionInvalid, match=reason):
            collect(entry, learner, target)


def test_a_name_that_could_steer_a_terminal_is_refused(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / "\x1b[2J.py").touch()
    with pytest.raises(SubmissionInvalid, match="printable"):
        collect(entry, learner, target)


def test_what_tools_leave_is_not_taken(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / "__pycache__").mkdir()
    (learner / "app" / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"old")
    (learner / "app" / "stray.pyc").write_bytes(b"old")
    assert collect(entry, learner, target).changed == ()
    assert not list(target.rglob("*.pyc"))


def test_every_process_may_read_it_whatever_the_umask(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / "main.py").chmod(0o600)
    before = os.umask(0o077)
    try:
        collect(entry, learner, target)
    finally:
        os.umask(before)
    assert stat.S_IMODE((target / "app").stat().st_mode) == 0o755
    assert stat.S_IMODE((target / "app" / "main.py").stat().st_mode) == 0o644


def test_a_file_where_a_folder_stood_takes_its_place(entry: Entry, learner: Path, target: Path) -> None:
    shutil.rmtree(learner / "app" / "erp")
    (learner / "app" / "erp").write_text("a file now")
    collect(entry, learner, target)
    assert (target / "app" / "erp").read_text() == "a file now"


def test_no_refusal_repeats_a_name_that_could_steer_a_terminal(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / "\x1b[2J.py").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionInvalid, match="printable") as refused:
        collect(entry, learner, target)
    assert str(refused.value).isprintable()
