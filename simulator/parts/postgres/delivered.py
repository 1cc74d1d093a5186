"""Tell what of a dataset a database is given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.dirt.datasets import Dataset


def delivered(dataset: "Dataset") -> dict[str, Sequence[Any]]:
    """Return a dataset's dirty columns as Python's values, by their initial names."""
    return {shown: dataset.dirty[name].tolist() for shown, name in dataset.shapes[0].names.items()}
