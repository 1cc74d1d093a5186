"""Turn a world's plan into the services of a `compose.yaml`. Pure.

The planner's own processes are taken, without the field: parts answer under the names that the field's links have in a
world, and a clock stands in its place. Keys are those that docker-compose 1.29 and the Compose specification share, and
`version`, which the latter calls obsolete, is left out.
"""

import json
import math
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.base.errors import UsageProblem
from scenarios.model import Scenario
from simulator.clock import timeline
from simulator.plan import Address, Limits, Plan, Process, resolve
from simulator.planner import CLOCK, own_clock, real
from simulator.standing import DAY, StandingConfig

FILES, CONFIG, WORKSPACE = "files", "config", "workspace"
"""Folders beside `compose.yaml`."""

CLOCK_PORT = 7001
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - of a container, which publishes on loopback alone
_LOOPBACK = "127.0.0.1"
_CONFIG_AT = "/run/fdelab/config.json"
_RECORDS = "/tmp/evidence"  # noqa: S108 - in a container, and gone with it
_NOBODY = "65534:65534"
_SCRATCH = 64 * 2**20
CLOCK_FROM, _PARTS_FROM, _SERVICES_FROM = 17001, 18000, 19000
"""Ports on the machine."""

_STEP_DOWN = ["SETUID", "SETGID", "CHOWN"]
"""What a part needs to run a program that refuses to be root, as PostgreSQL does."""

_ASKED_AT_THE_END = {"postgres": ("probes", "unchanged", "tells")}
"""Parameters of parts that say what is looked up as a lap ends, for the evidence. Here none ends."""


@dataclass(frozen=True)
class Published:
    """What can be reached from the machine itself."""

    name: str
    variable: str
    """Of the environment, with which another port is chosen."""
    port: int
    """On 127.0.0.1, unless that variable says otherwise."""


@dataclass(frozen=True)
class Composed:
    """What is to be written: the services, and the configs that they read."""

    services: Mapping[str, Mapping[str, Any]]
    configs: Mapping[str, str] = field(repr=False)
    """JSON by the file's name within the folder `config`."""
    published: tuple[Published, ...]
    """Parts first, then services, then the clock."""

    @property
    def document(self) -> dict[str, Any]:
        """What `compose.yaml` says."""
        return {"services": dict(self.services)}


@dataclass(frozen=True)
class Standing:
    """One drawn site, to be put under Compose."""

    scenario: Scenario
    plan: Plan
    """The world's, as the planner made it; its token is what the site's control asks for."""
    token: str
    images: Mapping[str, str]
    """Tags of the images `site` and `workbench`."""
    workspace: str
    """The folder of the deployment, as Compose is told it."""
    seed: int
    pace: float
    """Simulated seconds a wall second."""

    @property
    def lasts(self) -> float:
        """Simulated seconds of the day in which something new comes."""
        return (timeline(self.scenario).spans[-1].sim_begins - self.scenario.clock.starts).total_seconds()


def compose(site: Standing) -> Composed:
    """Return the services and configs. Raises `UsageProblem` where a name is taken twice."""
    published = tuple(_published(site.scenario))
    ports = {one.name: one for one in published}
    hosts, guests = site.plan.of("site"), site.plan.of("deployment")
    if twice := {process.name for process in guests} & {CLOCK, *(host.name for host in hosts)}:
        raise UsageProblem(
            f"a service of the deployment is called {min(twice)!r}, as one of the customer's side is",
            "this engagement cannot be exported; fdelab start brings it up in a world",
        )
    addresses = _addresses(site)
    services = {
        **{host.name: _host(site, host, addresses, ports) for host in hosts},
        CLOCK: _clock(site, ports[CLOCK]),
        **{guest.name: _guest(site, guest, addresses, ports[guest.name]) for guest in guests},
    }
    configs = {host.name: _config(site, host, addresses) for host in hosts}
    return Composed(services, {**configs, CLOCK: _clock_config(site)}, published)


def reached(site: Standing, published: Iterable[Published], variables: Mapping[str, str]) -> dict[str, str]:
    """Return variables of the plan's (`way_in`) with the addresses that hold on the machine itself."""
    addresses = {p.name: Address(_LOOPBACK, _LOOPBACK, p.port, p.port) for p in published}
    return {name: resolve(text, site.plan, addresses, {}) for name, text in variables.items()}


def _published(scenario: Scenario) -> Iterable[Published]:
    for begin, names in ((_PARTS_FROM, scenario.site), (_SERVICES_FROM, scenario.deployment.services)):
        for number, name in enumerate(names):
            yield Published(name, f"FDELAB_{name.upper().replace('-', '_')}_PORT", begin + number)
    yield Published(CLOCK, "FDELAB_CLOCK_PORT", CLOCK_FROM)


def _addresses(site: Standing) -> dict[str, Address]:
    """Where everything is, by the names of the plan's endpoints; what is the field's alone is nowhere."""
    found = {
        name: Address(_EVERYWHERE, name, endpoint.port, endpoint.port)
        for name, (endpoint, owner) in site.plan.endpoints.items()
        if owner.role in ("site", "deployment")
    }
    for part in site.scenario.site:
        port = found[real(part)].port
        found[part] = Address(_EVERYWHERE, part, port, port)
    clocks = (CLOCK, *(own_clock(service) for service in site.scenario.deployment.services))
    return found | dict.fromkeys(clocks, Address(_EVERYWHERE, CLOCK, CLOCK_PORT, CLOCK_PORT))


