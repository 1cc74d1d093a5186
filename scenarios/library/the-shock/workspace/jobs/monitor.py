"""The drift dashboard: do those who apply now look like those who applied before?

Population stability index of the score, and a Kolmogorov-Smirnov test for each feature, against last year.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from app.scorecard import Scorecard
from app.settings import Settings
from jobs.warehouse import Row

FEATURES = (
    "income", "utilisation", "tenure", "enquiries", "amount", "term_years", "sector", "arrears", "payment_holiday",
)  # fmt: skip


@dataclass
class Report:
    """One month on the dashboard."""

    status: str
    score_psi: float
    score_ks_p: float
    drifted: list[str] = field(default_factory=list)


def psi(expected: "np.ndarray", actual: "np.ndarray", parts: int = 10) -> float:
    """Population stability index over deciles; above 0.25 the population has changed, says the textbook."""
    edges = np.quantile(expected, np.linspace(0, 1, parts + 1)[1:-1])
    shares = [np.bincount(np.searchsorted(edges, v), minlength=parts) / len(v) for v in (expected, actual)]
    a, b = (np.clip(share, 1e-4, None) for share in shares)
    return float(((b - a) * np.log(b / a)).sum())


def _column(rows: Sequence[Row], name: str) -> "np.ndarray":
    if name == "sector":
        names = ("office", "hospitality", "health", "trade", "travel")
        return np.array([names.index(row[name]) for row in rows], dtype=float)
    return np.array([float(row[name]) for row in rows])


def report(reference: Sequence[Row], month: Sequence[Row], card: Scorecard, settings: Settings) -> Report:
    """What the dashboard shows for a month of applications."""
    # Late: it takes its time to load, and the platform waits for /health.
    from scipy.stats import ks_2samp

    before, now = (np.array([card.score(row) for row in rows]) for rows in (reference, month))
    drifted = [
        name for name in FEATURES
        if ks_2samp(_column(reference, name), _column(month, name)).pvalue < settings.significance
    ]  # fmt: skip
    score_psi = psi(before, now)
    red = len(drifted) / len(FEATURES) >= settings.drift_share or score_psi > settings.psi_limit
    status = "RED" if red else "GREEN"
    return Report(status, score_psi, float(ks_2samp(before, now).pvalue), drifted)
