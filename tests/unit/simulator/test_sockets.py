"""How many connections a process has files for."""

import resource
from collections.abc import Iterator

import pytest

from simulator import sockets


@pytest.fixture(autouse=True)
def few_files() -> Iterator[int]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("servers", [1, 3, 7])
def test_half_of_the_files_are_left_whatever_is_connected(servers: int) -> None:
    room = sockets.room(servers)
    assert room > 0
    assert servers * room * 2 <= 512


def test_a_process_gets_the_files_that_it_may_have(few_files: int) -> None:
    sockets.want_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(few_files, 65_536), few_files)
