"""What is read, matched and computed of a stranger's words ends soon, whatever they are."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from scenarios import regular
from scenarios.folder import UNPACKED
from scenarios.globs import matches
from scenarios.plain import inert
from simulator.dirt.expression import Expression
from simulator.evidence.packed import unpack


def test_a_glob_of_many_stars_is_matched_at_once() -> None:
    name = "a" * 250
    assert not matches(name, ["*a" * 60 + "*b"])
    assert matches(name, ["*a" * 60 + "*"])


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("*.py", ["a.py", ".py", "a.py.py"], ["a.pyc", "b/a.py"]),
        ("a*b*c", ["abc", "axbxc", "abbcc", "abcbc"], ["ab", "acb", "abcx"]),
        ("a?*b", ["axb", "axxb"], ["ab"]),
        ("*ab*ab", ["abab", "ababab", "xabyab"], ["ab", "aab"]),
        ("**/t*t.py", ["tt.py", "a/b/tet.py"], ["a/t.py"]),
    ],
)
def test_stars_mean_what_they_meant(glob: str, yes: list[str], no: list[str]) -> None:
    assert [name for name in yes if not matches(name, [glob])] == []
    assert [name for name in no if matches(name, [glob])] == []


def test_text_of_empty_lines_is_made_inert_at_once() -> None:
    assert inert("\n" * 200_000 + "::x") == "\n" * 200_000 + ": :x"


@pytest.mark.parametrize("text", ["(" * 400 + "1" + ")" * 400, "-" * 900 + "1", "x + " * 400 + "x"])
def test_an_expression_is_short_and_flat(text: str) -> None:
    with pytest.raises(ValueError, match=r"nested|characters|no expression"):
        Expression(text)


def test_a_file_is_read_where_it_is_one_and_small(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"12345")
    link.symlink_to(file)
    assert (regular.read(file, 5), regular.head(file, 2)) == (b"12345", b"12")
    for place, most, said in (
        (file, 4, "is larger than 4 bytes"),
        (link, 9, "symbolic link"),
        (tmp_path, 9, "regular"),
    ):
        with pytest.raises(regular.NotRegular, match=said):
            regular.read(place, most)
    with pytest.raises(FileNotFoundError):
        regular.read(tmp_path / "none", 9)


def _packed(folder: Path, members: list[tarfile.TarInfo], data: bytes = b"") -> Path:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as made:
        for member in members:
            made.addfile(member, io.BytesIO(data) if data else None)
    archive = folder / "a.tar.gz"
    archive.write_bytes(gzip.compress(raw.getvalue(), 1))
    return archive


def _member(name: str, size: int = 0) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.size = size
    return found


def test_an_archive_of_too_many_files_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(tarfile.ReadError, match="more than 1,000 files"):
        unpack(_packed(tmp_path, [_member(f"{n}.jsonl") for n in range(1_001)]), tmp_path)


def test_an_archive_of_too_many_bytes_is_not_unpacked(tmp_path: Path) -> None:
    """A header alone that claims more than may be."""
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(gzip.compress(_member("a.jsonl", UNPACKED + 1).tobuf() + bytes(1024)))
    with pytest.raises(tarfile.ReadError, match="more than"):
        unpack(archive, tmp_path / "nowhere")


def test_an_archive_lands_on_nothing_that_is_there(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.write_text("kept")
    (tmp_path / "a.jsonl").symlink_to(ours)
    with pytest.raises(FileExistsError):
        unpack(_packed(tmp_path, [_member("a.jsonl", 3)], b"new"), tmp_path)
    assert ours.read_text() == "kept"
