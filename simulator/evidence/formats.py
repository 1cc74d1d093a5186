"""Formats of evidence folders. Old ones are upgraded step by step, because evidence outlives the code that wrote it.

1: `files` has the size of each table, or is null.
2: `files` has size and digest of each table, of the brief and of the incident beside it.
"""

from collections.abc import Callable, Mapping
from typing import Any

FORMAT = 2
"""The format that this code writes."""

Data = dict[str, Any]


def upgraded(data: Data) -> Data:
    """Return the content of `run.json` in today's format.

    Raises `ValueError` for a format that this code does not know.
    """
    found = data.get("format", 1)
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= FORMAT:
        raise ValueError(f"format {found!r}; this version of fdelab reads formats 1 to {FORMAT}")
    for number in range(found, FORMAT):
        data = _STEPS[number](data) | {"format": number + 1}
    return data


def _from_1(data: Data) -> Data:
    sizes = data.get("files")
    if not isinstance(sizes, dict):
        return data
    # It listed tables alone, and did not note what they had in them.
    return data | {"files": {name: {"size": size, "sha256": None} for name, size in sizes.items()}}


_STEPS: Mapping[int, Callable[[Data], Data]] = {1: _from_1}
"""For each old format, the function that turns it into the next one."""
