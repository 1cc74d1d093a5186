"""Takes images from one engine to another: through a file, or through a registry, where a digest says which they are.

Their base goes with them, as the tags of all others depend on which one it is. An engine that has them, and whose
fdelab is the same code, builds nothing.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from simulator.runtime.base import Progress, RuntimeUnavailable
from simulator.runtime.docker.engine import TROUBLE, Engine

FORMAT = 1
"""Version of the list of what was pushed."""
_BLOCK = 2**20
_TELL = 100 * 2**20
"""Bytes between two words on how far it is."""
_REFERENCE = re.compile(r"[\w.-]+(?::\d+)?(?:/[\w.-]+)*@sha256:[0-9a-f]{64}")
_TAG = re.compile(r"(?:[\w.-]+(?::\d+)?/)?[\w./-]+:[\w.-]+")


@dataclass(frozen=True)
class Pushed:
    """One image that is in a registry."""

    tag: str
    """What it is called on an engine."""
    reference: str
    """Where it is, by its digest: `registry.example/lab/fdelab-site@sha256:…`."""


def save(engine: Engine, tags: Iterable[str], file: Path, progress: Progress) -> int:
    """Write images into a tar file, whole or not at all, and return its bytes. Layers that they share are in it once.

    Raises `RuntimeUnavailable` where the engine does not hand them out, `OSError` where the file cannot be written.
    """
    draft = file.with_name(f".{file.name}.part")
    written = told = 0
    try:
        url = f"{engine.api.base_url}/v{engine.api.api_version}/images/get"
        with engine.api.get(url, params={"names": list(tags)}, stream=True) as answer, draft.open("wb") as out:
            answer.raise_for_status()
            for block in answer.iter_content(_BLOCK):
                written += out.write(block)
                if written - told >= _TELL:
                    told = written
                    progress(f"images: {written / 1e6:.0f} MB")
        draft.replace(file)
    except TROUBLE as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise RuntimeUnavailable(f"the engine does not hand its images out: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return written


def load(engine: Engine, file: Path, progress: Progress) -> None:
    """Have the engine take the images of a file that `save` wrote.

    Raises `RuntimeUnavailable` where it takes them not, `OSError` where the file cannot be read.
    """
    with file.open("rb") as saved:
        take: Callable[..., Iterable[dict[str, Any]]] = engine.api.load_image
        for event in _told(take(saved, quiet=True), f"the engine cannot take {file}"):
            if text := str(event.get("stream", "")).strip():
                progress(f"images: {text}")


def push(engine: Engine, tags: Mapping[str, str], registry: str, progress: Progress) -> tuple[Pushed, ...]:
    """Push images, given by name and tag, to `registry` (a host, and where in it). Raises `RuntimeUnavailable`."""
    return tuple(_push(engine, name, tag, registry.rstrip("/"), progress) for name, tag in tags.items())


def _push(engine: Engine, name: str, tag: str, registry: str, progress: Progress) -> Pushed:
    repository, version = f"{registry}/fdelab-{name}", tag.rpartition(":")[2]
    progress(f"image {name}: pushing to {repository}")
    what = f"image {name} cannot be pushed to {registry}"
    try:
        engine.api.tag(tag, repository, version)
    except TROUBLE as error:
        raise RuntimeUnavailable(f"{what}: {error}") from error
    try:
        events = _told(engine.api.push(repository, version, stream=True, decode=True), what)
        digests = [event["aux"]["Digest"] for event in events if "Digest" in (event.get("aux") or {})]
    except TROUBLE as error:
        raise RuntimeUnavailable(f"{what}: {error}") from error
    finally:
        with suppress(*TROUBLE):
            engine.api.remove_image(f"{repository}:{version}", noprune=True)
    if not digests:
        raise RuntimeUnavailable(f"{what}: the engine tells no digest")
    progress(f"image {name}: {digests[-1]}")
    return Pushed(tag, f"{repository}@{digests[-1]}")


def pull(engine: Engine, pushed: Iterable[Pushed], progress: Progress) -> None:
    """Pull images by their digests, and call them what they were called where they were pushed.

    Raises `RuntimeUnavailable`.
    """
    for image in pushed:
        progress(f"image {image.tag}: pulling {image.reference}")
        what = f"{image.reference} cannot be pulled"
        try:
            for _ in _told(engine.api.pull(image.reference, stream=True, decode=True), what):
                pass
            repository, _, version = image.tag.rpartition(":")
            engine.api.tag(image.reference, repository, version, force=True)
        except TROUBLE as error:
            raise RuntimeUnavailable(f"{what}: {error}") from error


def _told(events: Iterable[dict[str, Any]], what: str) -> Iterator[dict[str, Any]]:
    """Yield what an engine tells.

    Raises `RuntimeUnavailable` where it tells of a failure, or gives no proper answer.
    """
    try:
        for event in events:
            if "error" in event:
                raise RuntimeUnavailable(f"{what}: {event['error']}")
            yield event
    except TROUBLE as error:
        raise RuntimeUnavailable(f"{what}: {error}") from error


def listed(pushed: Iterable[Pushed]) -> str:
    """Return what was pushed, as a file has it."""
    return json.dumps({"format": FORMAT, "images": [asdict(image) for image in pushed]}, indent=2) + "\n"


def read(file: Path) -> tuple[Pushed, ...]:
    """Return what was pushed, from such a file.

    Raises `ValueError` where it is none, `OSError` where it cannot be read.
    """
    try:
        found = json.loads(file.read_bytes())
        images = tuple(Pushed(str(one["tag"]), str(one["reference"])) for one in found["images"])
        known = found["format"] == FORMAT
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{file} is no list of pushed images") from error
    if not known or not images or not all(_REFERENCE.fullmatch(i.reference) and _TAG.fullmatch(i.tag) for i in images):
        raise ValueError(f"{file} is no list of pushed images")
    return images
