"""What the deployment may leave in the drop: paths are of some length, in whatever way they are made."""

import errno

import pytest

from simulator.parts.sftp_drop.drop import LONGEST_PATH, Drop


def test_paths_that_a_deployment_makes_have_an_end() -> None:
    drop = Drop({"/in": "write"})
    longest = "/in/" + "x" * (LONGEST_PATH - 4)
    drop.close(drop.open(longest, "wc", 0.0, {}), 0.0)
    for act in (
        lambda: drop.open(longest + "x", "wc", 0.0, {}),
        lambda: drop.rename(longest, longest + "x", 0.0, True),
    ):
        with pytest.raises(OSError, match="too long") as refused:
            act()
        assert refused.value.errno == errno.ENAMETOOLONG
    assert [entry.path for entry in drop.delivered()] == [longest]
