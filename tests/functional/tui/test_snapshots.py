"""What each place looks like. After a change that is meant: pytest this file with `--snapshot-update`, and look."""

from collections.abc import Callable

import pytest

from tests.unit.tui.shots import LOOKS, SHOTS, SIZES, Shot


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_it_looks_as_it_did(shot: Shot, size: tuple[int, int], look: str, snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(shot.app(look), terminal_size=size, run_before=shot.ready)
