"""`task.toml`: what Harbor is told of a task (schema 1.4)."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from labs.harbor.verify import SEED, TRIES
from labs.library.catalogue import Entry
from simulator.box.container import CPUS
from simulator.clock import timeline
from simulator.drawing import INCIDENT_SEED
from simulator.planner import plan

SCHEMA = "1.4"
LEARNER = "learner"
"""Who the agent is in its container."""

_AGENT_MEMORY = 2048
_VERIFIER_MEMORY = 2048
"""MB beside what the world's processes may use: for the field, the grader, and the folders in memory."""
_LEAST_MINUTES = 30
_BUILD = 900.0
_BEYOND = 300.0
"""Seconds that an exam may take beyond its lap, as in a box."""
_MEBI = 2**20


@dataclass(frozen=True)
class Kind:
    """Which of the tasks of an engagement it is."""

    seed: int | None = None
    """Of every exam; None: the verifier draws one."""
    offline: bool = False
    """Whether Compose cuts the network, and not Harbor, which needs images of a registry for it."""


def toml(entry: Entry, kind: Kind) -> str:
    """Return the file."""
    network = "public" if kind.offline else "no-network"
    tables: dict[str, dict[str, Any]] = {
        "": {
            "schema_version": SCHEMA,
            "artifacts": [{"source": "/workspace", "exclude": [".git", "__pycache__", ".pytest_cache"]}],
        },
        **_about(entry),
        "environment": {
            "network_mode": network,
            "cpus": 2,
            "memory_mb": _AGENT_MEMORY,
            "workdir": "/workspace",
            "build_timeout_sec": _BUILD,
        },
        "verifier": {
            "environment_mode": "separate",
            "user": "root",
            "timeout_sec": _patience(entry),
            "env": {SEED: f"${{{SEED}:-{'' if kind.seed is None else kind.seed}}}"},
        },
        "verifier.environment": {"network_mode": network, **_needed(entry), "build_timeout_sec": _BUILD},
    }
    return "\n".join(_lines(tables))


def _about(entry: Entry) -> dict[str, dict[str, Any]]:
    scenario = entry.scenario
    basis = {"engagement": scenario.id, "content": entry.hash, "code": entry.code, "verified": entry.proven}
    return {
        "task": {
            "name": f"fdelab/{scenario.id}",
            "version": version("fdelab"),
            "description": " ".join(scenario.summary.split()) or scenario.title,
            "keywords": ["forward-deployed-engineering", *scenario.skills],
        },
        "metadata": {"level": scenario.level, "minutes": scenario.minutes, "fdelab": basis},
        "agent": {"timeout_sec": 60.0 * max(_LEAST_MINUTES, scenario.minutes), "user": LEARNER},
    }


def _patience(entry: Entry) -> float:
    """Twice what all tries of the longest exam may take, in whole minutes."""
    lap = max(timeline(scenario).spans[-1].ends for scenario in entry.scenario.covering())
    return 60.0 * math.ceil((2 * lap + _BEYOND) * TRIES / 60)


def _needed(entry: Entry) -> dict[str, int]:
    """Return what a container that is the box has to have."""
    files = entry.site_files
    made = plan(entry.scenario, "harbor", Path("workspace"), Path("evidence"), "", files, seed=INCIDENT_SEED)
    cpus = max(CPUS, math.ceil(max((process.limits.cpus for process in made.of("deployment")), default=0.0)))
    memory = math.ceil(sum(process.limits.memory for process in made.processes) / _MEBI)
    return {"cpus": cpus, "memory_mb": _VERIFIER_MEMORY + memory}


def _lines(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, table in tables.items():
        if name:
            yield f"[{name}]"
        yield from (f"{key} = {_value(value)}" for key, value in table.items())
        yield ""


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_value(one)}' for key, one in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # What is left is written alike in JSON, but for one character that TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
