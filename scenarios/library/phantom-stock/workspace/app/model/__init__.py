"""How much will be picked from a face in the next two hours?"""

from typing import Protocol

from app.model.v1 import V1
from app.model.v2 import V2

MODELS = {"v1": V1, "v2": V2}

Example = tuple[int, str, float, float]
"""Hour, velocity class, picked in the last two hours, picked in the two after them: a row of wms.demand."""


class Model(Protocol):
    """Learns from rows of `wms.demand`."""

    def fit(self, history: list[Example]) -> None: ...

    def forecast(self, hour: int, velocity: str, last_2h: float) -> float:
        """Eaches in the next two hours."""
