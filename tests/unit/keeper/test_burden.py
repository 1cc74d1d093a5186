"""What of a deployment's waiting is the machine's doing: no more than others took, nothing where that is little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.keeper.burden import MUCH, Burden, Scales
from simulator.keeper.starvation import Reading
from simulator.runtime.base import Sample
from simulator.strain import Turns

CORES = 2
SHARES = st.floats(0.0, 1.0)


def after_a_second(busy: float, used: float, ran: float, waited: float, ours: float = 0.0) -> float | None:
    """The slowdown after one look, `busy` being the machine's share that was used, `used` cores of the world's."""
    burden = Burden(["api"], CORES, Reading(0.0, 0.0), 0.0)
    samples = {"api": Sample(used, 1, 1, turns=Turns(ran, waited)), "field": Sample(0.0, 1, 1)}
    burden.look(samples, ours, Reading((1 - busy) * CORES, CORES), 1.0)
    return burden.slowdown


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
    burden = Burden(["api"], CORES, Reading(0.0, 0.0), 0.0)
    burden.look({"api": Sample(0.5, 1, 1), "db": Sample(0.5, 1, 1, turns=Turns(1.0, 9.0))}, 0, Reading(0.0, 2.0), 1.0)
    assert burden.slowdown is None


def test_the_greater_counts_of_what_field_and_deployment_say() -> None:
    scales = Scales(["api"])
    assert scales.worst(None) is None
    assert scales.worst(2.5) == 2.5
    for runs in (False, True, True):
        scales.look({"api": Sample(0.1, 1, 1, turns=Turns(0.1, 0.0))}, runs)
    assert scales.worst(None) == 1.0
    assert scales.worst(2.5) == 2.5
    scales.look({}, runs=False)
    assert scales.worst(None) is None, "the next lap begins anew"
