"""The images that worlds run in, made on first use: `workbench` for the learner's code, `site` for ours, `box`: both.

A tag says what went in: the Dockerfile, the requirements, the sources, the base. The host's certificates, which the
installing stage needs behind a proxy that opens TLS, are in neither tag nor image.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from simulator import state
from simulator.runtime import locks
from simulator.runtime.base import Progress, RuntimeUnavailable
from simulator.runtime.docker.engine import Engine
from simulator.runtime.images import base, build, sweep
from simulator.runtime.images.recipes import Recipe, box, site, workbench


def ensure(engine: Engine, wanted: Collection[str], progress: Progress) -> Mapping[str, str]:
    """Return the tags of the images called `wanted`, built when they are missing.

    Blocks, for a minute or two when it builds. Raises `RuntimeUnavailable` with what to do.
    """
    if found := _present(engine, wanted):
        return found
    with _one_at_a_time(engine, progress):
        foundation = base.ensure(engine, state.folder(), progress)
        made = {}
        for recipe in _recipes(foundation):
            if engine.image(recipe.tag) is None:
                build.build(engine, recipe, progress)
            made[recipe.name] = recipe.tag
            if made.keys() >= set(wanted):
                break
    return made


def obstacle(engine: Engine) -> RuntimeUnavailable | None:
    """Why the images cannot be had, as far as one can tell without building; None when they can."""
    return None if base.present(engine) else base.obstacle(engine)


def inventory(engine: Engine) -> list[tuple[str, str | None, int | None]]:
    """(name, tag, bytes) of each image; without its base an image has no tag yet, and until it is built no size."""
    foundation = base.present(engine)
    if foundation is None:
        return [(name, None, None) for name in ("workbench", "site", "box")]
    return [(recipe.name, recipe.tag, engine.image_size(recipe.tag)) for recipe in _recipes(foundation)]


def whole(engine: Engine, progress: Progress) -> dict[str, str]:
    """Return the tags of all images by name, the base's first, built where they are missing: what another engine needs.

    Blocks. Raises `RuntimeUnavailable` with what to do.
    """
    tags = ensure(engine, {"workbench", "site", "box"}, progress)
    foundation = base.reference(engine)
    assert foundation is not None, "they are built on it"
    return {"base": foundation, **tags}


def remove_old(engine: Engine) -> tuple[sweep.Old, ...]:
    """Remove the images of earlier code that no world uses, and return them. Blocks."""
    foundation = base.present(engine)
    if foundation is None:
        return ()
    with _one_at_a_time(engine, lambda _text: None):
        return sweep.sweep(engine, [recipe.tag for recipe in _recipes(foundation)])


def _recipes(foundation: str) -> Iterator[Recipe]:
    lower = workbench(foundation)
    yield lower
    upper = site(lower.tag)
    yield upper
    yield box(upper.tag)


def _present(engine: Engine, wanted: Collection[str]) -> Mapping[str, str]:
    foundation = base.present(engine)
    if foundation is None:
        return {}
    tags = {recipe.name: recipe.tag for recipe in _recipes(foundation) if recipe.name in wanted}
    return tags if all(engine.image(tag) for tag in tags.values()) else {}


@contextmanager
def _one_at_a_time(engine: Engine, progress: Progress) -> Iterator[None]:
    """Images are the engine's: a user's worlds wait for one another, whatever state folder they are of.

    Two users may build at once: an image's tag is the hash of what is in it, so either's build is the other's.
    """
    name = "images-" + re.sub(r"\W", "", str(engine.info.get("ID") or engine.api.base_url))[:80]
    try:
        lock = locks.take(name)
        if lock is None:
            progress("images: waiting for another world that is building them")
            lock = locks.take(name, wait=True)
    except OSError as error:
        raise RuntimeUnavailable(str(error)) from None
    assert lock is not None
    with lock:
        yield
