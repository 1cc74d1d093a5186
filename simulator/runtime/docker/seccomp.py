"""The system calls that a world's containers may make: `seccomp.json`, in place of the engine's own list.

A list of what is allowed, since it replaces one: an engine that gets a profile drops its default, and an old engine's
default allows sockets to the hypervisor (AF_VSOCK), io_uring, `ptrace` and reading other processes' memory. What a
newer kernel adds is refused with "not implemented" (on engines before 23, "not permitted"), and the C library falls
back to what it did before. Names that an engine's libseccomp does not know it passes over. No other architecture than
the machine's own is allowed, as the numbers of 32-bit calls would go round the rules for sockets.
"""

import json
from functools import cache
from pathlib import Path

from simulator.runtime.docker.engine import Engine

UNFILTERED = "the engine filters no system calls (it or its kernel has no seccomp)"
"""What is said where the profile cannot be used."""


@cache
def _profile() -> str:
    return json.dumps(json.loads(Path(__file__).with_suffix(".json").read_bytes()), separators=(",", ":"))


def usable(engine: Engine) -> bool:
    """Whether the engine takes a profile; one that does not refuses to start a container that has one."""
    return any(str(option).startswith("name=seccomp") for option in engine.info.get("SecurityOptions") or ())


def options(engine: Engine) -> list[str]:
    """Return the `SecurityOpt` of every container that may run something of a deployment's."""
    filtered = [f"seccomp={_profile()}"] if usable(engine) else []
    return ["no-new-privileges:true", *filtered]
