"""Turn a scenario into a plan: which processes a world has, and who can reach whom. Pure.

Parts that are asyncio servers share the process `site`; a part that is a program of its own, or that the scenario wants
`alone`, gets `site-<name>`. The deployment reaches a part through the field, which listens under the part's name and
dials the real one as `site-<name>`: with one name for both, a container in both nets would reach itself.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scenarios.draws import Template
from scenarios.model import Scenario, Service, WorkspaceTests
from simulator.drawing import drawn
from simulator.faults.skew import SKEW
from simulator.parts import PARTS
from simulator.plan import Endpoint, Limits, Mount, Plan, Process

CONTROL, CLOCK, DNS, TESTS = "control", "clock", "dns", "tests"
_PYTEST = ("-q", "-rA", "--color=no", "--tb=no", "-p", "no:cacheprovider")
_MEBI = 2**20
_FIELD_LIMITS = Limits(cpus=2.0, memory=768 * _MEBI, pids=256)
_NO_AUTHORITIES = {"SSL_CERT_FILE": "/dev/null", "SSL_CERT_DIR": "/dev/null"}
"""Our own processes speak TLS to nobody, and their HTTP library would read all of the system's authorities at start."""
_SITE_LIMITS = Limits(cpus=1.0, memory=768 * _MEBI, pids=256)


def real(part: str) -> str:
    """Return the endpoint of the part itself, which only the field may dial."""
    return f"site-{part}"


def ingress(service: str) -> str:
    """Return the endpoint where a service's traffic comes in."""
    return f"ingress-{service}"


def doorway(part: str) -> str:
    """Return the endpoint where the learner of a practice world reaches a part, through its link."""
    return f"doorway-{part}"


def own_clock(service: str) -> str:
    """Return the endpoint of the clock that a service has to itself, because that clock may be wrong."""
    return f"{CLOCK}-{service}"


def _skewed(template: Template) -> list[str]:
    """Return the services whose clock may be wrong at some time, however it is drawn."""
    phases = [phase for scenario in template.covering() for phase in scenario.phases]
    uses = [use for phase in phases for use in phase.faults if SKEW.name in use.kinds]
    return [name for name in template.deployment.services if any(use.service == name for use in uses)]


def plan(
    template: Template,
    session: str,
    snapshot: Path,
    laps: Path,
    token: str,
    files: Path | None = None,
    practice: bool = False,
    transcript: bool = False,
    *,
    seed: int,
) -> Plan:
    """Return the world of `template` with the deployment in folder `snapshot` and its evidence below folder `laps`.

    Who the customer is, is drawn by the world's `seed` here; what happens in a lap is drawn as the lap begins.

    `files` is the scenario's folder `site/`, which its parts read, if it has one. With `practice`, the learner may
    change its links; with `transcript`, laps keep what the workloads were told.
    """
    scenario, skewed = drawn(template, seed), _skewed(template)
    hosts = _hosts(scenario, laps, token, files)
    services = tuple(_service(scenario, name, service, snapshot, skewed) for name, service in _services(scenario))
    field = _field(template, scenario, skewed, hosts, laps, token, practice, transcript)
    tests = _tests(scenario.deployment.tests, snapshot) if scenario.deployment.tests else ()
    return Plan(session, (*hosts, field, *services, *tests))


def _services(scenario: Scenario) -> Iterable[tuple[str, Service]]:
    return scenario.deployment.services.items()


def _evidence(laps: Path) -> Mount:
    return Mount("evidence", laps, "/evidence", writable=True)


def _listen(endpoint: str) -> dict[str, str]:
    return {"host": f"{{bind:{endpoint}}}", "port": f"{{bind_port:{endpoint}}}"}


def _dial(endpoint: str) -> dict[str, str]:
    return {"host": f"{{host:{endpoint}}}", "port": f"{{port:{endpoint}}}"}


def _groups(scenario: Scenario) -> dict[str, list[str]]:
    """Return the parts that each site process runs, by the process's name."""
    groups: dict[str, list[str]] = {}
    for name, part in scenario.site.items():
        alone = PARTS[part.part].alone if part.alone is None else part.alone
        groups.setdefault(real(name) if alone else "site", []).append(name)
    return groups


def _hosts(scenario: Scenario, laps: Path, token: str, files: Path | None) -> tuple[Process, ...]:
    mounts = (_evidence(laps), *((Mount("files", files, "/files"),) if files else ()))
    return tuple(_host(scenario, name, parts, mounts, token) for name, parts in _groups(scenario).items())


def _host(scenario: Scenario, name: str, parts: list[str], mounts: tuple[Mount, ...], token: str) -> Process:
    config: dict[str, Any] = {
        "name": name,
        "token": token,
        "evidence": "{path:evidence}",
        "files": "{path:files}" if len(mounts) > 1 else None,
        "control": _listen(f"{name}-control"),
        "parts": [
            {"name": p, "part": scenario.site[p].part, "params": scenario.site[p].with_, "listen": _listen(real(p))}
            for p in parts
        ],
        "datasets": {n: spec.model_dump(mode="json", by_alias=True) for n, spec in scenario.datasets.items()},
        "starts": scenario.clock.starts.isoformat(),
    }
    schemes = {p: PARTS[scenario.site[p].part].scheme for p in parts}
    return Process(
        name=name,
        role="site",
        image="site",
        argv=("python", "-m", "simulator.parts.host", "{path:config}"),
        env=_NO_AUTHORITIES,
        endpoints=(
            Endpoint(f"{name}-control", "site", 7000),
            *(Endpoint(real(p), "site", 8000 + i, scheme=schemes[p]) for i, p in enumerate(parts)),
        ),
        mounts=mounts,
        config=json.dumps(config),
        limits=_SITE_LIMITS,
    )


