"""What all tests share: their own state folder, what a Docker test does without an engine, and a look for leftovers.

- Worlds of a test run live in a state folder of that run, never in the user's own.
- A test marked `docker` is skipped where no engine answers. With `FDELAB_REQUIRE_DOCKER`, or in CI, it fails instead,
  whatever made it skip: CI must not turn green by testing less.
- The same holds of Chromium, for the test that needs one: `FDELAB_REQUIRE_CHROMIUM`; and of Node.js, for the language
  server that npm installs into the cache: `FDELAB_REQUIRE_NODE`.
- What tells of CI no test sees, since `exam` heeds it: a test that is about CI sets it.
- A test marked `cores(0.6)` waits until so much of the machine is free (`tests/cores.py`).
- A run that leaves a process, container or network of a world behind fails, whatever its tests said.
- `figure` takes what a benchmark measured: shown when the run ends, and kept by `make prove`.
"""

import json
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, settings

from labs.base import ci
from simulator.runtime.base import RuntimeUnavailable
from tests import cores
from tests.scenarios import choice

# How fast examples come is the machine's affair; a busy one must not fail a law.
settings.register_profile("fdelab", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fdelab")

os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")

RUN = "FDELAB_TEST_RUN"
"""Environment variable that every process started by this run inherits."""

PATIENCE = 10.0
"""Seconds that the last world may take to come down."""

Figure = Callable[..., None]

_figures: list[dict[str, Any]] = []


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(cores, "cores")
    if not _is_worker(config):
        if ci.in_ci():
            os.environ["FDELAB_REQUIRE_DOCKER"] = os.environ["FDELAB_REQUIRE_CHROMIUM"] = "1"
            os.environ["FDELAB_REQUIRE_NODE"] = "1"
        for name in ci.VARIABLES:
            os.environ.pop(name, None)
        os.environ[RUN] = uuid.uuid4().hex
        os.environ.setdefault(choice.TURN, str(choice.turn()))
        os.environ["FDELAB_STATE"] = tempfile.mkdtemp(prefix="fdelab-tests-")


@cache
def _engine_problem() -> str | None:
    """Why no Docker engine can be used, or None."""
    from simulator.runtime.docker.engine import connect

    try:
        connect().close()
    except RuntimeUnavailable as reason:
        return f"{reason}; tests marked `docker` need one"
    return None


def _is_set(value: str) -> bool:
    return value.lower() not in ("", "0", "false")


def _docker_required() -> bool:
    return _is_set(os.environ.get("FDELAB_REQUIRE_DOCKER", ""))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("docker") and (problem := _engine_problem()):
        pytest.skip(problem)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("docker") and _docker_required():
        report.outcome = "failed"
        why = call.excinfo.value if call.excinfo else "skipped"
        report.longrepr = f"a Docker test must not skip here (FDELAB_REQUIRE_DOCKER is set, or CI): {why}"
    for name, value in item.user_properties if call.when == "teardown" else ():
        if name == "figure":
            report.sections.append(("figure", json.dumps(value)))
    return report


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Report what was measured: `figure("link, added p50", 0.21, "ms", ratio=1.12, budget="≤ 1.3 × bare relay")`."""

    def report(what: str, value: float, unit: str, **more: object) -> None:
        request.node.user_properties.append(("figure", {"what": what, "value": value, "unit": unit, **more}))

    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _figures.extend(json.loads(text) | {"test": report.nodeid} for title, text in report.sections if title == "figure")


# What a run must not leave behind.


def _labelled(folders: Iterable[Path]) -> Iterator[str]:
    """Containers and networks of worlds in these folders; others use the same engine."""
    from simulator.runtime.docker.engine import TROUBLE, WORLD, connect

    only = {"label": WORLD}
    try:
        with closing(connect()) as engine:
            containers = engine.api.containers(all=True, filters=only)
            networks = engine.api.networks(filters=only)
    except (RuntimeUnavailable, *TROUBLE) as error:
        yield f"whatever the engine holds: {error}"
        return
    for kind, things in (("container", containers), ("network", networks)):
        for thing in things:
            if any(Path(thing["Labels"][WORLD]).is_relative_to(folder) for folder in folders):
                yield f"{kind} {thing.get('Name') or thing['Names'][0].lstrip('/')}"


def _is_worker_process(child: psutil.Process) -> bool:
    try:
        return "sys.stdin.readline()" in " ".join(child.cmdline())
    except psutil.Error:  # a zombie that a failed test left
        return False


def _processes(sessions: set[str]) -> Iterable[str]:
    """Host processes that this run started, directly or through a world."""
    me = psutil.Process()
    workers = {child.pid for child in me.children() if _is_worker_process(child)}
    family = {me.pid, *workers, *(parent.pid for parent in me.parents())}
    for process in psutil.process_iter():
        try:
            env = process.environ()
            ours = env.get(RUN) == os.environ[RUN] or env.get("FDELAB_SESSION") in sessions
            if ours and process.pid not in family and process.status() != psutil.STATUS_ZOMBIE:
                yield f"process {process.pid}: {' '.join(process.cmdline())[:120]}"
        except psutil.Error:
            continue


def _sessions(folders: Iterable[Path]) -> set[str]:
    return {spec.parent.name for folder in folders for spec in folder.rglob("worlds/*/world.json")}


def _leftovers(config: pytest.Config) -> list[str]:
    """What this run left."""
    factory = getattr(config, "_tmp_path_factory", None)
    made = [Path(os.environ["FDELAB_STATE"]), *([factory.getbasetemp()] if factory else [])]
    folders = [folder.resolve() for folder in made]
    engine = () if _engine_problem() else _labelled(folders)
    return sorted([*engine, *_processes(_sessions(folders))])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _is_worker(session.config) or session.config.option.collectonly:
        return
    deadline = time.monotonic() + PATIENCE
    while (left := _leftovers(session.config)) and time.monotonic() < deadline:
        time.sleep(0.25)
    session.config.stash[LEFT] = left
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    elif not session.testsfailed:
        shutil.rmtree(os.environ["FDELAB_STATE"], ignore_errors=True)
    if _figures and (results := os.environ.get("FDELAB_FIGURES")):
        from labs.base.fingerprint import fingerprint

        with Path(results).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(row | {"code": fingerprint()}, ensure_ascii=False) + "\n" for row in _figures)


LEFT = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if _figures:
        terminalreporter.section("measured")
    for row in _figures:
        more = ", ".join(
            f"{name} {value}" for name, value in row.items() if name not in ("what", "value", "unit", "test")
        )
        terminalreporter.line(f"{row['what']}: {row['value']:.4g} {row['unit']}" + (f"  ({more})" if more else ""))
    if left := config.stash.get(LEFT, []):
        terminalreporter.section("left behind", red=True)
        for what in left:
            terminalreporter.line(what)
