"""Worlds that start at once never choose the same port, not even one that its world has just released."""

import socket
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
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Ports]]:
    """Two worlds that share two blocks."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
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
