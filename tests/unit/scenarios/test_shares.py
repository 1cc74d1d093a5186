"""Shares as people write them, and the distance of two tables: half the sum of all differences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.shares import distance, parse

CAUSES = ["a", "b", "c", "d", "e"]


def tables(whole: bool = True) -> st.SearchStrategy[dict[str, float]]:
    """Tables of shares; `whole` ones add up to 1."""
    some = st.dictionaries(st.sampled_from(CAUSES), st.integers(1, 100), min_size=1)
    scale = (lambda t: sum(t.values())) if whole else (lambda t: 500)
    return some.map(lambda t: {name: value / scale(t) for name, value in t.items()})


@pytest.mark.parametrize(("text", "share"), [
    ("65 %", 0.65), ("65%", 0.65), ("65 per cent", 0.65), ("65 percent", 0.65), ("12.5 pct", 0.125), ("12,5 %", 0.125),
    (0.65, 0.65), (".5", 0.5), (1, 1.0), (0, 0.0), ("100 %", 1.0), ("0 %", 0.0),
])  # fmt: skip
def test_a_share_is_read_as_people_write_it(text: object, share: float) -> None:
    assert parse(text) == pytest.approx(share)


@pytest.mark.parametrize("text", [65, "65", "101 %", "-5 %", 1.5, "?", "", "two thirds", True, None, "6" * 99 + " %"])
def test_what_may_mean_two_things_is_none(text: object) -> None:
    with pytest.raises(ValueError, match=r"share such as 65 %|more than 100 %"):
        parse(text)


@given(tables(), tables())
def test_it_is_a_share_of_the_loss_and_the_same_both_ways(one: dict[str, float], other: dict[str, float]) -> None:
    assert 0 <= distance(one, other) <= 1 + 1e-9
    assert distance(one, other) == pytest.approx(distance(other, one))


@given(tables(), tables(), tables())
def test_no_way_round_is_shorter(one: dict[str, float], other: dict[str, float], third: dict[str, float]) -> None:
    assert distance(one, other) <= distance(one, third) + distance(third, other) + 1e-9


@given(tables(), tables())
def test_nothing_is_between_equal_tables_only(one: dict[str, float], other: dict[str, float]) -> None:
    assert distance(one, one) == pytest.approx(0)
    if distance(one, other) < 1e-12:
        assert {k: round(v, 9) for k, v in one.items()} == {k: round(v, 9) for k, v in other.items()}


@given(tables(whole=False), tables())
def test_what_is_left_out_or_put_elsewhere_costs_what_it_is(claimed: dict[str, float], true: dict[str, float]) -> None:
    """Whoever leaves a part of the loss unexplained is off by it, as one who puts it to a cause that is none."""
    told = claimed | {"nothing": 1 - sum(claimed.values())}
    assert distance(claimed, true) == pytest.approx(distance(told, true))


@given(tables(), st.sampled_from(CAUSES), st.sampled_from(CAUSES), st.floats(0, 1))
def test_what_is_moved_from_one_cause_to_another_is_the_distance(
    true: dict[str, float], source: str, target: str, part: float
) -> None:
    moved = part * true.get(source, 0.0)
    claimed = dict(true)
    claimed[source] = claimed.get(source, 0.0) - moved
    claimed[target] = claimed.get(target, 0.0) + moved
    assert distance(claimed, true) == pytest.approx(0.0 if source == target else moved)
