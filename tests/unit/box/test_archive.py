import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.box import archive as parcel
from simulator.box.archive import InvalidArchive


def sent(folder: Path, files: dict[str, bytes] | None = None) -> io.BytesIO:
    stream = io.BytesIO()
    parcel.pack(stream, {"snapshot": folder}, files)
    stream.seek(0)
    return stream


def test_files_arrive_with_their_bytes_and_modes(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "app").mkdir(parents=True)
    (source / "app/run.sh").write_bytes(b"#!/bin/sh\n")
    (source / "app/run.sh").chmod(0o755)
    (source / "data.bin").write_bytes(os.urandom(3_000_000))
    parcel.unpack(sent(source, {"world.json": b"{}"}), tmp_path / "target")
    assert (tmp_path / "target/snapshot/data.bin").read_bytes() == (source / "data.bin").read_bytes()
    assert (tmp_path / "target/snapshot/app/run.sh").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "target/world.json").stat().st_mode & 0o077 == 0


def test_links_stay_behind(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "passwd").symlink_to("/etc/passwd")
    parcel.unpack(sent(source), tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("name", ["../escape", "/escape", "a/../../escape"])
def test_what_would_leave_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w|") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    stream.seek(0)
    with pytest.raises(InvalidArchive, match="escape"):
        parcel.unpack(stream, tmp_path / "target")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_only_files_are_taken(kind: bytes, tmp_path: Path) -> None:
    stream = io.BytesIO()
    entry = tarfile.TarInfo("thing")
    entry.type, entry.linkname = kind, "/etc/passwd"
    with tarfile.open(fileobj=stream, mode="w|") as tar:
        tar.addfile(entry)
    stream.seek(0)
    with pytest.raises(InvalidArchive, match="thing"):
        parcel.unpack(stream, tmp_path / "target")


@given(end=st.integers(0, 512 + 2000))
def test_one_that_was_cut_short_is_told(tmp_path_factory: pytest.TempPathFactory, end: int) -> None:
    folder = tmp_path_factory.mktemp("parcel")
    (folder / "source").mkdir()
    (folder / "source/a").write_bytes(b"x" * 2000)
    whole = sent(folder / "source").getvalue()
    with pytest.raises(InvalidArchive):
        parcel.unpack(io.BytesIO(whole[:end]), folder / "target")
