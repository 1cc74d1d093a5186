"""What of a deployment's waiting is the machine's doing: no more than others took, nothing where that is little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.keeper import burden
from simulator.keeper.burden import MUCH, Burden, Scales
from simulator.keeper.starvation import Reading
from simulator.runtime.base import Sample
from simulator.strain import Turns

CORES = 2
SHARES = st.floats(0.0, 1.0)


def after_a_second(busy: float, used: float, ran: float, waited: float, ours: float = 0.0) -> float | None:
    """The slowdown after one look, `busy` being the machine's share that was used, `used` cores of the world's."""
    seen = Burden(["api"], CORES, Reading(0.0, 0.0), 0.0)
    samples = {"api": Sample(used, 1, 1, turns=Turns(ran, waited)), "field": Sample(0.0, 1, 1)}
    seen.look(samples, ours, Reading((1 - busy) * CORES, CORES), 1.0)
    return seen.slowdown


def test_waiting_for_others_is_the_machines() -> None:
    assert after_a_second(busy=1.0, used=0.1, ran=0.1, waited=0.6) == pytest.approx(7.0)


def test_waiting_for_itself_is_its_own() -> None:
    assert after_a_second(busy=1.0, used=1.9, ran=1.9, waited=20.0) == 1.0
    assert after_a_second(busy=1.0, used=0.1, ran=0.1, waited=20.0, ours=1.8) == 1.0


@given(SHARES, SHARES, st.floats(1e-3, 10), st.floats(0, 1e3))
def test_others_are_to_blame_for_no_more_than_they_took(busy: float, own: float, ran: float, waited: float) -> None:
    used = own * busy * CORES
    found = after_a_second(busy, used, ran, waited)
    others = busy * CORES - used
    assert found is not None
    assert 1.0 <= found <= max(1.0, (ran + min(waited, others)) / ran) + 1e-6
    if others < MUCH * CORES - 1e-9:
        assert found == 1.0


def test_where_nothing_is_told_nothing_is_known() -> None:
    seen = Burden(["api"], CORES, Reading(0.0, 0.0), 0.0)
    seen.look({"api": Sample(0.5, 1, 1), "db": Sample(0.5, 1, 1, turns=Turns(1.0, 9.0))}, 0, Reading(0.0, 2.0), 1.0)
    assert seen.slowdown is None


def test_what_devices_bring_is_nobodys_work() -> None:
    seen = Burden(["api"], CORES, Reading(1.0, 1.0, 1.0), 0.0)
    turns = Turns(0.1, 0.6)
    seen.look({"api": Sample(0.1, 1, 1, turns=turns)}, 0, Reading(1.0, 1.0 + CORES, 1.0 + 0.9 * CORES), 1.0)
    assert seen.slowdown == 1.0


@given(SHARES, SHARES, st.floats(1e-3, 10), st.floats(0, 1e3))
def test_others_are_to_blame_for_no_more_of_the_fields_waiting(
    busy: float, own: float, ran: float, waited: float
) -> None:
    seen = Burden(["api"], CORES, Reading(0.0, 0.0), 0.0)
    used = own * busy * CORES
    seen.look({"db": Sample(used, 1, 1)}, 0.0, Reading((1 - busy) * CORES, CORES), 1.0)
    others = busy * CORES - used
    found = seen.blamed(Turns(ran, waited))
    assert found.ran == ran
    assert 0.0 <= found.waited <= min(waited, max(0.0, others) + 1e-6)
    if others < MUCH * CORES - 1e-9:
        assert found.waited == 0.0
    assert seen.others == pytest.approx(max(0.0, others))


def at(ran: float, waited: float) -> Turns:
    return Turns(ran, waited)


def a_lap(scales: Scales, *turns: Turns | None) -> None:
    """The machine of this test is as it is: how much others took of it nobody knows."""
    for runs, had in zip((False, *(True for _ in turns)), (None, *turns), strict=True):
        scales.look({"api": Sample(0.1, 1, 1, turns=had)}, runs)


def test_the_greater_counts_of_what_became_of_field_and_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    scales, seconds = Scales(["api"]), iter(range(100))
    monkeypatch.setattr(burden, "machine", lambda: Reading(0.0, CORES * float(next(seconds))))
    assert scales.told([at(0.0, 0.0), at(1.0, 9.0)]) == (None, None), "nobody has looked"
    a_lap(scales, Turns(0.0, 0.0), None)
    assert scales.told([None, None])[0] is None
    monkeypatch.setattr(Burden, "slowdown", 1.5)
    monkeypatch.setattr(Burden, "blamed", lambda _self, had: had)
    assert scales.told([at(1.0, 1.0), at(2.0, 2.5)])[0] == 2.5
    assert scales.told([at(1.0, 1.0), at(2.0, 1.1)])[0] == 1.5
    scales.look({}, runs=False)
    assert scales.told([at(0.0, 0.0), at(1.0, 9.0)]) == (None, None), "the next lap begins anew"
