"""Images that earlier versions of this code left: each update makes new ones, of some 100 MB.

Ours is what our Dockerfiles label: what is tagged `fdelab/…`, and what has no tag and ends with a line of theirs that
labels it. An image that somebody builds on ours inherits the labels, and is theirs.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docker.errors import APIError

from simulator.runtime.docker.engine import Engine

LABELS = ("fdelab.image", "fdelab.stage")
"""What our Dockerfiles call a finished image, and a stage of one."""
YOUNG = 3600.0
"""Seconds in which an image is left alone: another version of fdelab may have just built it."""


@dataclass(frozen=True)
class Old:
    """An image that no world uses, and that is of other code than this."""

    id: str
    tags: tuple[str, ...]
    size: int
    """Bytes with all layers, of which others may share some."""

    @property
    def name(self) -> str:
        """As a person may know it."""
        return self.tags[0] if self.tags else self.id.removeprefix("sha256:")[:12]


def sweep(
    engine: Engine, keep: Collection[str], labels: Collection[str] = LABELS, young: float = YOUNG
) -> tuple[Old, ...]:
    """Remove them, and return those that are gone. `keep`: tags of this code's own.

    Stages on one of those stay too: they share nearly all of it, and the next update builds from them. So does what the
    engine refuses to remove, because something uses it. Blocks.
    """
    found = {old.id: old for label in labels for old in _old(engine, keep, label, young)}
    gone: list[Old] = []
    while removed := [old for old in _leaves(engine, found.values()) if _remove(engine, old)]:
        # What they were built on is free now.
        gone += removed
        for old in removed:
            del found[old.id]
    return tuple(gone)


def _leaves(engine: Engine, found: Iterable[Old]) -> list[Old]:
    """Those that no other image was built on."""
    parents = {str(image.get("ParentId") or "") for image in engine.api.images(all=True)}
    return [old for old in found if old.id not in parents]


def _old(engine: Engine, keep: Collection[str], label: str, young: float) -> list[Old]:
    used = {str(container["ImageID"]) for container in engine.api.containers(all=True)}
    bases = [layers for tag in keep if (layers := _layers(engine, tag))]
    return [
        Old(image["Id"], _tags(image), int(image["Size"]))
        for image in engine.api.images(filters={"label": label})
        if image["Id"] not in used
        and time.time() - image["Created"] >= young
        and not set(_tags(image)) & set(keep)
        and _is_ours(engine, image)
        and (_tags(image) or not any(_layers(engine, image["Id"])[: len(base)] == base for base in bases))
    ]


def _layers(engine: Engine, reference: str) -> list[str]:
    """Digests of its layers; none when it is not there."""
    if engine.image(reference) is None:
        return []
    inspect: Callable[[str], Any] = engine.api.inspect_image
    return list(inspect(reference)["RootFS"].get("Layers") or ())


def _tags(image: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(tag for tag in image.get("RepoTags") or () if tag != "<none>:<none>")


def _is_ours(engine: Engine, image: Mapping[str, Any]) -> bool:
    if tags := _tags(image):
        return all(tag.startswith("fdelab/") for tag in tags)
    # Stages begin with their label, images end with it.
    history: Callable[[str], Any] = engine.api.history
    lines = [str(line["CreatedBy"]) for line in history(image["Id"])]
    return "fdelab.stage" in (image.get("Labels") or {}) or "LABEL fdelab.image" in lines[0]


def _remove(engine: Engine, old: Old) -> bool:
    try:
        for reference in old.tags or (old.id,):
            engine.api.remove_image(reference)
    except APIError:
        return False
    return True