def _host(
    site: Standing, process: Process, addresses: Mapping[str, Address], ports: Mapping[str, Published]
) -> dict[str, Any]:
    names = [endpoint.name for endpoint in process.endpoints]
    parts = [part for part in site.scenario.site if real(part) in names]
    program = shlex.join(resolve(word, site.plan, addresses, _paths(process)) for word in process.argv)
    mounts = [f"./{FILES}:{mount.target}:ro" for mount in process.mounts if mount.name == FILES]
    return {
        "image": site.images[process.image],
        # What the parts note down of the day has to have its folder, which a world's keeper would have made.
        "command": ["sh", "-c", _literal(f"mkdir -p {_RECORDS}/{DAY} && exec {program}")],
        "environment": _environment(process, addresses, site.plan),
        "user": "0:0",
        "cap_drop": ["ALL"],
        "cap_add": _STEP_DOWN,
        "security_opt": ["no-new-privileges:true"],
        "volumes": [_mounted(process.name), *mounts],
        "networks": {"default": {"aliases": [*parts, *(name for name in names if name != process.name)]}},
        "ports": [_publish(ports[part], addresses[part].port) for part in parts],
        **_limits(process.limits),
    }


def _clock(site: Standing, published: Published) -> dict[str, Any]:
    host = site.plan.of("site")[0]
    ask = f"import urllib.request; urllib.request.urlopen('http://{_LOOPBACK}:{CLOCK_PORT}/', timeout=2)"
    return {
        "image": site.images["site"],
        "command": ["python", "-m", "simulator.standing", _CONFIG_AT],
        "environment": _minimum(host.limits) | dict(host.env),
        **_as_nobody(),
        "volumes": [_mounted(CLOCK)],
        "ports": [_publish(published, CLOCK_PORT)],
        "depends_on": {process.name: {"condition": "service_started"} for process in site.plan.of("site")},
        # It tells the time once the day has begun: whoever waits for it finds the customer's systems up.
        "healthcheck": {"test": ["CMD", "python", "-c", ask], "interval": "3s", "timeout": "5s", "retries": 60},
        "stop_grace_period": "3s",
        **_limits(Limits(0.5, 256 * 2**20, 64)),
    }


def _guest(site: Standing, process: Process, addresses: Mapping[str, Address], published: Published) -> dict[str, Any]:
    workspace = next(mount.target for mount in process.mounts if mount.name == WORKSPACE)
    return {
        "image": site.images[process.image],
        "command": [_literal(resolve(word, site.plan, addresses, _paths(process))) for word in process.argv],
        "environment": _environment(process, addresses, site.plan),
        **_as_nobody(),
        "working_dir": workspace,
        # In the long form, as a folder of somebody's may have a colon in its path.
        "volumes": [{"type": "bind", "source": _literal(site.workspace), "target": workspace, "read_only": True}],
        "ports": [_publish(published, addresses[process.name].port)],
        "depends_on": {CLOCK: {"condition": "service_healthy"}},
        "stop_grace_period": "3s",
        **_limits(process.limits),
    }


def _config(site: Standing, process: Process, addresses: Mapping[str, Address]) -> str:
    """Return what a site host reads, without what only the end of a lap asks for."""
    config = json.loads(resolve(process.config or "{}", site.plan, addresses, _paths(process)))
    for part in config["parts"]:
        left_out = _ASKED_AT_THE_END.get(part["part"], ())
        part["params"] = {name: value for name, value in part["params"].items() if name not in left_out}
    return json.dumps(config, indent=2) + "\n"


def _clock_config(site: Standing) -> str:
    scenario = site.scenario
    config = {
        "site": {host.name: f"http://{host.name}-control:{_control(host)}" for host in site.plan.of("site")},
        "token": site.token,
        "clock": {"host": _EVERYWHERE, "port": CLOCK_PORT},
        "seed": site.seed,
        "datasets": {name: spec.model_dump(mode="json", by_alias=True) for name, spec in scenario.datasets.items()},
        "starts": scenario.clock.starts.isoformat(),
        "lasts": site.lasts,
        "pace": site.pace,
    }
    StandingConfig.model_validate(config)
    return json.dumps(config, indent=2) + "\n"


def _control(host: Process) -> int:
    return next(endpoint.port for endpoint in host.endpoints if endpoint.name == f"{host.name}-control")


def _paths(process: Process) -> dict[str, str]:
    return {mount.name: mount.target for mount in process.mounts} | {"config": _CONFIG_AT, "evidence": _RECORDS}


def _environment(process: Process, addresses: Mapping[str, Address], plan: Plan) -> dict[str, str]:
    given = {name: resolve(value, plan, addresses, _paths(process)) for name, value in process.env.items()}
    return {name: _literal(value) for name, value in (_minimum(process.limits) | given).items()}


def _minimum(limits: Limits) -> dict[str, str]:
    return {"HOME": "/tmp", "OMP_NUM_THREADS": str(max(1, math.ceil(limits.cpus)))}  # noqa: S108


def _as_nobody() -> dict[str, Any]:
    """Return what a container of a world has that runs a stranger's code: no rights, and nothing to write to."""
    return {
        "user": _NOBODY,
        "read_only": True,
        "tmpfs": [f"/tmp:size={_SCRATCH},mode=1777,noexec,nosuid,nodev"],  # noqa: S108
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }


def _limits(limits: Limits) -> dict[str, Any]:
    return {
        "cpus": limits.cpus, "mem_limit": limits.memory, "memswap_limit": limits.memory, "pids_limit": limits.pids,
    }  # fmt: skip


def _mounted(name: str) -> str:
    return f"./{CONFIG}/{name}.json:{_CONFIG_AT}:ro"


def _publish(published: Published, port: int) -> str:
    return f"{_LOOPBACK}:${{{published.variable}:-{published.port}}}:{port}"


def _literal(text: str) -> str:
    """Return a text as Compose has to be told it: a dollar sign begins a variable there."""
    return text.replace("$", "$$")
