"""Counts a points table from loans, and tries it on later ones."""

import importlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from app.models import Model
from app.points import FIELDS, NUMBERS, Points, band
from jobs.warehouse import Row

BANDS = 4
DOUBT = 4.0
"""Loans of average luck that are added to each band, so that three loans prove nothing."""
MEMORY = 5.0
"""Loans of the luck that a band had before the last change, where there was one: we may not have lent to it since."""
PAST = 0.1
"""How much a loan of before the last change counts where the whole table is put to scale."""
LATE_IS_BAD = 0.8
PAID_IS_BAD = 0.04
"""How often a loan defaults whose first instalment was late, or paid."""


def warm_up() -> None:
    """Load what takes its time to load; not at the start, since the platform waits until we answer on /health."""
    for name in ("scipy.stats", "sklearn.linear_model", "sklearn.metrics"):
        importlib.import_module(name)


def badness(row: Row) -> float | None:
    """How far a loan is known to be bad, from 0 to 1. A deferred instalment tells nothing."""
    if row["defaulted"] is not None:
        return float(row["defaulted"])
    return {"late": LATE_IS_BAD, "paid": PAID_IS_BAD}.get(row["first_instalment"])


Rates = dict[str, dict[str, float]]


def count(name: str, rows: Sequence[Row], since: datetime) -> Points:
    """The points table of these loans: what was seen `since` the last change, and before it where nothing was."""
    edges = {
        field: sorted({float(e) for e in np.quantile([float(r[field]) for r in rows], np.linspace(0, 1, BANDS + 1)[1:-1])})
        for field in NUMBERS
    }  # fmt: skip
    old, new = ([row for row in rows if (row["applied_at"] >= since) is which] for which in (False, True))
    before = _rates(old, edges, {}, DOUBT)
    rates = _rates(new, edges, before, MEMORY if old else DOUBT)
    mean = _mean(new)
    points = {field: {where: _odds(rate) - _odds(mean) for where, rate in of.items()} for field, of in rates.items()}
    usual = {
        field: sum(points[field].get(band(field, row, edges), 0.0) for row in rows) / len(rows) for field in FIELDS
    }
    table = Points(name, edges, points, usual, _odds(mean), 1.0)
    return _scaled(table, rows, [1.0 if row["applied_at"] >= since else PAST for row in rows])


def _mean(rows: Sequence[Row]) -> float:
    return sum(badness(row) or 0.0 for row in rows) / max(len(rows), 1)


def _rates(rows: Sequence[Row], edges: Mapping[str, list[float]], before: Rates, doubt: float) -> Rates:
    """How often loans of each band went bad, field by field; `doubt` loans are added of how it was before."""
    mean, found = _mean(rows), {}
    for field in FIELDS:
        held: Counter[str] = Counter()
        lost: Counter[str] = Counter()
        for row in rows:
            where = band(field, row, edges)
            held[where] += 1
            lost[where] += badness(row) or 0.0
        known = before.get(field, {})
        found[field] = {
            where: (lost[where] + doubt * known.get(where, mean)) / (held[where] + doubt) for where in {*held, *known}
        }
    return found


def _scaled(table: Points, rows: Sequence[Row], weight: Sequence[float]) -> Points:
    """Fields that say the same count twice; the scale puts that right, so that the chance is a chance."""
    bad = np.array([badness(row) or 0.0 for row in rows])
    sums = np.array([[sum(table.of_field(field, row) for field in FIELDS)] for row in rows])
    both = np.concatenate([sums, sums])
    weights = np.concatenate([bad, 1 - bad]) * np.concatenate([weight, weight])
    classes = np.repeat([1, 0], len(rows))
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=10.0).fit(both, classes, sample_weight=weights)
    return Points(
        table.name, table.edges, table.points, table.usual, float(line.intercept_[0]), float(line.coef_[0][0])
    )


def _odds(rate: float) -> float:
    rate = min(max(rate, 0.005), 0.995)
    return math.log(rate / (1 - rate))


def auc(model: Model, rows: Sequence[Row]) -> float:
    """How well a model tells bad loans from good ones."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([(badness(row) or 0.0) > 0.5 for row in rows], [model.score(row) for row in rows]))
