"""Users of guests: nobody else's, ended faster than they fork, and by `gc` when all else has died."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from simulator.runtime import gc
from simulator.runtime.box import guests
from simulator.runtime.box.guests import BLOCK, Users

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


EVERYBODYS = shutil.which("python3", path="/usr/local/bin:/usr/bin")
BOMB = """
import os, signal
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        os.fork()
    except OSError:
        pass
"""


def run(uid: int, *argv: str) -> subprocess.Popen[bytes]:
    """A program of a guest."""
    launcher = guests.launch_as(uid, {"RLIMIT_NPROC": 30})
    return subprocess.Popen([*launcher, "--", *argv], cwd="/", env={"PATH": "/usr/local/bin:/usr/bin:/bin"})


def alive(uid: int) -> list[psutil.Process]:
    return list(guests.of_users({uid}))


def until(uid: int, count: int) -> None:
    deadline = time.monotonic() + 20
    while len(alive(uid)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def users(tmp_path: Path) -> Iterator[Users]:
    (tmp_path / "worlds" / "dead").mkdir(parents=True)
    made = Users(tmp_path / "worlds" / "dead")
    yield made
    made.close()


def test_two_worlds_have_no_user_in_common(users: Users, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Users(tmp_path / "other")
    try:
        assert {users.take() for _ in range(BLOCK)}.isdisjoint(other.take() for _ in range(BLOCK))
        with pytest.raises(OSError, match="no more than"):
            users.take()
    finally:
        other.close()


@pytest.mark.skipif(EVERYBODYS is None, reason="no Python that everybody may run")
def test_a_fork_bomb_that_ignores_everything_is_ended(users: Users) -> None:
    uid = users.take()
    bomb = run(uid, EVERYBODYS or "", "-c", BOMB)
    until(uid, 10)
    guests.end({uid})
    assert alive(uid) == []
    bomb.wait(10)


def test_a_guest_is_what_it_was_made_for_good(users: Users) -> None:
    uid = users.take()
    told = subprocess.run(
        [*guests.launch_as(uid, {"RLIMIT_NOFILE": 50}), "--", "/bin/sh", "-c", "id -u; id -G; ulimit -n; nice"],
        capture_output=True, text=True, cwd="/", env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert told.stdout.split() == [str(uid), str(uid), "50", "19"]


def test_a_program_that_is_not_there_ends_as_in_a_shell(users: Users) -> None:
    argv = [*guests.launch_as(users.take(), {}), "--", "no-such-program"]
    done = subprocess.run(argv, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stderr) == (127, "cannot run 'no-such-program': No such file or directory\n")


def test_gc_ends_the_guests_of_a_keeper_that_was_killed_but_not_of_one_that_lives(users: Users, tmp_path: Path) -> None:
    uid = users.take()
    child = run(uid, "/bin/sh", "-c", "sleep 60 & sleep 60")
    until(uid, 2)
    gc.remove(tmp_path / "worlds")
    assert len(alive(uid)) >= 2, "its users are still taken"
    users.close()
    assert gc.remove(tmp_path / "worlds").sessions == {"dead"}
    assert alive(uid) == []
    child.wait(10)
