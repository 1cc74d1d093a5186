"""The processes of a scenario's world as a runtime is handed them, for people who want to see what would be started."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labs.library.catalogue import Entry
from simulator.plan import Endpoint, Plan, Process
from simulator.planner import plan


def planned(entry: Entry, runtime: str, seed: int = 1) -> list[dict[str, Any]]:
    """Return each process with image, command, environment, addresses, mounts and limits.

    What is only known when a world starts (ports, the token, its folder) stays a name in braces, as in the plan itself.
    """
    site = entry.folder / "site"
    made: Plan = plan(
        entry.scenario, "SESSION", entry.folder / "workspace", Path("LAPS"), "TOKEN",
        site if site.is_dir() else None, seed=seed,
    )  # fmt: skip
    return [_process(process, runtime) for process in made.processes]


def _process(process: Process, runtime: str) -> dict[str, Any]:
    contained = runtime == "docker"
    found: dict[str, Any] = {
        "name": process.name,
        "role": process.role,
        "command": list(process.argv),
        "environment": dict(process.env),
        "listens": [_endpoint(one, contained) for one in process.endpoints],
        "workdir": process.workdir,
    }
    if not contained:
        # Processes of this machine share its loopback and its files, and nothing bounds them.
        return found | {"reads": {one.name: str(one.source) for one in process.mounts}}
    mounts = [
        {"name": one.name, "source": str(one.source), "target": one.target, "writable": one.writable}
        for one in process.mounts
    ]
    limits = {"cpus": process.limits.cpus, "memory": process.limits.memory, "pids": process.limits.pids}
    return found | {"image": process.image, "nets": _nets(process.endpoints), "mounts": mounts, "limits": limits}


def _endpoint(one: Endpoint, contained: bool) -> dict[str, Any]:
    found = {"name": one.name, "scheme": one.scheme, "udp": one.udp}
    return found | ({"net": one.net, "port": one.port} if contained else {"port": "a free one of 127.0.0.1"})


def _nets(endpoints: Iterable[Endpoint]) -> list[str]:
    return list(dict.fromkeys(one.net for one in endpoints))
