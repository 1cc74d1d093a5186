"""Folders as one stream of bytes (tar): what goes into a box, and the evidence that comes out."""

import io
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO


class InvalidArchive(Exception):
    """A parcel that holds something else than files in folders, or is cut short."""


def pack(stream: IO[bytes], folders: dict[str, Path], files: dict[str, bytes] | None = None) -> None:
    """Write all regular files of `folders`, each folder under a name, and other `files` by name."""
    with tarfile.open(fileobj=stream, mode="w|") as tar:
        for name, data in (files or {}).items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o600
            tar.addfile(entry, io.BytesIO(data))
        for name, folder in folders.items():
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    tar.add(path, f"{name}/{path.relative_to(folder).as_posix()}", recursive=False, filter=_plain)


def unpack(stream: IO[bytes], target: Path) -> None:
    """Read a parcel to its end, into folder `target`. Raises `InvalidArchive`, and `OSError` where there is no room."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                name = PurePosixPath(entry.name)
                data = tar.extractfile(entry) if entry.isreg() else None
                if data is None or name.is_absolute() or ".." in name.parts:
                    raise InvalidArchive(f"{entry.name!r} is no file that belongs there")
                _place(target / name, data, entry.mode)
    except (tarfile.TarError, EOFError) as error:
        raise InvalidArchive(f"it is broken: {error}") from error


def _place(path: Path, data: IO[bytes], mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        while chunk := data.read(1 << 20):
            file.write(chunk)
    path.chmod(mode & 0o755)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Whose it is does not matter where it goes."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry
