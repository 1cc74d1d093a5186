"""The customer's data, and what is wrong with it: seeded datasets, and corruptions with an exact ledger.

Datasets(scenario.datasets, seed, starts)["scans"].clean["quantity"]     as it should be
                                                  .dirty["quantity"]     as it is delivered
                                                  .ledger                every difference, and the way back
"""

from simulator.dirt.columns import COLUMNS
from simulator.dirt.datasets import DataFailed, Dataset, Datasets
from simulator.dirt.kinds import DIRT

__all__ = ["COLUMNS", "DIRT", "DataFailed", "Dataset", "Datasets"]
