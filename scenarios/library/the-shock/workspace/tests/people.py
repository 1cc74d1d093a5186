"""Applicants for tests."""

import random
from typing import Any


def applicant(**changes: Any) -> dict[str, Any]:
    return {
        "income": 2400, "utilisation": 0.45, "tenure": 48, "enquiries": 1, "amount": 3000, "term_years": 2,
        "sector": "office", "arrears": 0, "payment_holiday": False,
    } | changes  # fmt: skip


def crowd(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Applicants of whom those who use their credit lines to the full default."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        one = applicant(income=rng.lognormvariate(7.78, 0.4), utilisation=rng.random(), arrears=rng.randint(0, 2))
        found.append(one | {"defaulted": rng.random() < one["utilisation"] ** 2})
    return found
