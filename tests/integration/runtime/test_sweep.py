"""Images of earlier code are removed, and nothing else: shown on tiny images with a label of their own."""

import io
import tarfile
import uuid
from collections.abc import Callable, Iterator

import pytest

from simulator.runtime.docker.engine import Engine
from simulator.runtime.images.sweep import sweep

pytestmark = pytest.mark.docker

Make = Callable[..., str]


@pytest.fixture
def mark() -> str:
    return uuid.uuid4().hex[:12]


@pytest.fixture
def make(engine: Engine, mark: str) -> Iterator[Make]:
    """Builds an image from lines of a Dockerfile, gives it names, and returns its id."""
    made: list[str] = []

    def image(base: str, *lines: str, names: tuple[str, ...] = ()) -> str:
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as tar:
            text = "\n".join([f"FROM {base}", *lines]).encode()
            for name, data in (("Dockerfile", text), ("mark", mark.encode())):
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
        context.seek(0)
        told = list(engine.api.build(fileobj=context, custom_context=True, rm=True, decode=True))
        made.append(next(event["aux"]["ID"] for event in told if "aux" in event))
        for name in names:
            repository, _, tag = name.partition(":")
            engine.api.tag(made[-1], repository, tag)
        return made[-1]

    yield image
    for one in reversed(made):
        if engine.image(one):
            engine.api.remove_image(one, force=True)


def test_images_of_earlier_code_are_removed_and_nothing_else(engine: Engine, make: Make, mark: str) -> None:
    ours, label = f"fdelab/test-{mark}", f"LABEL fdelab.image={mark}"
    base = make("scratch", "COPY mark /mark", label, names=(f"{ours}:base",))
    old = make(f"{ours}:base", "ENV A=1", label, names=(f"{ours}:old", f"{ours}:older"))
    upon = make(f"{ours}:old", "ENV A=2", label, names=(f"{ours}:upon",))
    untagged = make("scratch", "ENV A=3", "COPY mark /other", label)
    theirs = make(f"{ours}:base", "ENV A=4", names=(f"theirs-{mark}:latest",))
    built_on_it = make(f"{ours}:base", "ENV A=5")
    present = make("scratch", "ENV A=6", "COPY mark /present", label, names=(f"{ours}:present",))
    used = make("scratch", "ENV A=7", "COPY mark /used", label, names=(f"{ours}:used",))
    container = engine.api.create_container(used, ["true"], network_disabled=True)["Id"]
    try:
        asked = [f"{ours}:present"], [f"fdelab.image={mark}"]
        assert sweep(engine, *asked) == (), "they were only just made"
        gone = sweep(engine, *asked, young=0)
    finally:
        engine.api.remove_container(container)
    assert {one.id for one in gone} == {old, upon, untagged}
    assert {f"{ours}:old", f"{ours}:upon"} & {one.name for one in gone}
    assert not any(map(engine.image, (old, upon, untagged)))
    assert all(map(engine.image, (base, theirs, built_on_it, present, used))), "a base of what is somebody's stays"


def test_stages_that_the_next_update_builds_from_stay(engine: Engine, make: Make, mark: str) -> None:
    ours, label = f"fdelab/test-{mark}", f"LABEL fdelab.stage={mark}"
    make("scratch", "COPY mark /mark", names=(f"{ours}:present",))
    kept = make(f"{ours}:present", label, "COPY mark /stage")
    other = make("scratch", label, "COPY mark /stage")
    gone = sweep(engine, [f"{ours}:present"], [f"fdelab.stage={mark}"], young=0)
    assert [one.id for one in gone] == [other]
    assert engine.image(kept)
