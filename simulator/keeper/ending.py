"""Ending, whatever hangs: what does not end in time is left, told of in the keeper's log, and holds nobody up."""

import asyncio
import faulthandler
import os
import sys
from collections.abc import Awaitable
from typing import NoReturn


async def within(seconds: float, what: str, deed: Awaitable[object]) -> str | None:
    """Do something that has to end; None once it has, else a sentence on what did not, and where everybody stood."""
    try:
        async with asyncio.timeout(seconds) as limit:
            await deed
    except TimeoutError:
        if not limit.expired():  # it raised one of its own
            raise
        said = f"{what} did not end within {seconds:g} s"
        stood(said)
        return said
    return None


def stood(why: str) -> None:
    """Write where every task and every thread stands to stderr."""
    sys.stderr.write(f"{why}; this is where everybody stood:\n")
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
    sys.stderr.flush()
    try:
        faulthandler.dump_traceback(sys.stderr, all_threads=True)
    except (OSError, ValueError):  # stderr is no file, as in tests
        return


def leave(code: int) -> NoReturn:
    """End this process now. An interpreter waits for its threads, and one of them may wait for ever."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
