"""The deployment's own virtual environment: the workbench's libraries, and nothing of ours."""

import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from simulator.runtime import libraries
from simulator.runtime.base import RuntimeUnavailable

IMAGE = Path("/opt/workbench/bin")
"""Where our images have it."""

_REQUIREMENTS = Path(__file__).parents[1] / "images" / "workbench" / "requirements.txt"
_NAME = re.compile(r"([\w.-]+)(?:\[([\w,-]+)\])?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")
_SCRIPT = "#!{python}\nimport sys\nfrom {module} import {attribute}\nsys.exit({attribute}())\n"


def programs() -> Path:
    """Return the folder with `python`, `uvicorn` and the like that services run.

    Where the image has none, it is made once, from the libraries that fdelab itself was installed with. Raises
    `RuntimeUnavailable` where others than root cannot run this Python, and where those libraries are not installed.
    """
    if (IMAGE / "python").exists():
        return IMAGE
    libraries.check()
    wanted = list(distributions())
    versions = "\n".join(sorted(f"{d.name}=={d.version}" for d in wanted))
    digest = hashlib.sha256(f"{sys.version}\n{sys.base_prefix}\n{versions}".encode()).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"fdelab-workbench-{digest}"
    _check(Path(sys.base_prefix))
    if not _is_ours(place):
        _make(place, wanted)
    return place / "bin"


def distributions() -> Iterator[Distribution]:
    """Yield what a learner's code may import, with all that it leans on, as far as it is installed here."""
    lines = _REQUIREMENTS.read_text("utf-8").splitlines()
    waiting = [line for line in lines if line and not line.startswith("#")]
    seen: set[tuple[str, str]] = set()
    while waiting:
        found = _NAME.match(waiting.pop())
        assert found is not None
        name, extras = found[1].lower().replace("_", "-"), found[2] or ""
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            made = distribution(name)
        except PackageNotFoundError:  # for another system, or another Python
            continue
        if not any(other == name for other, more in seen if more != extras):
            yield made
        for needed in made.requires or ():
            extra = _EXTRA.search(needed)
            if extra is None or extra[1] in extras.split(","):
                waiting.append(needed)


def _make(place: Path, wanted: list[Distribution]) -> None:
    """Make it aside and move it there, for others may be making it too."""
    draft = Path(tempfile.mkdtemp(prefix=f"{place.name}-"))
    venv.EnvBuilder(symlinks=True).create(draft)
    library = next((draft / "lib").glob("python*")) / "site-packages"
    for one in wanted:
        _copy(one, library)
        for entry in one.entry_points.select(group="console_scripts"):
            script = draft / "bin" / entry.name
            script.write_text(
                _SCRIPT.format(python=place / "bin" / "python", module=entry.module, attribute=entry.attr)
            )
            script.chmod(0o755)
    for folder, _, files in os.walk(draft):
        Path(folder).chmod(0o755)
        for file in files:
            if not (path := Path(folder, file)).is_symlink():
                path.chmod(path.stat().st_mode & 0o755 | 0o444)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    draft.rename(place)


def _copy(one: Distribution, library: Path) -> None:
    for file in one.files or ():
        if ".." not in file.parts:
            target = library / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(str(file.locate()), target)


def _is_ours(place: Path) -> bool:
    """Return a folder of root's that nobody else may change: others may make anything in the folder that it lies in."""
    try:
        found = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and found.st_mode & 0o022 == 0


def _check(python: Path) -> None:
    closed = next((p for p in (python, *python.parents) if not p.stat().st_mode & 0o001), None)
    if closed is not None:
        raise RuntimeUnavailable(f"only root may enter {closed}, and Python is there: a deployment cannot run it")
