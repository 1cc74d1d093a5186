"""The batch trainer: a scorecard from loans of the present, and the gate that it must pass.

The test is on the newest loans, of which neither champion nor challenger has learned. What was tested is what decides.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from app.features import encode
from app.scorecard import Scorecard
from jobs.warehouse import Row

TEST = 32
"""Loans that champion and challenger are compared on; more of them where there are many."""
SHARE = 0.3
TRAIN = 40
AWAY = 0.5
"""Probability of default from which somebody was surely turned away, even while we were strict with nobody."""
PAST = 0.05
"""What a loan of before the last change counts, of somebody to whom we have gone on lending."""


@dataclass(frozen=True)
class Contest:
    """Champion and challenger on the same loans."""

    challenger: Scorecard
    train: Sequence[Row]
    trial: Sequence[tuple[str, float, float]]
    """Each loan of the test, with the probability of champion and of challenger."""
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


def fit(name: str, rows: Sequence[Row], counts: Sequence[float]) -> Scorecard:
    """Learn from these loans; each counts so much."""
    from sklearn.linear_model import LogisticRegression

    features = np.array([encode(row) for row in rows])
    bad = np.array([row["outcome"] for row in rows], dtype=int)
    model = LogisticRegression(C=2.0, max_iter=500).fit(features, bad, sample_weight=counts)
    return Scorecard(name, float(model.intercept_[0]), tuple(float(w) for w in model.coef_[0]))


def counts(row: Row, since: datetime, then: Scorecard) -> float:
    """How much a loan tells of the present.

    Before the last change it tells of a world that is gone; but whom the model of `then` turned away, nobody has lent
    to since, and those loans are all that we know of such people.
    """
    return 1.0 if row["applied_at"] >= since or then.score(row) >= AWAY else PAST


def contest(
    champion: Scorecard, learned: datetime, rows: Sequence[Row], tells: Sequence[float], present: int, name: str
) -> Contest | None:
    """A challenger from the older of these loans against the champion, on the newer; None: too few to tell.

    The champion has `learned` until then; each loan `tells` so much of the present, and the last so many are of it.
    """
    from sklearn.metrics import roc_auc_score

    cut = len(rows) - max(TEST, int(present * SHARE))
    if present < TRAIN + TEST:
        return None
    train, test = rows[:cut], [row for row in rows[cut:] if row["applied_at"] > learned]
    if len(test) < TEST or any(len({row["outcome"] for row in part}) < 2 for part in (train, test)):
        return None
    challenger = fit(name, train, tells[:cut])
    truth = np.array([row["outcome"] for row in test], dtype=float)
    ours, theirs = (np.array([card.score(row) for row in test]) for card in (challenger, champion))
    return Contest(
        challenger, train,
        [(row["application_id"], float(a), float(b)) for row, a, b in zip(test, theirs, ours, strict=True)],
        float(roc_auc_score(truth, theirs)), float(roc_auc_score(truth, ours)),
        float(((theirs - truth) ** 2).mean()), float(((ours - truth) ** 2).mean()),
    )  # fmt: skip
