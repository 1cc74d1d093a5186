from datetime import datetime, timedelta

import pytest

from simulator.parts.bucket import Bucket


class Watch:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 8)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_it_fills_evenly_in_simulated_time(watch: Watch) -> None:
    bucket = Bucket(60, 60.0, watch)
    bucket.charge(60)
    assert bucket.wait(1) == pytest.approx(1.0)
    assert bucket.full() == pytest.approx(60.0)
    watch.time += timedelta(seconds=30)
    assert bucket.level() == pytest.approx(30)
    assert bucket.wait(30) == 0
    watch.time += timedelta(hours=1)
    assert bucket.level() == 60


def test_more_than_it_holds_waits_for_a_full_one_and_leaves_a_debt(watch: Watch) -> None:
    bucket = Bucket(10, 60.0, watch)
    assert bucket.wait(25) == 0
    bucket.charge(25)
    assert bucket.level() == -15
    assert bucket.wait(1) == pytest.approx(96.0)


def test_a_charge_stops_at_its_floor(watch: Watch) -> None:
    bucket = Bucket(2, 60.0, watch)
    for _ in range(9):
        bucket.charge(1, floor=-2)
    assert bucket.level() == -2
