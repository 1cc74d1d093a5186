import contextlib
import os
import shutil
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labs.base.errors import SubmissionInvalid
from labs.exam import submission
from labs.exam.submission import collect
from labs.library.catalogue import Entry
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
    assert collected.left_out == ("sitecustomize.py",)
    assert collected.remarks == (
        "README.md is not editable: the original is used",
        "sitecustomize.py is not editable: it is left out",
    )


def test_what_is_not_editable_is_named(entry: Entry, learner: Path, target: Path) -> None:
    files = ("lib.py", "data/deep/a.csv", "config/extra.toml", "docs/notes.md", ".github/ci.yml", ".venv/x", "a\x1b[2J")
    for name in files:
        (learner / name).parent.mkdir(parents=True, exist_ok=True)
        (learner / name).write_text("x")
    (learner / "link").symlink_to("/")
    os.mkfifo(learner / "pipe")
    collected = collect(entry, learner, target)
    assert collected.ignored == ()
    odd = "a\N{REPLACEMENT CHARACTER}[2J"
    assert collected.left_out == (odd, "config/extra.toml", "data", "docs/notes.md", "lib.py", "link", "pipe")
    assert not any((target / name).exists() for name in files)


def test_a_few_that_are_not_editable_stand_for_many(entry: Entry, learner: Path, target: Path) -> None:
    for number in range(submission.MAX_REMARKS + 3):
        (learner / f"{number:02}.csv").touch()
    *_, last, more = collect(entry, learner, target).remarks
    assert (last, more) == ("19.csv is not editable: it is left out", "and 3 more are not editable")


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


def test_a_workspace_that_is_a_link_is_refused(entry: Entry, learner: Path, target: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(learner)
    with pytest.raises(SubmissionInvalid, match="link is a symbolic link"):
        collect(entry, tmp_path / "link", target)


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
    for learner, reason in ((tmp_path / "none", "no folder"), (tmp_path / "empty", "is empty")):
        with pytest.raises(SubmissionInvalid, match=reason):
            collect(entry, learner, target)


def test_a_name_that_could_steer_a_terminal_is_refused(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / "\x1b[2J.py").touch()
    with pytest.raises(SubmissionInvalid, match="printable"):
        collect(entry, learner, target)


@pytest.mark.parametrize("made", [["x\n::error::hello", "a/deep" + "/d" * 30], ["\x1b[2J"]])
def test_a_folders_name_that_could_command_is_refused_before_it_is_told(
    entry: Entry, learner: Path, target: Path, made: list[str]
) -> None:
    for name in made:
        (learner / "app" / name).mkdir(parents=True)
    for repository in ("HEAD", "objects", "refs"):
        (learner / "app" / made[0] / repository).mkdir()
    with pytest.raises(SubmissionInvalid, match="no printable file name") as refused:
        collect(entry, learner, target)
    assert str(refused.value).isprintable()


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


def _hard_link(app: Path) -> None:
    os.link(app / "main.py", app / "again.py")


def _socket(app: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        before = Path.cwd()
        os.chdir(app)  # a socket's path has little room
        try:
            listening.bind("s")
        finally:
            os.chdir(before)


def _deep(app: Path) -> None:
    (app / "/".join(["deep"] * 40)).mkdir(parents=True)


def _history(app: Path) -> None:
    for name in ("objects", "refs"):
        (app / "innocent" / name).mkdir(parents=True)
    (app / "innocent" / "HEAD").write_text("ref: refs/heads/main")


def _twins(app: Path) -> None:
    (app / "Main.py").touch()


def _twin_folders(app: Path) -> None:
    (app / "ERP").mkdir()
    (app / "ERP" / "other.py").touch()


def _accents(app: Path) -> None:
    (app / "b\u00e4r.py").touch()
    (app / "ba\u0308r.py").touch()


@pytest.mark.parametrize(
    ("plant", "reason"),
    [
        (_hard_link, "is a hard link"),
        (_socket, "no regular file"),
        (_deep, "more than 24 deep"),
        (_history, "app/innocent is a git repository under another name"),
        (_twins, "are one name on other machines"),
        (_twin_folders, "app/ERP and app/erp are one name|app/erp and app/ERP are one name"),
        (_accents, "are one name on other machines"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    entry: Entry, learner: Path, target: Path, plant: Callable[[Path], None], reason: str
) -> None:
    plant(learner / "app")
    with pytest.raises(SubmissionInvalid, match=reason):
        collect(entry, learner, target)


def test_a_folder_in_place_of_a_file_that_is_not_editable_is_ignored(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "README.md").unlink()
    (learner / "README.md").mkdir()
    assert collect(entry, learner, target).ignored == ("README.md",)
    assert (target / "README.md").is_file()


def test_an_archive_is_not_unpacked(entry: Entry, tmp_path: Path, target: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(b"PK")
    with pytest.raises(SubmissionInvalid, match="archives are not unpacked"):
        collect(entry, tmp_path / "bomb.zip", target)


def test_a_learners_own_history_is_no_part_of_the_submission(entry: Entry, learner: Path, target: Path) -> None:
    (learner / "app" / ".git" / "objects").mkdir(parents=True)
    (learner / "app" / ".git" / "HEAD").touch()
    assert collect(entry, learner, target).changed == ()
    assert not list(target.rglob(".git"))


NAME = st.sampled_from(
    ["app", "config", "main.py", "erp", "README.md", "a", "A", "..x", "x.pyc", ".git", "\x1b[2J", "-rf"]
)
PLACE = st.lists(NAME, min_size=1, max_size=4).map("/".join)
TREE = st.dictionaries(PLACE, st.sampled_from(["file", "folder", "symlink", "fifo", "link"]), max_size=12)


def _grow(root: Path, tree: dict[str, str], outside: Path) -> None:
    for place, kind in tree.items():
        path = root / place
        if any(parent.is_symlink() for parent in path.parents):
            continue
        with contextlib.suppress(FileExistsError, NotADirectoryError):
            path.parent.mkdir(parents=True, exist_ok=True)
            match kind:
                case "file":
                    path.write_text(place) if not path.is_dir() else None
                case "folder":
                    path.mkdir()
                case "symlink":
                    path.symlink_to(outside)
                case "fifo":
                    os.mkfifo(path)
                case "link":
                    os.link(outside / "secret", path)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREE)
def test_whatever_a_folder_holds_only_its_editable_files_are_taken(entry: Entry, tree: dict[str, str]) -> None:
    with TemporaryDirectory() as name:
        place = Path(name).resolve()
        outside = place / "outside"
        outside.mkdir()
        (outside / "secret").write_text("secret")
        _grow(place / "learner", tree, outside)
        (place / "learner").mkdir(exist_ok=True)
        entry.materialise("untouched", place / "own")
        with contextlib.suppress(SubmissionInvalid):
            collected = collect(entry, place / "learner", place / "target")
            editable = entry.scenario.deployment.editable
            for path in (path for path in (place / "target").rglob("*") if not path.is_dir()):
                relative = path.relative_to(place / "target").as_posix()
                source = "learner" if matches(relative, editable) else "own"
                assert stat.S_ISREG(path.lstat().st_mode)
                assert path.read_bytes() == (place / source / relative).read_bytes() != b"secret"
                assert (relative in collected.taken) == (source == "learner")
        assert [path.name for path in outside.iterdir()] == ["secret"]
        assert (outside / "secret").read_text() == "secret"
