"""The app as a browser has it: `python -m labs.tui.web.app`, one process a tab.

Whoever has the page has the app, so nothing there may hand over a shell, an editor, or any other program: `OFF` is set
before the app begins, and `labs.tui.console.outside.visit`, by which every program goes, heeds it.
"""

import os
import sys
import threading
import time

from labs.tui.console.outside import OFF

WATCH = 1.0
"""Seconds between two looks whether the server is still there."""


def _leave_with(server: int) -> None:
    """End when the server is gone, however it went: nobody could see this app any more."""
    while os.getppid() == server:
        time.sleep(WATCH)
    os._exit(0)


def main() -> int:
    """Run the app; it speaks with the server by stdin and stdout."""
    os.environ[OFF] = "1"
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    from labs.tui.app import play

    try:
        play()
    except Exception as error:  # noqa: BLE001 - a traceback belongs into a file, not on a classroom's screen
        from labs.base.crash import keep

        print(f"fdelab failed: {type(error).__name__}; see {keep(error)}", file=sys.stderr)  # noqa: T201
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
