"""Reasons are true when the deployment's own probabilities follow them, whatever kind of model it has."""

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from simulator.workloads.loan_reasons import Declined, Seen, reason_rows

CODES = {"R1": "income", "R2": "utilisation", "R3": "sector", "R4": "tenure"}


def linear(a: Mapping[str, Any]) -> float:
    return float(-1 - 1.5 * a["income"] + 0.8 * a["utilisation"] + 1.2 * (a["sector"] == "travel"))


def stepped(a: Mapping[str, Any]) -> float:
    """As trees do it, with an interaction."""
    utilised = a["utilisation"] > 0.5
    return -1 + 2 * float(a["income"] < -0.5) + (0.8 + 0.7 * float(a["sector"] == "travel")) * float(utilised)


def decisions(score: Callable[[Mapping[str, Any]], float], model: str = "m", count: int = 600) -> list[Seen]:
    rng = random.Random(3)
    found: list[Seen] = []
    for _ in range(count):
        a: dict[str, Any] = {name: rng.gauss(0, 1) for name in ("income", "utilisation", "tenure")}
        a["sector"] = rng.choice(["office", "travel", "health"])
        found.append((model, 1 / (1 + math.exp(-score(a))), a))
    return found


def share(seen: list[Seen], reasons: Callable[[Mapping[str, Any]], tuple[str, ...]]) -> float:
    """How many of the declines have true reasons."""
    worst = [n for n, (_, chance, _) in enumerate(seen) if chance > 0.4]
    declined = [Declined(n, float(n), f"A-{n}", reasons(seen[n][2])) for n in worst]
    rows = list(reason_rows(seen, declined, CODES, 4))
    assert len(rows) == len(declined) > 50
    return sum(float(row["true_reasons"]) for row in rows) / len(rows)


def honest(a: Mapping[str, Any]) -> tuple[str, ...]:
    """What weighs against the applicant in `linear`, and in `stepped` about so."""
    weights = {"R1": -1.5 * a["income"], "R2": 0.8 * a["utilisation"], "R3": 0.8 if a["sector"] == "travel" else -0.4}
    return tuple(sorted((c for c in weights if weights[c] > 0.3), key=lambda c: -weights[c]))


@pytest.mark.parametrize("score", [linear, stepped])
def test_honest_reasons_are_true(score: Callable[[Mapping[str, Any]], float]) -> None:
    assert share(decisions(score), honest) > 0.9


@pytest.mark.parametrize(
    "reasons",
    [
        lambda _a: ("R4",),
        lambda _a: ("R1", "R2", "R3", "R4"),
        lambda a: ("R3",) if a["sector"] != "travel" else ("R4",),
        lambda _a: (),
    ],
)
def test_made_up_reasons_are_not(reasons: Callable[[Mapping[str, Any]], tuple[str, ...]]) -> None:
    assert share(decisions(linear), reasons) < 0.5


def test_each_model_is_asked_by_itself() -> None:
    def reverse(a: Mapping[str, Any]) -> float:
        return -linear(a)

    seen = [*decisions(linear, "one"), *decisions(reverse, "two"), *decisions(linear, "small", 20)]
    rows = list(reason_rows(seen, [Declined(0, 0.0, "A", ("R1",)), Declined(600, 1.0, "B", ("R1",))], CODES, 4))
    one, two = (set(row["weighed"].split()) for row in rows)
    assert one.isdisjoint(two)


def test_nothing_declined_is_nothing_to_explain() -> None:
    assert list(reason_rows(decisions(linear), [], CODES, 4)) == []
