"""What keeps a deployment in its box, looked at on the spot: what can be closed is closed, the rest is told."""

import json
import os
import subprocess
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psutil

from simulator.runtime.box import memory
from simulator.runtime.box.guests import Guest, launch_as

HERE = "FDELAB_BOX"
"""Set to `here` by whoever gives this machine away to be a box although it does not look like a container."""

_ROOT = Path(__file__).parents[3]
_OURS = ("labs", "grader", "simulator", "scenarios", "curriculum", "tests")
_ENGINES = ("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock")
_GIBI = 2**30
_NEEDED = {"CHOWN": 0, "DAC_OVERRIDE": 1, "KILL": 5, "SETGID": 6, "SETUID": 7}
_SYS_PTRACE = 19
"""Capabilities (capabilities(7)) that even a container's root may lack."""


def obstacle() -> str | None:
    """Why no box can be made right here; None when it can."""
    if not Path("/proc/self/status").exists():
        return "a box needs Linux"
    if os.geteuid() != 0:
        return "fdelab is not root here, so it cannot run a deployment as another user"
    if lacking := [name for name, number in _NEEDED.items() if not _may(number)]:
        return f"root may not do all that it must here (capabilities {', '.join(lacking)})"
    if not _thrown_away():
        return (
            "this machine is no container: as root on it, fdelab would close its own folders to everybody else "
            f"(set {HERE}=here if that may be)"
        )
    return None


def close(secrets: Iterable[Path]) -> None:
    """Make folders root's alone, our code among them, where that can be done."""
    for path in (*_ours(), *secrets):
        with suppress(OSError):
            path.chmod(0o700)


def _checkout() -> list[Path]:
    """Return the folder that fdelab was installed from, which may lie about as a clone with all that grades."""
    with suppress(PackageNotFoundError, ValueError, AttributeError):
        told = urlsplit(json.loads(distribution("fdelab").read_text("direct_url.json") or "{}").get("url", ""))
        if told.scheme == "file":
            return [Path(unquote(told.path))]
    return []


def unsealed(guest: Guest, secrets: Sequence[Path], words: Collection[str] = ()) -> tuple[str, ...]:
    """Return what a deployment is not kept from here; tried out as `guest`, or read from the kernel.

    `secrets` are folders that it must not read, `words` what no command line may say.
    """
    probed = _probe(guest, (*_ours(), *_checkout(), *secrets))
    found = [f"{path} is open to the deployment" for path in probed["open"]]
    if not probed["filtered"]:
        found.append("the deployment may make every system call: this kernel takes no filter of them")
    found += [f"the command line of process {pid} tells the seed (give it as FDELAB_SEED)" for pid in _saying(words)]
    if others := sorted(set(psutil.net_if_addrs()) - {"lo"}):
        found.append(f"the network is not cut ({', '.join(others)})")
    if memory.limit() is None:
        found.append("the container has no limit on memory beyond what fdelab watches")
    if _size(Path("/tmp")) > _GIBI:  # noqa: S108
        found.append("the deployment can fill the disk that holds /tmp")
    if not _may(_SYS_PTRACE):
        found.append("memory that several processes of a service share counts for each of them")
    return tuple(found)


def _saying(words: Collection[str]) -> Iterator[str]:
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if {word.decode(errors="replace") for word in (place / "cmdline").read_bytes().split(b"\0")} & set(words):
                yield place.name


def _ours() -> list[Path]:
    return [path for name in _OURS if (path := _ROOT / name).is_dir()]


def _probe(guest: Guest, secrets: Sequence[Path]) -> dict[str, Any]:
    """Return what `launch --probe` says of these folders, and of the kernel."""
    probe = [*launch_as(guest.uid, {}), "--probe", *map(str, (*secrets, *_ENGINES))]
    done = subprocess.run(probe, env={}, capture_output=True, text=True, timeout=10, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _thrown_away() -> bool:
    marks = (Path("/.dockerenv"), Path("/run/.containerenv"))
    named = {"container", "KUBERNETES_SERVICE_HOST"} & os.environ.keys()
    return os.environ.get(HERE) == "here" or bool(named) or any(mark.exists() for mark in marks)


def _may(capability: int) -> bool:
    status = Path("/proc/self/status").read_text().splitlines()
    effective = next(line.split()[1] for line in status if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> capability & 1)


def _size(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_blocks * found.f_frsize
