"""The batch trainer: a scorecard from loans of the present, and the gate that it must pass.

The test is on the newest loans, of which the challenger has learned nothing. Once it has won, it learns from all.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from app.features import encode
from app.scorecard import Scorecard
from jobs.warehouse import Row

FEWEST = 120
TEST = 0.3


@dataclass(frozen=True)
class Contest:
    """Champion and challenger on the same loans."""

    challenger: Scorecard
    auc_champion: float
    auc_challenger: float
    brier_champion: float
    brier_challenger: float

    @property
    def won(self) -> bool:
        """Better at telling good from bad, and no worse as a probability."""
        return self.auc_challenger > self.auc_champion and self.brier_challenger < self.brier_champion


def warm_up() -> None:
    """Load what takes its time to load; not at the start, since the platform waits until we answer on /health."""
    for name in ("scipy.stats", "sklearn.linear_model", "sklearn.metrics"):
        importlib.import_module(name)


def fit(name: str, rows: Sequence[Row]) -> Scorecard:
    """Learn from these loans."""
    features = np.array([encode(row) for row in rows])
    bad = np.array([row["outcome"] for row in rows], dtype=int)
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=2.0, max_iter=500).fit(features, bad)
    return Scorecard(name, float(model.intercept_[0]), tuple(float(w) for w in model.coef_[0]))


def contest(champion: Scorecard, rows: Sequence[Row], name: str) -> Contest | None:
    """A challenger from the older of these loans against the champion, on the newer; None: too few to tell."""
    from sklearn.metrics import roc_auc_score

    cut = int(len(rows) * (1 - TEST))
    train, test = rows[:cut], rows[cut:]
    if len(rows) < FEWEST or any(len({row["outcome"] for row in part}) < 2 for part in (train, test)):
        return None
    trial = fit(name, train)
    truth = np.array([row["outcome"] for row in test], dtype=float)
    ours, theirs = (np.array([card.score(row) for row in test]) for card in (trial, champion))
    return Contest(
        fit(name, rows),
        float(roc_auc_score(truth, theirs)), float(roc_auc_score(truth, ours)),
        float(((theirs - truth) ** 2).mean()), float(((ours - truth) ** 2).mean()),
    )  # fmt: skip
