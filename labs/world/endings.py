"""Why a world is not there any more, for whoever finds it gone."""

import contextlib
import json
from datetime import datetime
from typing import TYPE_CHECKING

import psutil

from labs.base.errors import CouldNotJudge
from labs.world.client import World
from simulator import room

if TYPE_CHECKING:
    from simulator.protocol.events import Event


def why(world: World) -> str | None:
    """Why a world ended that nobody here asked to end; None where nothing is known of it."""
    if not world.folder.is_dir():
        return None
    from simulator.protocol.events import Failed, Stopped

    try:
        events = world.events_from(0)[0]
    except (CouldNotJudge, OSError, ValueError):
        events = []
    failed = next((event for event in reversed(events) if isinstance(event, Failed)), None)
    if failed is not None:
        return f"it ended at {_clock(failed)}: {failed.reason}"
    last = events[-1] if events else None
    if isinstance(last, Stopped):
        return f"a signal ended it at {_clock(last)}"
    return _without_a_word(world, f", last heard of at {_clock(last)}" if last is not None else "")


def _without_a_word(world: World, heard: str) -> str:
    if room.short(world.folder):
        return f"its keeper died{heard}, and the disk with {world.folder} is full"
    with contextlib.suppress(OSError, ValueError, KeyError):
        born = float(json.loads((world.folder / "launched.json").read_bytes())["created"])
        if born < psutil.boot_time() - 1:
            return f"this machine was started anew{heard}"
    said = world.last_words()
    return f"its keeper was killed{heard}" + (f"; it said last: {said}" if said != "it said nothing" else "")


def _clock(event: "Event") -> str:
    return datetime.fromtimestamp(event.t).astimezone().strftime("%H:%M:%S")
