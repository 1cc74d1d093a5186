"""A site without a field: its day begins, its clock is told, and begins again."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.runtime.ports import Ports

STARTS = "2026-03-02T08:00:00"
TOKEN = "only-the-field-knows"


@pytest.fixture
def site(start_site: Callable[..., Any], tmp_path: Path) -> Any:
    (tmp_path / "1").mkdir()
    records = [{"id": "C-1", "name": "Customer"}]
    return start_site("rest-api", folder=tmp_path, resources={"customers": {"records": records}})


@contextmanager
def standing(site: Any, folder: Path, **more: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the clock's URL."""
    ports = Ports()
    port = ports.take()
    config = {
        "site": {"site": str(site.control.base_url).rstrip("/")}, "token": TOKEN, "seed": 7, "starts": STARTS,
        "clock": {"host": "127.0.0.1", "port": port}, "lasts": 3600, "pace": 60.0,
    }  # fmt: skip
    path = folder / "standing.json"
    path.write_text(json.dumps(config | more))
    ports.release((port,))
    words = [sys.executable, "-m", "simulator.standing", str(path)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process, f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.communicate(timeout=20)
        ports.close()


def told(url: str) -> dict[str, Any]:
    """What the clock says once the day has begun."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            answer = httpx.get(url)
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code == 200:
            found: dict[str, Any] = answer.json()
            return found
        time.sleep(0.05)
    raise AssertionError("the day did not begin")


def test_parts_answer_and_the_clock_goes(site: Any, tmp_path: Path) -> None:
    for _ in range(2):  # started again, it begins the day again
        with standing(site, tmp_path) as (process, clock):
            said = told(clock)
            assert said["rate"] == 60.0
            assert STARTS <= said["now"] < "2026-03-02T09:00:00"
            answer = httpx.get(f"http://127.0.0.1:{site.port}/api/v1/customers")
            assert answer.json()["data"][0]["id"] == "C-1"
        assert process.returncode == 0


def test_a_host_that_refuses_is_named_without_a_traceback(site: Any, tmp_path: Path) -> None:
    with standing(site, tmp_path, datasets={"no": {"rows": 1, "columns": {"a": {"no-such-kind": 1}}}}) as (process, _):
        process.wait(30)
        said = process.stderr.read() if process.stderr else ""
    assert process.returncode == 1
    assert "site host site answered POST" in said
    assert "Traceback" not in said
