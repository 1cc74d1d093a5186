"""A site process as the field sees it: the real host on loopback, steered through its control API."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.runtime.ports import Ports
from tests import toys

TOKEN = "only-the-field-knows"
RATE = 450.0
LOCALHOST = "127.0.0.1"


def pytest_itemcollected(item: pytest.Item) -> None:
    """A module's tests stay with one worker: each other one would start the module's sites again."""
    item.add_marker(pytest.mark.xdist_group(f"parts-{item.path.stem}"))


class Site:
    """One running host with one part named `part`."""

    def __init__(
        self,
        folder: Path,
        kind: str,
        params: dict[str, Any],
        files: Path | None = None,
        datasets: dict[str, Any] | None = None,
        **process: Any,
    ) -> None:
        self.folder = folder
        self._ports = Ports()
        self.port, control = self._ports.take(), self._ports.take()
        config = {
            "name": "site",
            "parts": [{"name": "part", "part": kind, "params": params, "listen": _listen(self.port)}],
            "control": _listen(control),
            "token": TOKEN,
            "evidence": str(folder),
            "files": str(files) if files else None,
            "datasets": datasets or {},
        }
        path = folder / "site.json"
        path.write_text(json.dumps(config))
        self._ports.release((self.port, control))
        self.process = subprocess.Popen([sys.executable, "-m", "simulator.parts.host", str(path)], **process)
        self.control = httpx.Client(
            base_url=f"http://{LOCALHOST}:{control}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
        )
        self.lap = 0

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.control.get("/ready").json()["ready"]:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        raise AssertionError("the site host did not get ready")

    def begin(self, **settings: Any) -> None:
        """A new lap, which begins now, at 450 simulated seconds a second; settings that differ from the config's."""
        self.lap += 1
        (self.folder / str(self.lap)).mkdir()
        span = {"name": "all", "begins": 0, "ends": 600, "sim_begins": "2026-03-02T08:00:00", "rate": RATE,
                "graded": True, "shift": False}  # fmt: skip
        drain = span | {
            "name": "drain",
            "begins": 600,
            "ends": 610,
            "sim_begins": "2026-03-05T11:00:00",
            "graded": False,
        }
        lap = {"number": self.lap, "seed": 7, "start": time.monotonic(), "timeline": [span, drain]}
        assert self.control.post("/laps", json=lap).status_code == 201
        if settings:
            self.configure(**settings)

    def configure(self, **settings: Any) -> None:
        answer = self.control.post("/settings", json={"part": settings})
        assert answer.status_code == 200, answer.text

    def settle(self) -> dict[str, Any]:
        answer = self.control.post("/settle")
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()["part"]
        return state

    def renew(self) -> None:
        """As between two laps, when there is no deployment."""
        answer = self.control.post("/renew")
        assert answer.status_code == 200, answer.text

    def rows(self, table: str, lap: int | None = None) -> list[dict[str, Any]]:
        """What a lap's evidence has, this one's if none is named; nulls that only the examiner has are left out."""
        return toys.rows(self.folder / str(lap or self.lap), table)

    def end(self) -> int:
        self.control.close()
        self.process.terminate()
        try:
            return self.process.wait(40)  # PostgreSQL alone is given 30 s
        finally:
            self.process.kill()
            self._ports.close()


def _listen(port: int) -> dict[str, Any]:
    return {"host": LOCALHOST, "port": port}


@pytest.fixture(scope="module")
def start_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Starts a site host with one part; all are ended, cleanly, when the module's tests are over.

    `folder` is where it works, `process` says how `subprocess` starts it.
    """

    def end(site: Site) -> None:
        assert site.end() == 0

    with ExitStack() as sites:  # one that does not end keeps none of the others from it

        def start(kind: str, folder: Path | None = None, process: dict[str, Any] | None = None, **params: Any) -> Site:
            site = Site(folder or tmp_path_factory.mktemp("site"), kind, params, **process or {})
            sites.callback(end, site)
            site.wait()
            return site

        yield start
