"""Looks at scenario folders as commands do, each in a process of its own: `python -m … FOLDER...`.

Says for each, as a line of JSON, what was said of it and how many CPU seconds that took. It dies of a signal when it
takes `LIMIT`, and of memory when it takes `MEMORY`.
"""

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

LIMIT, WALL, MEMORY = 30, 300, 3 * 2**30


def main(folders: list[str]) -> None:
    """Look at them all."""
    from labs.library.vocabulary import vocabulary

    vocabulary()
    for folder in folders:
        print(json.dumps({"folder": folder, **_apart(folder)}), flush=True)


def _apart(folder: str) -> dict[str, object]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(WALL)
        with os.fdopen(write, "w", encoding="utf-8") as out:
            out.write("\n---\n".join(_tried(look, folder) for look in (_show, _start, _list)))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as told:
        said = told.read()
    _, status, used = os.wait4(child, 0)
    return {"said": said, "code": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime}


def _tried(look: Callable[[str], str], folder: str) -> str:
    from labs.base.errors import LabError

    try:
        return look(folder)
    except LabError as error:
        return f"{error.what}\n{error.remedy}"
    except BaseException:  # noqa: BLE001  # whatever it is, it is what was found
        return f"CRASH {traceback.format_exc()}"


def _show(folder: str) -> str:
    """What `scenario show`, `brief` and `debrief` find."""
    from labs.library.catalogue import find

    entry = find(folder)
    return f"{entry.scenario.title}, {entry.uses()}, {entry.calibration() is None}, {entry.hash}"


def _start(folder: str) -> str:
    """What `scenario lint`, `start` and `exam` find."""
    from labs.engagement.engagement import begin
    from labs.library.catalogue import find

    engagement, _ = begin(find(folder, lint=True), Path(f"{folder}.engagement"))
    return f"started in {engagement.folder}"


def _list(folder: str) -> str:
    """What `list` and the app's catalogue find, with the folder in a library."""
    from labs.overview.items import library_overview

    library = Path(f"{folder}.library")
    library.mkdir()
    Path(folder).rename(library / "listed")
    return "\n".join(f"{one.standing} {one.problems}" for one in library_overview(library, lint=False))


if __name__ == "__main__":
    main(sys.argv[1:])
