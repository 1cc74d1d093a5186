"""Files as people save them, in the folders that somebody watches."""

from collections.abc import AsyncGenerator
from pathlib import Path

QUIET = 300
"""Milliseconds without a change after which a save counts as whole: editors write more than one file."""

LONGEST = 2000
"""Milliseconds after which it is told of all the same."""


async def saves(*folders: Path) -> AsyncGenerator[list[Path]]:
    """Yield the files of each save below these folders, for as long as somebody asks.

    What is saved between two questions is not missed. Raises `FileNotFoundError` where a folder is not there.
    """
    # Late: most commands watch nothing.
    from watchfiles import awatch

    async for changes in awatch(*folders, debounce=LONGEST, step=QUIET):
        yield sorted({Path(path) for _, path in changes})
