"""The batch trainer: a scorecard from every loan of which it is known how it went."""

import importlib
from collections.abc import Sequence

import numpy as np
from app.features import encode
from app.scorecard import Scorecard
from jobs.warehouse import Row


def warm_up() -> None:
    """Load what takes its time to load; not at the start, since the platform waits until we answer on /health."""
    for name in ("scipy.stats", "sklearn.linear_model", "sklearn.metrics"):
        importlib.import_module(name)


def fit(name: str, rows: Sequence[Row]) -> Scorecard:
    """Learn from these loans."""
    features = np.array([encode(row) for row in rows])
    defaulted = np.array([row["defaulted"] for row in rows], dtype=int)
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=500).fit(features, defaulted)
    return Scorecard(name, float(model.intercept_[0]), tuple(float(w) for w in model.coef_[0]))


def auc(card: Scorecard, rows: Sequence[Row]) -> float:
    """How well a model tells those who defaulted from those who paid."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([row["defaulted"] for row in rows], [card.score(row) for row in rows]))
