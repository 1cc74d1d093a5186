"""The models learn from rows as the WMS has them."""

import random

import pytest
from app.model import MODELS, Example


@pytest.fixture(scope="module")
def history() -> list[Example]:
    rng = random.Random(1)
    paces = [rng.lognormvariate(4.2, 0.6) for _ in range(1500)]
    return [
        (rng.randrange(24), rng.choice("ABC"), max(rng.gauss(p, 25), 0.0), max(rng.gauss(p, 25), 0.0)) for p in paces
    ]


def error(name: str, history: list[Example]) -> float:
    """How far a model is off on what it has not seen, as a share of what was picked."""
    model = MODELS[name]()
    model.fit(history[:1000])
    seen = [(model.forecast(hour, velocity, last), after) for hour, velocity, last, after in history[1000:]]
    return sum(abs(said - after) for said, after in seen) / sum(after for _, after in seen)


def test_version_two_is_better_than_version_one(history: list[Example]) -> None:
    assert error("v2", history) < 0.8 * error("v1", history)


def test_who_moves_little_is_forecast_little(history: list[Example]) -> None:
    model = MODELS["v2"]()
    model.fit(history)
    assert model.forecast(3, "A", 5.0) < model.forecast(3, "A", 150.0)
