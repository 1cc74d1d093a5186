"""The last evidence of a scenario on this machine: of exams, of laps that proofs kept, or else of its incident."""

import contextlib
import json
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labs.base import paths
from labs.base.errors import UsageProblem
from labs.library.catalogue import Entry
from simulator.evidence.listing import FOLDER
from simulator.evidence.packed import unpack
from simulator.evidence.run import RUN, examiners


@dataclass(frozen=True)
class Found:
    """One evidence folder, and what it is of."""

    folder: Path
    what: str


def exams(entry: Entry) -> list[Found]:
    """Return the evidence of this scenario's exams and kept laps, the newest first."""
    places = [*paths.exams().glob(f"*/{RUN}"), *paths.exams().glob(f"*/*/{RUN}")]
    places += (paths.state() / "played").glob(f"{entry.scenario.id}-*/*/{RUN}")
    folders = [run.parent for run in places if run.parent.name != FOLDER]
    mine = [folder for folder in folders if _scenario(folder) == entry.scenario.id]
    return [Found(one, f"exam {one.name}") for one in sorted(mine, key=_time, reverse=True)]


@contextlib.contextmanager
def last(entry: Entry, of_incident: bool = False) -> Iterator[Found]:
    """Give the newest evidence, or that of the incident. Raises `UsageProblem` where there is none."""
    found = [] if of_incident else exams(entry)
    if found:
        yield found[0]
        return
    if not entry.incident.is_file():
        raise UsageProblem(
            f"there is no evidence of {entry.name} yet", f"fdelab exam {entry.name} --use untouched makes some"
        )
    with tempfile.TemporaryDirectory(prefix="fdelab-") as scratch:
        try:
            unpack(entry.incident, Path(scratch))
        except (tarfile.TarError, OSError, EOFError) as error:
            raise UsageProblem(f"{entry.incident} cannot be unpacked: {error}", "fdelab scenario incident") from None
        yield Found(Path(scratch), "the incident")


def _scenario(folder: Path) -> str | None:
    """Return the id of the scenario that a lap was of; None where the examiner's side cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((examiners(folder) / RUN).read_bytes())
        scenario = found.get("scenario") if isinstance(found, dict) else None
        return str(scenario.get("id")) if isinstance(scenario, dict) else None
    return None


def _time(folder: Path) -> float:
    return (folder / RUN).stat().st_mtime
