"""An engine that is slow is an engine; one that is there and gives no answer is not taken for none."""

import http.server
import json
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.runtime import availability, gc
from simulator.runtime.base import RuntimeSilent
from simulator.runtime.docker.engine import connect
from tests.functional.runtime.test_gc_local import alive, orphan

ANSWERS: dict[str, Any] = {
    "version": {"ApiVersion": "1.41"},
    "info": {"OSType": "linux", "ServerVersion": "0.1"},
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as an engine does, or hangs up."""

    seconds = 0.0
    silent = False

    def do_GET(self) -> None:
        if self.silent:
            return
        time.sleep(self.seconds)
        told = json.dumps(ANSWERS[self.path.rpartition("/")[2]]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Handler]]:
    class Mine(Handler):
        pass

    path = f"{tmp_path}/engine.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with socketserver.ThreadingUnixStreamServer(path, Mine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Mine
        server.shutdown()


def test_an_engine_that_takes_its_time_is_used(engine: type[Handler]) -> None:
    engine.seconds = 3.5
    found = connect()
    assert found.info["ServerVersion"] == "0.1"
    found.close()


def test_one_that_gives_no_answer_is_told_from_none(engine: type[Handler]) -> None:
    engine.silent = True
    told = availability()
    assert not told.usable
    assert told.problems[0].what.startswith("a Docker engine is there, and does not answer")


def test_what_it_may_hold_is_not_called_nothing(engine: type[Handler], tmp_path: Path) -> None:
    engine.silent = True
    worlds = tmp_path / "worlds"
    dead = orphan(worlds / "dead")
    with pytest.raises(RuntimeSilent, match="is there"):
        gc.remove(worlds)
    assert not alive(dead), "processes need no engine"
    with pytest.raises(RuntimeSilent):
        gc.remove_images()


def test_gc_says_that_it_does_not_know(engine: type[Handler], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.silent = True
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    folder = tmp_path / "state" / "worlds" / "0a1b2c3d"
    folder.mkdir(parents=True)
    (folder / "launched.json").write_text('{"pid": 1, "created": 1.0}')
    done = subprocess.run([Path(sys.executable).with_name("fdelab"), "gc"], capture_output=True, text=True)
    assert done.returncode == 3
    assert "a Docker engine is there, and does not answer" in done.stderr
    assert "fdelab gc" in done.stderr
    assert "nothing to remove" not in done.stdout
    assert folder.is_dir()
