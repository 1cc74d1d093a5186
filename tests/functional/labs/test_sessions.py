"""A world that is in another state folder than the command that looks for it, and one that ended by itself."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from labs.world import keepers
from tests.functional.labs.conftest import FDELAB, Run

pytestmark = pytest.mark.xdist_group("labs-sessions")


@pytest.fixture
def mine(run: Run, folder: Path, tmp_path: Path) -> Path:
    """An engagement whose world runs in the state folder of `run`."""
    done = run("start", folder, tmp_path / "mine", "--runtime", "local")
    assert done.returncode == 0, done.stderr
    return tmp_path / "mine"


@pytest.fixture
def other(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `fdelab` in the engagement's folder, under a home where nothing is known of any world."""

    def call(*argv: str) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith(("FDELAB_", "XDG_"))}
        env |= {"HOME": str(tmp_path / "home")}
        return subprocess.run([str(FDELAB), *argv], cwd=tmp_path / "mine", env=env, capture_output=True, text=True)

    return call


def remembered(mine: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((mine / ".fdelab/engagement.json").read_bytes())
    return found


@pytest.fixture
def keeper(mine: Path) -> Iterator[keepers.Keeper]:
    """The living keeper of that world, as the machine's processes tell of it."""
    session = remembered(mine)["session"]
    (found,) = [one for one in keepers.living() if one.session == session]
    yield found
    found.end()


@pytest.fixture
def worldless(run: Run, folder: Path, tmp_path: Path) -> Path:
    """An engagement that never had a world."""
    assert run("start", folder, tmp_path / "mine", "--files-only").returncode == 0
    return tmp_path / "mine"


def test_under_another_home_its_status_is_told_and_stop_ends_it(
    mine: Path, keeper: keepers.Keeper, state: Path, other: Run
) -> None:
    assert (keeper.state, keeper.mine, keeper.user) == (state, True, psutil.Process().username())
    told = json.loads(other("status", "--json").stdout)
    assert told["world"]["phase"] in ("starting", "running")
    assert f"of {keeper.user}" in other("doctor").stdout
    done = other("stop")
    assert (done.returncode, done.stderr) == (0, "stopped\n")
    assert not psutil.pid_exists(keeper.pid)
    assert not keeper.folder.exists()
    assert remembered(mine)["session"] is None
    assert other("stop").stderr == "nothing was running\n"


def test_what_runs_under_another_home_is_named_and_ended_by_its_name(
    mine: Path, keeper: keepers.Keeper, other: Run
) -> None:
    remember(mine, session=None, home=None)
    for command in (("status",), ("stop", "--all"), ("gc",)):
        assert keeper.told() in other(*command).stderr, command
    told = json.loads(other("status", "--json").stdout)
    assert keeper.facts() in told["elsewhere"]
    assert psutil.pid_exists(keeper.pid), "it was named, and left alone"
    done = other("stop", keeper.session)
    assert (done.returncode, done.stderr) == (0, f"stopped {keeper.session}\n")
    assert not psutil.pid_exists(keeper.pid)
    assert other("stop", keeper.session).returncode == 2


def test_a_world_whose_state_folder_was_removed_is_found_by_its_process(
    keeper: keepers.Keeper, state: Path, run: Run
) -> None:
    process = psutil.Process(keeper.pid)
    process.suspend()  # it would soon find out by itself, and end
    shutil.rmtree(state)
    assert keeper.told() in run("gc").stderr
    process.resume()
    stopped = run("stop", keeper.session)
    assert stopped.returncode == 0 or "no world" in stopped.stderr, "it was ended, or has found out by itself"
    psutil.wait_procs([process], timeout=60)
    assert not process.is_running()


def remember(mine: Path, **facts: object) -> None:
    (mine / ".fdelab/engagement.json").write_text(json.dumps(remembered(mine) | facts))


def test_a_place_that_cannot_be_seen_from_here_is_named_and_not_forgotten(worldless: Path, other: Run) -> None:
    home = {"state": "/nowhere/fdelab", "user": "jo", "host": "laptop"}
    remember(worldless, home=home, session="0a1b2c3d")
    done = other("stop")
    assert done.returncode == 2
    assert "by jo on laptop, with state folder /nowhere/fdelab" in done.stderr
    assert remembered(worldless)["session"] == "0a1b2c3d"


def test_a_prepared_folder_ends_no_process_that_is_no_keeper(worldless: Path, other: Run) -> None:
    mine = worldless
    trap = mine / "state/worlds/0a1b2c3d"
    trap.mkdir(parents=True)
    with subprocess.Popen(["sleep", "60"]) as innocent:
        who = {"pid": innocent.pid, "created": psutil.Process(innocent.pid).create_time()}
        (trap / "launched.json").write_text(json.dumps(who))
        home = {"state": str(mine / "state"), "user": "root", "host": keepers.host()}
        remember(mine, session="0a1b2c3d", home=home)
        assert other("stop").stderr == "nothing was running\n"
        assert innocent.poll() is None
        assert trap.is_dir()
        innocent.kill()


def test_a_killed_keeper_is_told_with_when(mine: Path, keeper: keepers.Keeper, run: Run) -> None:
    os.kill(keeper.pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(keeper.pid)] if psutil.pid_exists(keeper.pid) else [], timeout=30)
    told = json.loads(run("status", "--json", cwd=mine).stdout)
    assert told["world"] is None
    assert told["ended"].startswith("its keeper was killed, last heard of at ")
    assert told["ended"] in " ".join(run("status", cwd=mine).stdout.split())
    assert "its keeper was killed" in run("check", cwd=mine).stderr
    assert run("stop", cwd=mine).returncode == 0, "which ends what is left of it"


def test_a_field_that_died_is_told(mine: Path, keeper: keepers.Keeper, run: Run) -> None:
    children = psutil.Process(keeper.pid).children(recursive=True)
    field = next(one for one in children if "simulator.field" in one.cmdline())
    field.kill()
    psutil.wait_procs([psutil.Process(keeper.pid)], timeout=60)
    told = json.loads(run("status", "--json", cwd=mine).stdout)
    assert told["world"] is None
    assert "field" in told["ended"]
    assert told["ended"].startswith("it ended at ")


def test_a_signal_from_outside_is_told(mine: Path, keeper: keepers.Keeper, run: Run) -> None:
    keeper.end()
    assert json.loads(run("status", "--json", cwd=mine).stdout)["ended"].startswith("a signal ended it at ")
