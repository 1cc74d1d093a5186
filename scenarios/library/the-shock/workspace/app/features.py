"""What a model sees of an application: one row of numbers, about 0 and about 1 large."""

import math
from collections.abc import Mapping
from typing import Any

SECTORS = ("hospitality", "travel", "health", "trade")
"""Office is what the others are compared with."""

NAMES = (
    "income", "utilisation", "arrears", "tenure", "enquiries", "amount", "term_years",
    *(f"sector={name}" for name in SECTORS), "payment_holiday",
)  # fmt: skip


def encode(application: Mapping[str, Any]) -> list[float]:
    """The row, in the order of `NAMES`."""
    return [
        (math.log(application["income"]) - 7.78) / 0.4,
        (application["utilisation"] - 0.45) / 0.22,
        min(application["arrears"], 4),
        (math.log(application["tenure"] + 1) - 3.75) / 0.9,
        min(application["enquiries"], 5) - 1.2,
        (math.log(application["amount"]) - 8.0) / 0.35,
        application["term_years"] - 2,
        *(float(application["sector"] == name) for name in SECTORS),
        float(application["payment_holiday"]),
    ]


def source(name: str) -> str:
    """The field of an application that a feature is made from."""
    return name.partition("=")[0]
