"""Version 1 (2024): the average of the SKU's velocity class."""

from collections import defaultdict
from statistics import fmean


class V1:
    """Knows nothing of tonight."""

    def __init__(self) -> None:
        self._mean: dict[str, float] = {}

    def fit(self, history: list[tuple[int, str, float, float]]) -> None:
        """Learn from rows of `wms.demand`."""
        found: dict[str, list[float]] = defaultdict(list)
        for _, velocity, _, after in history:
            found[velocity].append(after)
        self._mean = {velocity: fmean(values) for velocity, values in found.items()}

    def forecast(self, hour: int, velocity: str, last_2h: float) -> float:
        """Eaches in the next two hours."""
        return self._mean.get(velocity, 0.0)
