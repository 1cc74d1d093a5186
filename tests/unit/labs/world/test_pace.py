"""Looks come close together while things change, and seldom while they do not."""

import pytest

from labs.base.cancel import CancelToken
from labs.world.pace import LATEST, SOONEST, Pace


def test_the_longer_nothing_changes_the_more_seldom_are_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("labs.world.pace.time.sleep", slept.append)
    pace = Pace()
    for _ in range(40):
        pace.wait()
    assert slept[0] == SOONEST and slept[-1] == LATEST and slept == sorted(slept)
    assert sum(1 for one in slept if one < LATEST) < 20
    pace.changed()
    pace.wait()
    assert slept[-1] == SOONEST


def test_who_cancels_is_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.world.pace.SOONEST", 600.0)
    cancel = CancelToken()
    cancel.cancel()
    Pace().wait(cancel)
