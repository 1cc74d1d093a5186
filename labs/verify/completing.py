"""`python -m labs.verify.completing ARCHIVE…`: put what parts left into incidents packed without, or make it anew."""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from labs.verify import incident
from labs.verify.left import left
from simulator.evidence.packed import unpack
from simulator.evidence.run import Run


def complete(archive: Path) -> int:
    """Pack an incident anew with the files that its parts left; return how many those are."""
    with tempfile.TemporaryDirectory(prefix="fdelab-") as scratch:
        folder = Path(scratch)
        unpack(archive, folder)
        site = archive.parent / "site"
        files = left(Run.read(folder), incident.SEED, site if site.is_dir() else None)
        if files:
            incident.write(archive, {**_members(folder), **files})
    return len(files)


def _members(folder: Path) -> Mapping[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def main() -> None:
    """Complete the archives that are named."""
    for name in sys.argv[1:]:
        sys.stdout.write(json.dumps({name: complete(Path(name))}) + "\n")


if __name__ == "__main__":
    main()