def _field(
    template: Template, scenario: Scenario, skewed: list[str], hosts: tuple[Process, ...], laps: Path, token: str,
    practice: bool, transcript: bool,
) -> Process:  # fmt: skip
    config: dict[str, Any] = {
        "scenario": template.model_dump(mode="json", by_alias=True),
        "links": [*_inward(scenario), *_outward(scenario)],
        "control": _listen(CONTROL),
        "clock": _listen(CLOCK),
        "clocks": {name: _listen(own_clock(name)) for name in skewed},
        "dns": _listen(DNS),
        "site": {host.name: f"{{url:{host.name}-control}}" for host in hosts},
        "hosts": {part: name for name, parts in _groups(scenario).items() for part in parts},
        "token": token,
        "practice": practice,
        "doorways": {name: _listen(doorway(name)) for name in scenario.site} if practice else {},
        "transcript": transcript,
        "evidence": "{path:evidence}",
    }
    return Process(
        name="field",
        role="field",
        image="site",
        argv=("python", "-m", "simulator.field", "{path:config}"),
        env=_NO_AUTHORITIES,
        endpoints=_met(scenario, skewed, practice),
        mounts=(_evidence(laps),),
        config=json.dumps(config),
        limits=_FIELD_LIMITS,
    )


def _met(scenario: Scenario, skewed: list[str], practice: bool) -> tuple[Endpoint, ...]:
    """Return where others meet the field."""
    return (
        Endpoint(CONTROL, "edge", 7000),
        Endpoint(CLOCK, "deploy", 7001),
        *(Endpoint(own_clock(name), "deploy", 7100 + i) for i, name in enumerate(skewed)),
        Endpoint(DNS, "deploy", 53, udp=True),
        *(Endpoint(ingress(name), "edge", 9000 + i) for i, (name, _) in enumerate(_services(scenario))),
        *_links(scenario, practice),
    )


def _links(scenario: Scenario, practice: bool) -> Iterable[Endpoint]:
    """Yield where the deployment finds each part, and then where the learner of a practice world does."""
    for i, (name, part) in enumerate(scenario.site.items()):
        yield Endpoint(name, "deploy", 8000 + i, scheme=PARTS[part.part].scheme)
    for i, name in enumerate(scenario.site if practice else ()):
        yield Endpoint(doorway(name), "edge", 9500 + i)


def _inward(scenario: Scenario) -> Iterable[dict[str, Any]]:
    for name, service in _services(scenario):
        link = {"name": name, "protocol": "http", "listen": _listen(ingress(name)), "target": _dial(name)}
        yield link | {"ready": service.ready.removeprefix("GET ")}


def _outward(scenario: Scenario) -> Iterable[dict[str, Any]]:
    for name, part in scenario.site.items():
        kind = PARTS[part.part]
        link = {"name": name, "protocol": kind.protocol, "listen": _listen(name), "target": _dial(real(name))}
        yield link | {"connections": kind.connections, "key": kind.key(kind.params.model_validate(part.with_))}


def way_in(scenario: Scenario, part: str) -> dict[str, str]:
    """Return the variables that a service's environment has for a part that it uses."""
    kind, prefix = PARTS[scenario.site[part].part], part.upper().replace("-", "_")
    access = kind.access(kind.params.model_validate(scenario.site[part].with_))
    given = {"USER": access.user, "PASSWORD": access.password, **access.more}
    login = ":".join(quote(word, safe="") for word in (access.user, access.password) if word is not None)
    bare = f"{{url:{part}}}{access.path}"
    url = f"{kind.scheme}://{login}@{{host:{part}}}:{{port:{part}}}{access.path}" if login else bare
    return {f"{prefix}_URL": url, **{f"{prefix}_{key}": value for key, value in given.items() if value is not None}}


def _service(scenario: Scenario, name: str, service: Service, snapshot: Path, skewed: list[str]) -> Process:
    place = {"$HOST": f"{{bind:{name}}}", "$PORT": f"{{bind_port:{name}}}"}
    return Process(
        name=name,
        role="deployment",
        image="workbench",
        argv=tuple(place.get(word, word) for word in service.command),
        env={
            "HOST": place["$HOST"],
            "PORT": place["$PORT"],
            "CLOCK_URL": f"{{url:{own_clock(name) if name in skewed else CLOCK}}}",
            **{key: value for part in service.uses for key, value in way_in(scenario, part).items()},
        },
        endpoints=(Endpoint(name, "deploy", 8000),),
        mounts=(Mount("workspace", snapshot, "/app"),),
        limits=Limits(service.limits.cpus, service.limits.memory, service.limits.pids),
        workdir="workspace",
    )


def _tests(tests: WorkspaceTests, snapshot: Path) -> tuple[Process, ...]:
    """Return the workspace's own tests, which know no way to the customer's site, as on a learner's machine."""
    limits = tests.limits
    return (
        Process(
            name=TESTS,
            role="tests",
            image="workbench",
            argv=("python", "-m", "pytest", *_PYTEST, tests.folder),
            # What is printed of a test stands in one line, which is cut at this width.
            env={"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "300"},
            mounts=(Mount("workspace", snapshot, "/app"),),
            limits=Limits(limits.cpus, limits.memory, limits.pids),
            workdir="workspace",
        ),
    )
