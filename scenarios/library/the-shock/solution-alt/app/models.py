"""Whatever kind of model is in the registry."""

from collections.abc import Mapping
from typing import Any

from app.points import Points
from app.scorecard import Scorecard

Model = Scorecard | Points


def load(name: str, algorithm: str, params: Mapping[str, Any]) -> Model:
    """A model from its row in table `models`."""
    return Points(name, **params) if algorithm == "points" else Scorecard.of(name, params)
