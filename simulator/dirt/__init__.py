"""The customer's data, and what is wrong with it: seeded datasets, and corruptions with an exact ledger.

    Datasets(scenario.datasets, seed, starts)["scans"].clean["quantity"]     as it should be
                                                      .dirty["quantity"]     as it is delivered
                                                      .ledger                every difference, and the way back

What stands here loads NumPy only when it is asked for: most worlds have no data.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.dirt.columns import COLUMNS
    from simulator.dirt.datasets import DataFailed, Dataset, Datasets
    from simulator.dirt.kinds import DIRT

__all__ = ["COLUMNS", "DIRT", "DataFailed", "Dataset", "Datasets"]

_HOMES = {
    "COLUMNS": "columns",
    "DIRT": "kinds",
    "DataFailed": "datasets",
    "Dataset": "datasets",
    "Datasets": "datasets",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
