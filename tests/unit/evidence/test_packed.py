"""Unpacking evidence: its files, and nothing anywhere else."""

import io
import tarfile
from pathlib import Path

from simulator.evidence.packed import unpack


def test_only_files_are_written_and_all_into_the_folder(tmp_path: Path) -> None:
    archive, folder = tmp_path / "packed.tar.gz", tmp_path / "deep" / "folder"
    with tarfile.open(archive, "w:gz") as packed:
        for name in ("run.json", "../outside.json", "/tmp/absolute.json"):
            member = tarfile.TarInfo(name)
            member.size = 2
            packed.addfile(member, io.BytesIO(b"{}"))
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.DIRTYPE, "below"), (tarfile.FIFOTYPE, "pipe")):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            packed.addfile(member)
    folder.mkdir(parents=True)
    unpack(archive, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["absolute.json", "outside.json", "run.json"]
    assert [path.name for path in folder.parent.iterdir()] == ["folder"]


def test_what_parts_left_comes_only_to_whoever_wants_it_and_never_elsewhere(tmp_path: Path) -> None:
    archive = tmp_path / "packed.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for name in ("run.json", "files/drop/in/a.csv", "files/../../b.csv", "files/drop/c\n.csv"):
            member = tarfile.TarInfo(name)
            member.size = 2
            packed.addfile(member, io.BytesIO(b"{}"))
    found = {}
    for left in (False, True):
        folder = tmp_path / str(left)
        folder.mkdir()
        unpack(archive, folder, left=left)
        found[left] = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    assert found == {False: ["run.json"], True: ["files/drop/in/a.csv", "run.json"]}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["False", "True", "packed.tar.gz"]
