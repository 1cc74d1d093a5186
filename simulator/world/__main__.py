"""`python -m simulator.world WORLD_DIR`: keep one world until its laps are done or somebody stops it."""

import asyncio
import os
import sys
import traceback
from pathlib import Path

from simulator.keeper.ending import leave
from simulator.keeper.world_files import WorldFiles
from simulator.runtime import orphans


async def _keep(files: WorldFiles) -> None:
    """Keep the world here, or in a box; each is imported only where it is wanted, as both take a while."""
    spec = files.load()
    if spec.runtime == "box":
        from simulator.box.keep import keep
    else:
        from simulator.keeper.keep import keep
    await keep(files, spec)


def main() -> None:
    """Keep the world in the folder that is the only argument."""
    files = WorldFiles(Path(sys.argv[1]).resolve())
    os.chdir(files.folder)
    orphans.adopt()
    asyncio.run(_to_the_end(files))


async def _to_the_end(files: WorldFiles) -> None:
    """Keep the world, and end this process: nothing of the world is left then, and a thread that hangs keeps nobody."""
    code = 0
    try:
        await _keep(files)
    except Exception:  # noqa: BLE001 - an interpreter would say no more of it
        traceback.print_exc()
        code = 1
    leave(code)


if __name__ == "__main__":
    main()
