"""Version 2 (live since 1 March): gradient boosting on what was picked from the face lately."""

CLASSES = "ABC"


class V2:
    """Goes with the night: what moves a lot now will move a lot in the next two hours."""

    def __init__(self) -> None:
        # Takes a second, so it is not done where somebody waits for it.
        from sklearn.ensemble import GradientBoostingRegressor

        self._model = GradientBoostingRegressor(n_estimators=60, max_depth=3, min_samples_leaf=40, random_state=1)

    def fit(self, history: list[tuple[int, str, float, float]]) -> None:
        """Learn from rows of `wms.demand`."""
        features = [[hour, CLASSES.index(velocity), last] for hour, velocity, last, _ in history]
        self._model.fit(features, [after for *_, after in history])

    def forecast(self, hour: int, velocity: str, last_2h: float) -> float:
        """Eaches in the next two hours."""
        return max(float(self._model.predict([[hour, CLASSES.index(velocity), last_2h]])[0]), 0.0)
