"""A new scenario's folder: a small complete one, or a copy of another, to be changed."""

import re
import shutil
from pathlib import Path

from labs.base.errors import UsageProblem
from labs.library.catalogue import find
from scenarios.folder import CALIBRATION, INCIDENTS, SCENARIO
from scenarios.variants import TEMPLATE

MEASURED = (CALIBRATION, *INCIDENTS)
"""What `scenario verify` found of one scenario is not true of another."""
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def new(folder: Path, source: str | None = None) -> Path:
    """Make `folder` a scenario of that name, from `source`, a slug or path; left out: from the small one.

    Raises `UsageProblem` where the name cannot be an id, or something is in the folder already.
    """
    folder = folder.expanduser().resolve()
    if not _ID.fullmatch(folder.name):
        raise UsageProblem(
            f"{folder.name!r} cannot be a scenario's id", "small letters, digits and hyphens, a letter first"
        )
    origin = find(source).folder if source is not None else TEMPLATE
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(f"{folder} exists and is not empty", "give a new folder")
    if folder.is_relative_to(origin):
        raise UsageProblem(f"{folder} lies within what is to be copied", "give a folder elsewhere")
    try:
        shutil.copytree(origin, folder, symlinks=True, dirs_exist_ok=True, ignore=_unwanted)
    except (OSError, shutil.Error) as error:
        raise UsageProblem(f"{folder} cannot be made: {error}", "give another folder") from None
    file = folder / SCENARIO
    text = file.read_text("utf-8")
    for key, value in (("id", folder.name), ("title", folder.name.replace("-", " ").capitalize())):
        text = re.sub(rf"^{key}:.*$", f"{key}: {value}", text, count=1, flags=re.MULTILINE)
    file.write_text(text, "utf-8")
    return folder


def _unwanted(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in (*MEASURED, "__pycache__", ".git")]
