"""An evidence folder packed into one file."""

import gzip
import io
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from scenarios.folder import UNPACKED
from simulator.evidence.listing import FOLDER

_MEMBERS = 1_000
"""Most files that are packed together."""


LEFT = "files"
"""Folder in an incident with what the customer's parts left of the day, each in a folder of its own."""


def unpack(archive: Path, folder: Path, *, left: bool = False) -> None:
    """Write the files of a packed evidence folder into `folder`, which exists; those below `files/` only with `left`.

    Evidence has no other subfolder but the examiner's, so of other names only the last part counts, and whether the one
    before it is that. Nothing is written elsewhere, also on Pythons whose `extractall` has no filter (before 3.11.4;
    Debian 12 has 3.11.2). Raises `tarfile.TarError` (of which `tarfile.ReadError` also when there is more in it than a
    lap's evidence can have), `OSError`, `EOFError`.
    """
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=_Bounded(stream), mode="r|") as packed:
            size = 0
            for count, member in enumerate(packed, start=1):
                # What is sparse can be larger than all that it is made from.
                size += member.size
                if count > _MEMBERS or size > UNPACKED:
                    raise tarfile.ReadError(f"more than {_MEMBERS:,} files, or than {UNPACKED // 2**20} MiB")
                target = _target(folder, member.name, left)
                content = packed.extractfile(member) if member.isfile() and target is not None else None
                if content is not None and target is not None:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("xb") as file:
                        shutil.copyfileobj(content, file)
    except zlib.error as error:
        raise tarfile.ReadError(str(error)) from None


def _target(folder: Path, name: str, left: bool) -> Path | None:
    """Return where a member goes; None for one that is not wanted."""
    parts = PurePosixPath(name).parts
    if len(parts) < 2 or parts[0] != LEFT:
        place = folder / FOLDER if len(parts) > 1 and parts[-2] == FOLDER else folder
        return place / PurePosixPath(name).name
    plain = all(part.isprintable() and part not in ("..", "/") for part in parts)
    return folder.joinpath(*parts) if left and plain else None


class _Bounded(io.RawIOBase):
    """A stream of unpacked data, up to `UNPACKED` bytes: a few packed kilobytes can hold terabytes."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises `tarfile.ReadError` when there are too many."""
        data = self._packed.read(min(size, UNPACKED) if size >= 0 else UNPACKED)
        self._read += len(data)
        if self._read > UNPACKED:
            raise tarfile.ReadError(f"more than {UNPACKED // 2**20} MiB")
        return data
