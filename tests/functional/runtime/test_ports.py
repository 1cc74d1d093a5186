"""Worlds that start at once never choose the same port, not even one that its world has just released."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.runtime import ports
from simulator.runtime.ports import BLOCK, CHOICE, Ports

pytestmark = pytest.mark.xdist_group("ports")
"""They would take one another's."""

FIRST = CHOICE.start - 2 * BLOCK
"""Two blocks that no world takes ports from: other tests run worlds meanwhile."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Ports]]:
    """Two worlds that share two blocks."""
    monkeypatch.setattr(ports, "CHOICE", range(FIRST, FIRST + 2 * BLOCK))
    worlds = [Ports(), Ports()]
    yield worlds
    for world in worlds:
        world.close()


def test_a_released_port_stays_its_worlds(few: list[Ports]) -> None:
    one, other = few
    mine = [one.take() for _ in range(5)]
    one.release(mine)
    theirs = [other.take() for _ in range(5)]
    assert {p // BLOCK for p in mine}.isdisjoint(p // BLOCK for p in theirs)


def test_a_world_that_ends_frees_its_block(few: list[Ports]) -> None:
    one, other = few
    one.take()
    other.take()
    with pytest.raises(OSError, match="no free port"):
        Ports().take()
    one.close()
    third = Ports()
    assert third.take()
    third.close()


def test_what_somebody_else_listens_on_is_passed_over(few: list[Ports]) -> None:
    one, other = few
    first = one.take() // BLOCK * BLOCK
    free = next(base for base in (FIRST, FIRST + BLOCK) if base // BLOCK != first // BLOCK)
    with socket.create_server(("127.0.0.1", free + BLOCK - 1)):
        assert other.take() != free + BLOCK - 1


def test_a_held_port_cannot_be_bound_until_it_is_released(few: list[Ports]) -> None:
    port = few[0].take()
    with pytest.raises(OSError, match="in use"):
        socket.create_server(("127.0.0.1", port))
    few[0].release([port])
    socket.create_server(("127.0.0.1", port)).close()


TAKEN = """
import os, sys
from simulator.runtime import ports
first, size, user = map(int, sys.argv[1:])
if user:
    os.setgid(user)
    os.setuid(user)
ports.CHOICE = range(first, first + size)
print(ports.Ports().take())
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_worlds_of_two_users_never_choose_the_same_block(few: list[Ports]) -> None:
    mine = few[0].take()
    command = [sys.executable, "-c", TAKEN, str(FIRST), str(2 * BLOCK), "12345"]
    theirs = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert mine // BLOCK != theirs // BLOCK


def test_taking_ports_touches_no_file_that_somebody_planted(
    few: list[Ports], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ours = tmp_path / "ours"
    ours.write_text("kept")
    (tmp_path / "fdelab-ports").mkdir()
    for first in (FIRST, FIRST + BLOCK):
        (tmp_path / "fdelab-ports" / str(first)).symlink_to(ours)
    assert few[0].take()
    assert ours.read_text() == "kept"
