"""How long parts take until a client could connect: each in a process of its own, and all of them in one."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from tests.conftest import Figure

PARTS: dict[str, dict[str, Any]] = {
    "event-store": {"streams": {"predictions": {}}},
    "llm": {"rules": [{"name": "any", "says": "Yes."}]},
    "model-registry": {"models": {"eta": {"versions": [{"metrics": {"mae": 4.06}}]}}},
    "rest-api": {"resources": {"customers": {"records": [{"id": n} for n in range(1000)]}}},
    "soap-erp": {},
}
ROUNDS = 5
BUDGET = 0.6


def _free(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]


def start(folder: Path, parts: Mapping[str, dict[str, Any]]) -> float:
    """Seconds from starting a site process with these parts until it says that they are ready."""
    control, *ports = _free(len(parts) + 1)
    hosted = [
        {"name": kind, "part": kind, "params": params, "listen": {"host": "127.0.0.1", "port": port}}
        for (kind, params), port in zip(parts.items(), ports, strict=True)
    ]
    config = {"name": "site", "parts": hosted, "control": {"host": "127.0.0.1", "port": control}, "token": "t",
              "evidence": str(folder)}  # fmt: skip
    path = folder / "site.json"
    path.write_text(json.dumps(config))
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "simulator.parts.host", str(path)])
    try:
        with httpx.Client(headers={"Authorization": "Bearer t"}) as client:
            while process.poll() is None:
                try:
                    if client.get(f"http://127.0.0.1:{control}/ready").json()["ready"]:
                        return time.perf_counter() - began
                except httpx.TransportError:
                    time.sleep(0.005)
        raise AssertionError("the site process ended")
    finally:
        process.kill()
        process.wait()


def test_parts_that_share_a_process_start_together(tmp_path: Path, figure: Figure) -> None:
    # In turns, and compared within each: what else the machine does meets both alike.
    rounds = [
        ({kind: start(tmp_path, {kind: PARTS[kind]}) for kind in PARTS}, start(tmp_path, PARTS)) for _ in range(ROUNDS)
    ]
    for kind in PARTS:
        figure(f"start of part {kind}, process included", median(alone[kind] for alone, _ in rounds), "s")
    ratio = median(together / sum(alone.values()) for alone, together in rounds)
    figure(
        f"start of {len(PARTS)} parts in one process",
        median(together for _, together in rounds),
        "s",
        ratio=round(ratio, 2),
        budget=f"≤ {BUDGET} × their own",
    )
    assert ratio <= BUDGET
