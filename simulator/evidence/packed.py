"""An evidence folder that ships as one file."""

import shutil
import tarfile
from pathlib import Path, PurePosixPath


def unpack(archive: Path, folder: Path) -> None:
    """Write the files of a packed evidence folder into `folder`, which is there.

    Evidence has no folders in it, so of each name only the last part counts and nothing lands elsewhere, also on
    Pythons whose `extractall` knows no filter (before 3.11.4; Debian 12 has 3.11.2). Raises `tarfile.TarError`,
    `OSError`, `EOFError`.
    """
    with tarfile.open(archive, "r:gz") as packed:
        for member in packed:
            content = packed.extractfile(member) if member.isfile() else None
            if content is not None:
                with (folder / PurePosixPath(member.name).name).open("wb") as file:
                    shutil.copyfileobj(content, file)
