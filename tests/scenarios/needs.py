"""How many cores an exam of a scenario needs, as it was measured: by its proof, else in the lap that it ships."""

import tarfile
import tempfile
from pathlib import Path

from labs.library.catalogue import Entry, find
from labs.verify import cpu

UNKNOWN = 1.0
"""Cores of a scenario that nobody has examined yet."""
BESIDE = {"local": 0.3, "docker": 0.6, "box": 0.6}
"""Cores that an exam needs beside what its world and deployment were seen to use: command, keeper, start, grading, and
an engine at work."""


def cores(slug: str, runtime: str) -> float:
    """Cores to wait for before an exam."""
    return _lap(find(slug)) + BESIDE[runtime]


def _lap(entry: Entry) -> float:
    measured = (entry.calibration() or {}).get("measured", {})
    found = [use["cores"] for use in measured.values() if use.get("cores") is not None]
    return max(found) if found else (_incident(entry) or UNKNOWN)


def _incident(entry: Entry) -> float | None:
    if not entry.incident.is_file():
        return None
    with tempfile.TemporaryDirectory() as place, tarfile.open(entry.incident) as packed:
        packed.extractall(place, [m for m in packed if m.name.startswith("resources.")], filter="data")
        return cpu.cores(Path(place))
