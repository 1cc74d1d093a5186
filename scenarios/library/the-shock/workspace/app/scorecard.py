"""A scorecard: a weight a feature, and a probability of default. JSON, so that anybody can read what decides."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.features import NAMES, encode


@dataclass(frozen=True)
class Scorecard:
    """Logistic regression over `features.NAMES`."""

    name: str
    intercept: float
    weights: tuple[float, ...]

    def probability(self, row: Sequence[float]) -> float:
        """Of default within 90 days."""
        score = self.intercept + sum(w * x for w, x in zip(self.weights, row, strict=True))
        return 1.0 / (1.0 + math.exp(-score))

    def score(self, application: Mapping[str, Any]) -> float:
        """The same of an application."""
        return self.probability(encode(application))

    def params(self) -> dict[str, Any]:
        """As it is kept in table `models`."""
        return {"intercept": self.intercept, "weights": dict(zip(NAMES, self.weights, strict=True))}

    @classmethod
    def of(cls, name: str, params: Mapping[str, Any]) -> "Scorecard":
        """The inverse of `params`; `{"file": …}` names a file with them."""
        if "file" in params:
            params = json.loads(Path(params["file"]).read_text("utf-8"))
        return cls(name, params["intercept"], tuple(params["weights"][feature] for feature in NAMES))
