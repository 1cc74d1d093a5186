"""The deployments that a scenario's incidents are recorded with: the workspace, or one in which something was mended.

The first is the workspace as it is handed over. Each of the others says what lay over it on that day: a folder of the
scenario's, all of it or some files, or a deployment that ships with it.
"""

import shutil
from pathlib import Path

from scenarios.claims import BriefSpec, Day
from scenarios.folder import BRIEF, INCIDENTS
from scenarios.globs import matches
from scenarios.variants import files, materialise, variants

UNTOUCHED = "untouched"


def recorded(folder: Path, spec: BriefSpec | None) -> dict[int, Path]:
    """Return the archive of each incident that the scenario names and that is there, by its number, from 1."""
    every = enumerate(INCIDENTS[: spec.days if spec else 1], start=1)
    return {number: folder / name for number, name in every if (folder / name).is_file()}


def overlay(folder: Path, day: Day) -> dict[str, Path]:
    """Return the files that lay over the workspace that day, by their path there; none where a deployment is used."""
    if day.folder is None:
        return {}
    root = folder / day.folder
    named = {path.as_posix(): root / path for path in files(root)} if root.is_dir() else {}
    chosen = {path: source for path, source in named.items() if not day.files or matches(path, day.files)}
    # What was told of another incident is no brief about this one.
    chosen.pop(BRIEF, None)
    return chosen


def deploy(folder: Path, spec: BriefSpec | None, number: int, target: Path) -> Path:
    """Write the deployment of one incident into `target`, which is new or empty, and return it.

    Raises `KeyError` for a deployment or an incident that there is not, and as `scenarios.variants.materialise` does.
    """
    if number == 1:
        return materialise(folder, UNTOUCHED, target)
    if spec is None or number > spec.days:
        raise KeyError(f"no incident {number}")
    day = spec.incidents[number - 2]
    materialise(folder, day.use or UNTOUCHED, target)
    (target / BRIEF).unlink(missing_ok=True)
    for path, source in overlay(folder, day).items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    return target


def unfit(folder: Path, day: Day) -> str | None:
    """Return why nothing can be recorded of such a day; None where it can."""
    if day.use is not None:
        return None if day.use in variants(folder) else f"this scenario has no deployment {day.use!r}"
    if not (changed := overlay(folder, day)):
        return f"{day.folder} has no such file"
    workspace = folder / "workspace"
    same = [path for path, source in changed.items() if _same(workspace / path, source)]
    return f"{same[0]} is the workspace's own" if len(same) == len(changed) else None


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and one.read_bytes() == other.read_bytes()
