"""The container around a box: what it may do, and what it may use.

Every capability is dropped but six of root's, which the deployment's users never have, and cannot get
(no-new-privileges, and no program of the image is theirs):

- SETUID, SETGID: to become those users, and PostgreSQL's.
- KILL: to end what runs as them.
- CHOWN: to give them their homes, and PostgreSQL its files.
- DAC_OVERRIDE: to read and remove what is theirs: files of PostgreSQL that only its user may read, what a deployment
  left behind.
- SYS_PTRACE: to see how much memory its processes share, without which a service that forks would seem to hold more
  than it does. (For this our own processes could look into the memory of each other, which they can anyhow.)

There is no quota of CPU: a deployment that used it up would stop the field as well. The container gets CPUs instead, on
which the deployment runs with the least priority there is.
"""

import math
import os
import random
from typing import Any

from docker.types import LogConfig, Mount

from simulator.box.inside import WORLD
from simulator.plan import Plan
from simulator.runtime.box.guests import Users
from simulator.runtime.docker import seccomp
from simulator.runtime.docker.engine import ROLE, SESSION, Engine
from simulator.runtime.docker.engine import WORLD as FOLDER

CPUS = 2
_MEBI = 2**20
_TMP, _OURS = 64 * _MEBI, 256 * _MEBI
"""Sizes of the folders in memory: the one that the deployment may write to, and ours."""
_SLACK = 768 * _MEBI
"""For the keeper, and for what a deployment takes between two looks at it (`simulator.runtime.box.memory`)."""
_KEEPER_PIDS = 128
_SHARED = 64 * _MEBI
"""Bytes of System V shared memory, which outlives who made it."""
_PAGE = 4096
_CAPABILITIES = ["SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE", "SYS_PTRACE"]


def name(session: str) -> str:
    """Return what the container is called."""
    return f"fdelab-{session}-box"


def create(engine: Engine, image: str, plan: Plan, world: str, users: range) -> str:
    """Make the container and return its id. Raises `APIError`."""
    made = engine.api.create_container(
        image,
        ["python", "-m", "simulator.box.inside"],
        name=name(plan.session),
        user="0:0",
        stdin_open=True,
        environment={
            "FDELAB_SESSION": plan.session,
            "TMPDIR": "/run/fdelab",
            Users.VARIABLE: f"{users.start}-{users.stop}",
        },
        labels={SESSION: plan.session, ROLE: "box", FOLDER: world},
        host_config=engine.api.create_host_config(**_hardened(engine, plan)),
    )
    return str(made["Id"])


def _hardened(engine: Engine, plan: Plan) -> dict[str, Any]:
    memory = sum(process.limits.memory for process in plan.processes) + _TMP + _OURS + _SLACK
    return {
        "network_mode": "none",
        "read_only": True,
        "tmpfs": {
            "/tmp": f"size={_TMP},mode=1777,noexec,nosuid,nodev",  # noqa: S108
            "/run/fdelab": f"size={_OURS},mode=0711,nosuid,nodev",
        },
        # The evidence may be large, and is not to count as memory.
        "mounts": [Mount(str(WORLD), None, type="volume")],
        "cap_drop": ["ALL"],
        "cap_add": _CAPABILITIES,
        "security_opt": seccomp.options(engine),
        "mem_limit": memory,
        "memswap_limit": memory,
        "cpuset_cpus": _cpus(plan),
        "pids_limit": _KEEPER_PIDS + sum(process.limits.pids for process in plan.processes),
        "sysctls": {"kernel.shmmax": str(_SHARED), "kernel.shmall": str(_SHARED // _PAGE)},
        "log_config": LogConfig(type="none"),
        "dns": ["127.0.0.1"],
        "dns_opt": ["timeout:1", "attempts:1", "ndots:0"],
    }


def _cpus(plan: Plan) -> str | None:
    """Return some of the machine's, at random, so that boxes spread; None for all of a machine that has no more."""
    there = sorted(os.sched_getaffinity(0))
    wanted = max(CPUS, math.ceil(max((p.limits.cpus for p in plan.of("deployment")), default=0.0)))
    if len(there) <= wanted:
        return None
    return ",".join(map(str, sorted(random.SystemRandom().sample(there, wanted))))
