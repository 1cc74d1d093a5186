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


def unpack(archive: Path, folder: Path) -> None:
    """Write the files of a packed evidence folder into `folder`, which exists.

    Evidence has no subfolder but the examiner's, so only the last part of each name counts, and whether the one before
    it is that. Nothing is written elsewhere, also on Pythons whose `extractall` has no filter (before 3.11.4; Debian 12
    has 3.11.2). Raises `tarfile.TarError` (of which `tarfile.ReadError` also when there is more in it than a lap's
    evidence can have), `OSError`, `EOFError`.
    """
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=_Bounded(stream), mode="r|") as packed:
            size = 0
            for count, member in enumerate(packed, start=1):
                # What is sparse can be larger than all that it is made from.
                size += member.size
                if count > _MEMBERS or size > UNPACKED:
                    raise tarfile.ReadError(f"more than {_MEMBERS:,} files, or than {UNPACKED // 2**20} MiB")
                content = packed.extractfile(member) if member.isfile() else None
                if content is not None:
                    name = PurePosixPath(member.name)
                    place = folder / FOLDER if name.parent.name == FOLDER else folder
                    place.mkdir(exist_ok=True)
                    with (place / name.name).open("xb") as file:
                        shutil.copyfileobj(content, file)
    except zlib.error as error:
        raise tarfile.ReadError(str(error)) from None


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
