"""Builds an image from its recipe and tells how it goes.

On the host's network: what can be installed on the host can then be installed here, through a proxy on its loopback
too, and on an engine without a default bridge. We trust what we install as much there as here.
"""

import os
from collections import deque
from collections.abc import Mapping

from docker.errors import APIError

from simulator.runtime.base import Progress, RuntimeUnavailable
from simulator.runtime.docker.engine import Engine
from simulator.runtime.images.recipes import Recipe

_TOLD = ("Step ", "Collecting ", "Downloading ", "Installing ", "Successfully installed")
_WIDTH = 100
_LAST_LINES = 12
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def build(engine: Engine, recipe: Recipe, progress: Progress) -> None:
    """Build and tag. Raises `RuntimeUnavailable` with the last lines of what went wrong."""
    last: deque[str] = deque(maxlen=_LAST_LINES)
    progress(f"image {recipe.name}: building (once; a minute or two)")
    try:
        for event in engine.api.build(
            fileobj=recipe.context(),
            custom_context=True,
            tag=recipe.tag,
            buildargs={**recipe.arguments, **_proxies(os.environ)},
            network_mode="host",
            rm=True,
            forcerm=True,
            decode=True,
        ):
            for line in str(event.get("stream", "")).splitlines():
                last.extend([line] if line.strip() else [])
                if line.strip().startswith(_TOLD):
                    progress(f"image {recipe.name}: {line.strip()[:_WIDTH]}")
            if "error" in event:
                raise RuntimeUnavailable(_failure(recipe, [*last, event["error"]]))
    except APIError as error:
        raise RuntimeUnavailable(_failure(recipe, [*last, str(error.explanation)])) from error
    progress(f"image {recipe.name}: ready as {recipe.tag}")


def _proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the host's proxies; engines keep build arguments of these names out of an image's history."""
    found = {name: environment.get(name) or environment.get(name.lower()) for name in _PROXIES}
    return {name: value for name, value in found.items() if value}


def _failure(recipe: Recipe, lines: list[str]) -> str:
    told = "\n  ".join(line.rstrip() for line in lines)
    return f"image {recipe.name} could not be built (--runtime local needs none):\n  {told}"
