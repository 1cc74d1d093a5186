"""`python -m simulator.box.inside`: hold the exam that comes in on stdin; events and evidence go out on stdout.

In: eight bytes that say how long a parcel is, and the parcel (`world.json`, `snapshot/`, and `scenario/site/` where the
scenario ships files for its parts). Stdin stays open: when it ends, nobody waits for this exam any more. Out: the
keeper's events, a line each, the last one `stopped`; then a parcel with the evidence. Our own words go to stderr.
"""

import asyncio
import io
import json
import os
import pwd
import signal
import sys
from pathlib import Path

from simulator.box import archive as parcel
from simulator.files import write_json
from simulator.keeper.ending import leave
from simulator.keeper.keeper import Keeper
from simulator.keeper.spec import WorldSpec
from simulator.keeper.world_files import WorldFiles
from simulator.runtime.box import BoxRuntime
from simulator.runtime.box.guests import Users

WORLD = Path("/world")
"""Everything of the world but its sockets; root's alone."""
PASSWD = Path("/run/fdelab/passwd")
"""Where the image's user database is."""
LENGTH = 8


class _Files(WorldFiles):
    """A world's files, with the events on stdout."""

    @property
    def events(self) -> Path:
        return Path("/proc/self/fd/1")


def _unpack() -> _Files:
    size = int.from_bytes(sys.stdin.buffer.read(LENGTH), "big")
    WORLD.chmod(0o700)
    parcel.unpack(io.BytesIO(sys.stdin.buffer.read(size)), WORLD)
    files = _Files(WORLD)
    spec = json.loads(files.spec.read_bytes())
    here = {"snapshot": str(WORLD / "snapshot"), "scenario_folder": str(WORLD / "scenario")}
    write_json(files.spec, spec | here, mode=0o600)
    return files


def _name_users() -> None:
    """Programs look for a line on who they run as: PostgreSQL will not start without, `getpass` fails."""
    lines = ["root:x:0:0:root:/root:/usr/sbin/nologin", "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin"]
    first, last = map(int, os.environ[Users.VARIABLE].split("-"))
    lines += [f"guest-{n}:x:{uid}:{uid}:guest:/tmp:/usr/sbin/nologin" for n, uid in enumerate(range(first, last), 1)]
    PASSWD.write_text("\n".join([*lines, ""]))
    PASSWD.chmod(0o644)
    assert pwd.getpwuid(first)


async def _hold(files: WorldFiles, spec: WorldSpec) -> None:
    keeper = Keeper(files, spec, (BoxRuntime(files.folder, alone=True), "one container, without a network"))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, keeper.stop)

    def read() -> None:
        if not os.read(0, 1):
            loop.remove_reader(0)
            keeper.stop()

    loop.add_reader(0, read)
    await keeper.run()
    loop.remove_reader(0)
    # From within, as leaving the loop would wait for every thread.
    parcel.pack(sys.stdout.buffer, {"laps": files.laps} if files.laps.is_dir() else {})
    leave(0)


def main() -> None:
    """Entry point of the process."""
    files = _unpack()
    os.chdir(WORLD)
    _name_users()
    asyncio.run(_hold(files, files.load()))


if __name__ == "__main__":
    main()
