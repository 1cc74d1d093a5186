"""What a process printed last is delivered, also where we stand still while it lies in the pipe."""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from simulator.plan import Plan, Process
from simulator.runtime import local
from simulator.runtime.local import LocalRuntime

CHUNKS = 4
CODE = f"import sys; sys.stdout.write({CHUNKS * local._CHUNK // 2} * '.\\n' + 'the last words')"
SESSION = f"words{os.getpid():x}"


class Slow(LocalRuntime):
    """Takes its time between two chunks, as the box does; in less than what last words may take in all."""

    def _rest(self, _name: str, _size: int) -> float:
        return local._LAST_WORDS / (2 * CHUNKS)


async def test_a_standstill_loses_no_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    process = Process("api", "deployment", "workbench", (sys.executable, "-c", CODE))
    runtime = Slow(tmp_path)
    await runtime.open(Plan(SESSION, (process,)), lambda _service, _stream, line: told.append(line), lambda _text: None)
    wait, stood = asyncio.wait, asyncio.Event()

    async def stand_still(*args: Any, **more: Any) -> Any:
        if not stood.is_set():
            stood.set()
            asyncio.get_running_loop().call_soon(time.sleep, 2 * local._LAST_WORDS)
        return await wait(*args, **more)

    monkeypatch.setattr(asyncio, "wait", stand_still)
    try:
        await runtime.start(process)
        async with asyncio.timeout(30):
            while await runtime.exited("api") is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        await runtime.close()
    assert stood.is_set()
    assert told[-1] == "the last words"
