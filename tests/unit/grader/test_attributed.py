"""What a table of shares earns, with the true shares of the library's engagements."""

import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.brief.attributed import DECOY, FULL, NOTHING, credit
from grader.brief.check import incident
from grader.brief.truth import Truth, truth
from scenarios.brief import INCIDENT
from scenarios.loader import load
from scenarios.variants import LIBRARY
from tests.conftest import Figure

BRIEFED = ("eighty-five-resolved", "phantom-stock", "promise-dates", "the-shock")
TRIES = 2_000


@cache
def known(slug: str) -> tuple[Truth, frozenset[str]]:
    """The truth of a library scenario's incident, and its causes that only look like one."""
    scenario = load(LIBRARY / slug)
    assert scenario.brief is not None
    claims = scenario.brief.claims
    with incident(LIBRARY / slug / INCIDENT) as evidence:
        found = truth(evidence, scenario, claims)
    return found, frozenset(claims.causes.keys() - claims.true.keys())


def whole(table: dict[str, float]) -> dict[str, float]:
    """The same table, adding up to 1."""
    return {name: share / sum(table.values()) for name, share in table.items()}


@pytest.mark.parametrize("slug", BRIEFED)
def test_each_row_is_due_to_one_cause(slug: str) -> None:
    found, _ = known(slug)
    assert found.several == 0
    assert sum(found.shares.values()) >= 0.98


@pytest.mark.parametrize("slug", BRIEFED)
def test_who_does_not_know_earns_nothing(slug: str) -> None:
    found, decoys = known(slug)
    largest = max(found.shares.values())
    assert credit(dict.fromkeys(found.shares, 1 / len(found.shares)), found.shares, decoys) == 0
    assert all(credit({name: 1.0}, found.shares, decoys) == 0 for name in found.shares if name != found.largest)
    assert credit({found.largest: 1.0}, found.shares, decoys) <= max(0.0, (largest - 1 + NOTHING) / (NOTHING - FULL))


@pytest.mark.parametrize("slug", BRIEFED)
def test_who_guesses_hardly_ever_earns_something(slug: str, figure: Figure) -> None:
    found, decoys = known(slug)
    rng = random.Random(slug)
    tables = [whole({name: rng.expovariate(1) for name in found.shares}) for _ in range(TRIES)]
    earned = [credit(table, found.shares, decoys) for table in tables]
    assert sum(one > 0 for one in earned) <= 0.02 * TRIES
    figure(f"{slug}: random tables that earn something", sum(one > 0 for one in earned) / TRIES, "share")


@pytest.mark.parametrize("slug", BRIEFED)
def test_who_knows_and_is_off_by_half_of_each_keeps_most(slug: str, figure: Figure) -> None:
    found, decoys = known(slug)
    rng = random.Random(slug)
    real = {name: share for name, share in found.shares.items() if share}
    tables = [whole({name: share * rng.uniform(0.5, 1.5) for name, share in real.items()}) for _ in range(TRIES)]
    earned = [credit(table, found.shares, decoys) for table in tables]
    assert sum(earned) / TRIES >= 0.95
    figure(f"{slug}: off by up to half of each, mean credit", sum(earned) / TRIES, "share")


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_nearer_the_more(one: float, other: float) -> None:
    true = {"a": 1.0, "b": 0.0}
    near, far = sorted((one, other), reverse=True)
    assert credit({"a": near, "b": 1 - near}, true, ()) >= credit({"a": far, "b": 1 - far}, true, ())


@given(st.floats(0.06, 0.3))
def test_a_decoy_halves_it(share: float) -> None:
    true = {"a": 1.0, "b": 0.0}
    assert share > DECOY
    claimed = {"a": 1 - share, "b": share}
    assert credit(claimed, true, {"b"}) == pytest.approx(credit(claimed, true, ()) / 2)
