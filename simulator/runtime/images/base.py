"""The image that ours are built on: configured, present, pulled, or bootstrapped from the host's distribution."""

import hashlib
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from simulator.runtime.base import Progress, RuntimeUnavailable
from simulator.runtime.docker.engine import TROUBLE, Engine

DEFAULT = "python:3.11-slim-bookworm"
_SUITE = "bookworm"
_PACKAGES = "ca-certificates,python3,python3-venv"
_LEFT_OUT = ("./var/cache/apt/archives/*", "./var/lib/apt/lists/*", "./var/log/*", "./proc/*", "./sys/*", "./dev/*")
_FIRST_WORD, _NEXT_WORD = 8, 120
"""Seconds to wait for a registry: to answer at all, and then between two signs of life."""


def present(engine: Engine) -> str | None:
    """Return the id of the base image, when the engine has it already."""
    found = reference(engine)
    return engine.image(found) if found else None


def reference(engine: Engine) -> str | None:
    """Return what the base image is called that the engine has; None where it has none."""
    configured = os.environ.get("FDELAB_BASE_IMAGE")
    candidates = [configured] if configured else [DEFAULT, bootstrapped()]
    return next((name for name in candidates if engine.image(name)), None)


def ensure(engine: Engine, state: Path, progress: Progress) -> str:
    """Return the id of the base image, fetched or made when it is missing. Raises `RuntimeUnavailable`."""
    if found := present(engine):
        return found
    wanted = os.environ.get("FDELAB_BASE_IMAGE") or DEFAULT
    trouble = _pull(engine, wanted, progress)
    if trouble and wanted == DEFAULT and can_bootstrap():
        progress(f"image base: no registry ({trouble}); making one with debootstrap")
        _bootstrap(engine, state, progress)
        trouble = None
    if trouble is None and (found := present(engine)):
        return found
    raise _no_base(wanted, trouble or "it is not there")


def bootstrapped() -> str:
    """Return what the image is called that debootstrap makes."""
    return f"fdelab/base:{_SUITE}-{hashlib.sha256(_PACKAGES.encode()).hexdigest()[:8]}"


def can_bootstrap() -> bool:
    """Whether this host can make a Debian image from what it already trusts."""
    return Path("/etc/debian_version").exists() and os.geteuid() == 0 and _debootstrap() is not None


def obstacle(engine: Engine) -> RuntimeUnavailable | None:
    """Why a base image that is missing cannot be had, as far as a short question to its registry tells."""
    wanted = os.environ.get("FDELAB_BASE_IMAGE") or DEFAULT
    if wanted == DEFAULT and can_bootstrap():
        return None
    patience = engine.api.timeout
    engine.api.timeout = _FIRST_WORD
    ask: Callable[[str], object] = engine.api.inspect_distribution
    try:
        ask(wanted)
    except TROUBLE as error:
        return _no_base(wanted, _short(str(error)))
    finally:
        engine.api.timeout = patience
    return None


def _no_base(wanted: str, reason: str) -> RuntimeUnavailable:
    return RuntimeUnavailable(
        f"image {wanted} cannot be pulled: {reason}",
        "name one that this engine has with FDELAB_BASE_IMAGE: any with Python 3.11 and venv; or run as root on a "
        "Debian-like host with debootstrap, or use --runtime local",
    )


def _debootstrap() -> str | None:
    return shutil.which("debootstrap", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def _pull(engine: Engine, reference: str, progress: Progress) -> str | None:
    """Pull; returns what went wrong. An engine can wait for minutes on a registry that does not answer: we do not."""
    progress(f"image base: pulling {reference}")
    events: queue.Queue[dict[str, Any] | Exception | None] = queue.Queue()

    def read() -> None:
        try:
            for event in engine.api.pull(reference, stream=True, decode=True):
                events.put(event)
            events.put(None)
        except TROUBLE as error:
            events.put(error)

    threading.Thread(target=read, name="pull", daemon=True).start()
    patience = _FIRST_WORD
    try:
        while (event := events.get(timeout=patience)) is not None:
            if isinstance(event, Exception):
                return _short(str(event))
            if "error" in event:
                return _short(str(event["error"]))
            patience = _NEXT_WORD
            if "progressDetail" not in event:
                progress(f"image base: {event.get('status', '')}")
    except queue.Empty:
        return f"no answer within {patience} s"
    return None


def _short(text: str) -> str:
    return text.splitlines()[0].rsplit(": ", 1)[-1].strip(' ")')


def _bootstrap(engine: Engine, state: Path, progress: Progress) -> None:
    state.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="bootstrap-", dir=state))
    try:
        for line in _run(str(_debootstrap()), "--variant=minbase", f"--include={_PACKAGES}", _SUITE, str(root)):
            if line.startswith("I: "):
                progress(f"image base: {line.removeprefix('I: ').rstrip()}")
        progress("image base: importing")
        _import(engine, root)
    finally:
        # Another file system below, such as a /proc that a failed run left mounted, must not be entered.
        subprocess.run(["rm", "-rf", "--one-file-system", str(root)], check=False)


def _run(*argv: str) -> Iterator[str]:
    last = ""
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = line.strip() or last
            yield line
    if process.returncode != 0:
        raise RuntimeUnavailable(f"{Path(argv[0]).name} failed ({last}); --runtime local needs no image")


def _import(engine: Engine, root: Path) -> None:
    argv = ["tar", "-C", str(root), *(f"--exclude={path}" for path in _LEFT_OUT), "--numeric-owner", "-c", "."]
    repository, _, tag = bootstrapped().partition(":")
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as tar:
        engine.api.import_image(
            src=tar.stdout, stream_src=True, repository=repository, tag=tag, changes=["CMD python3"]
        )
    if tar.returncode != 0:
        raise RuntimeUnavailable("the bootstrapped system could not be read; --runtime local needs no image")
