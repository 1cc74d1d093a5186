"""Keeping a world in a box: in a container of an engine, else right here, where here is such a container."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from simulator.keeper.events import EventLog
from simulator.keeper.keeper import OURS, Keeper
from simulator.keeper.spec import WorldSpec
from simulator.keeper.world_files import WorldFiles
from simulator.protocol.events import Failed, Progress, Stopped
from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.box import BoxRuntime, seals
from simulator.runtime.docker.engine import Engine


async def keep(files: WorldFiles, spec: WorldSpec) -> None:
    """Keep the world until its lap is done or a signal ends it; what happens is in its events, the last `stopped`.

    What went wrong, such as `RuntimeUnavailable`, is told there too, and not raised.
    """
    try:
        if spec.laps is None:
            raise RuntimeUnavailable("a box is for exams: it takes no redeploy and answers no questions")
        engine, reason = await asyncio.to_thread(usable_engine)
        if engine is None and (obstacle := seals.obstacle()):
            raise RuntimeUnavailable(f"{reason}, and {obstacle}")
    except RuntimeUnavailable as error:
        log = EventLog(files.events)
        log.emit(Failed(reason=str(error), unavailable=True))
        log.emit(Stopped())
        return
    if engine is None:
        seed = {str(spec.seed), f"--seed={spec.seed}"}
        runtime = BoxRuntime(files.folder, (Path(spec.scenario_folder),), seed)
        keeper = Keeper(files, spec, (runtime, f"right here, because {reason}"))
        _on_signals(keeper.stop)
        await keeper.run()
    else:
        await _in_a_container(files, spec, engine)


def usable_engine() -> tuple[Engine | None, str]:
    """Return an engine that can make boxes, or None and why. Blocks for a few seconds at most."""
    from simulator.runtime import usable_engine

    try:
        return usable_engine(thorough=True), ""
    except RuntimeUnavailable as error:
        return None, str(error)


async def _in_a_container(files: WorldFiles, spec: WorldSpec, engine: Engine) -> None:
    from simulator.box.host import BoxHost

    events = EventLog(files.events)
    events.emit(Progress(text=f"runtime box: a container of engine {engine.info.get('ServerVersion')}"))
    outside = BoxHost(files, spec, engine, events)
    _on_signals(outside.stop)
    try:
        await outside.run()
    except RuntimeUnavailable as error:
        events.emit(Failed(reason=str(error), unavailable=True))
    except OURS as error:
        if not outside.stopping:
            events.emit(Failed(reason=str(error)))
    finally:
        with suppress(OSError):
            engine.close()
        events.emit(Stopped())


def _on_signals(stop: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
