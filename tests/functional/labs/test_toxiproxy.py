"""A client that can be told a host and a port alone reaches the API of a world through `forward`."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from labs.base.errors import UsageProblem
from labs.world.toxiproxy import forward


class World(BaseHTTPRequestHandler):
    """Says what it was asked."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        said = {"path": self.path, "body": body, "agent": self.headers["User-Agent"]}
        answer = json.dumps(said).encode()
        self.send_response(409)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def world() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), World)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/toxiproxy/key"
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_comes_in_goes_on_and_comes_back_as_it_is(world: str) -> None:
    seen: list[httpx.Response] = []

    def ready(here: str) -> None:
        threading.Thread(target=client, args=(here,)).start()

    def client(here: str) -> None:
        seen.append(httpx.post(f"{here}/proxies?x=1", content=b'{"a": 1}', headers={"User-Agent": "ruby"}))
        answered.set()

    answered = threading.Event()
    threading.Thread(target=lambda: forward(world, 0, ready), daemon=True).start()
    assert answered.wait(10)
    assert (seen[0].status_code, seen[0].json()) == (
        409, {"path": "/toxiproxy/key/proxies?x=1", "body": '{"a": 1}', "agent": "ruby"}
    )  # fmt: skip


def test_a_port_that_is_taken_is_said(world: str) -> None:
    taken = int(world.split(":")[2].split("/", maxsplit=1)[0])
    with pytest.raises(UsageProblem, match=f"port {taken} cannot be used"):
        forward(world, taken, lambda _here: None)
