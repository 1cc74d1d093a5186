"""Images go from one engine to another and stay what they are: through a file, and through a registry by digest.

Shown on tiny images of these tests. The engine has them, loses them, and has the very same ones again. The registry is
as much of the protocol (OCI distribution) as an engine asks for, on loopback, where engines speak HTTP.
"""

import hashlib
import io
import re
import tarfile
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.docker.engine import Engine
from simulator.runtime.images import transfer

pytestmark = pytest.mark.docker

told: list[str] = []


@pytest.fixture
def tags(engine: Engine) -> Iterator[dict[str, str]]:
    """Two images that nobody else has."""
    mark = uuid.uuid4().hex[:12]
    made = {name: f"fdelab-test/{name}:{mark}" for name in ("one", "two")}
    for name, tag in made.items():
        whole = io.BytesIO()
        with tarfile.open(fileobj=whole, mode="w") as tar:
            entry = tarfile.TarInfo("mark")
            entry.size = len(f"{name} {mark}")
            tar.addfile(entry, io.BytesIO(f"{name} {mark}".encode()))
        repository, _, version = tag.partition(":")
        engine.api.import_image_from_data(whole.getvalue(), repository=repository, tag=version)
    yield made
    for tag in made.values():
        if engine.image(tag):
            engine.api.remove_image(tag, force=True)


def lose(engine: Engine, tags: dict[str, str]) -> None:
    for tag in tags.values():
        engine.api.remove_image(tag, force=True)
        assert engine.image(tag) is None


def ids(engine: Engine, tags: dict[str, str]) -> list[str | None]:
    return [engine.image(tag) for tag in tags.values()]


def test_images_go_through_a_file(engine: Engine, tags: dict[str, str], tmp_path: Path) -> None:
    had, file = ids(engine, tags), tmp_path / "images.tar"
    assert transfer.save(engine, tags.values(), file, told.append) == file.stat().st_size > 0
    assert [found.name for found in tmp_path.iterdir()] == ["images.tar"]
    lose(engine, tags)
    transfer.load(engine, file, told.append)
    assert ids(engine, tags) == had


def test_what_is_no_image_is_refused_and_a_failure_leaves_no_file(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "images.tar"
    with pytest.raises(RuntimeUnavailable, match="does not hand its images out"):
        transfer.save(engine, ["fdelab-test/nothing:at-all"], file, told.append)
    assert list(tmp_path.iterdir()) == []
    file.write_text("no tar at all")
    with pytest.raises(RuntimeUnavailable, match="cannot take"):
        transfer.load(engine, file, told.append)


class Registry(ThreadingHTTPServer):
    """Blobs and manifests, in memory."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.pending: dict[str, bytes] = {}


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Registry

    def log_message(self, *_: object) -> None:
        pass

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def do_GET(self) -> None:
        kept = self.server
        if self.path == "/v2/":
            self.say(200)
        elif (blob := re.search(r"/blobs/(sha256:\w+)$", self.path)) and blob[1] in kept.blobs:
            self.say(200, kept.blobs[blob[1]], Docker_Content_Digest=blob[1])
        elif (wanted := re.search(r"/manifests/(\S+)$", self.path)) and wanted[1] in kept.manifests:
            kind, data = kept.manifests[wanted[1]]
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            self.say(200, data, Content_Type=kind, Docker_Content_Digest=digest)
        else:
            self.say(404)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        place = f"{self.path.split('?')[0].rstrip('/')}/{uuid.uuid4().hex}"
        self.server.pending[place] = self.body()
        self.say(202, Location=place, Docker_Upload_UUID=place.rpartition("/")[2])

    def do_PATCH(self) -> None:
        place = self.path.split("?")[0]
        self.server.pending[place] += self.body()
        self.say(202, Location=place, Range=f"0-{len(self.server.pending[place]) - 1}")

    def do_PUT(self) -> None:
        if wanted := re.search(r"/manifests/(\S+)$", self.path):
            data = self.body()
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            for name in (wanted[1], digest):
                self.server.manifests[name] = self.headers["Content-Type"], data
        else:
            place = self.path.split("?")[0]
            data = self.server.pending.pop(place) + self.body()
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            self.server.blobs[digest] = data
        self.say(201, Location=self.path, Docker_Content_Digest=digest)


@pytest.fixture
def registry() -> Iterator[str]:
    with Registry() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_images_go_through_a_registry_by_digest(
    engine: Engine, tags: dict[str, str], registry: str, tmp_path: Path
) -> None:
    had, file = ids(engine, tags), tmp_path / "images.json"
    pushed = transfer.push(engine, tags, f"{registry}/lab/", told.append)
    assert [image.tag for image in pushed] == [*tags.values()]
    assert all(re.fullmatch(rf"{registry}/lab/fdelab-\w+@sha256:\w{{64}}", image.reference) for image in pushed)
    file.write_text(transfer.listed(pushed))
    lose(engine, tags)
    try:
        transfer.pull(engine, transfer.read(file), told.append)
        assert ids(engine, tags) == had
    finally:
        for image in pushed:
            if engine.image(image.reference):
                engine.api.remove_image(image.reference, force=True)


def test_a_registry_that_does_not_answer_is_told(engine: Engine, tags: dict[str, str]) -> None:
    with pytest.raises(RuntimeUnavailable, match=r"image one cannot be pushed to 127\.0\.0\.1:9"):
        transfer.push(engine, tags, "127.0.0.1:9", told.append)
    assert engine.image(f"127.0.0.1:9/fdelab-one:{tags['one'].partition(':')[2]}") is None
    gone = transfer.Pushed(tags["one"], f"127.0.0.1:9/fdelab-one@sha256:{'0' * 64}")
    with pytest.raises(RuntimeUnavailable, match="cannot be pulled"):
        transfer.pull(engine, [gone], told.append)
