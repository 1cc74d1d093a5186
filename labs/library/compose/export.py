"""Write an engagement's site into a folder that Docker Compose brings up."""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from labs.base.errors import UsageProblem, disk_full
from labs.base.files import must_be_new
from labs.library.catalogue import UNTOUCHED, Entry
from labs.library.compose import readme
from labs.library.compose.services import CONFIG, FILES, WORKSPACE, Composed, Standing, compose
from scenarios import folder as layout
from scenarios.model import Scenario
from simulator.drawing import drawn
from simulator.parts import PARTS
from simulator.planner import plan
from simulator.runtime import images
from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.docker.engine import connect

_IMAGES = ("site", "workbench")
_HEAD = "# {title}: the customer's systems under Docker Compose. README.md says what is what.\n"


@dataclass(frozen=True)
class Wanted:
    """What is to be exported, and how."""

    entry: Entry
    seed: int
    pace: float
    """Simulated seconds a wall second."""
    workspace: Path | None = None
    """Where the deployment is; None: a copy of what the customer has is written too."""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    folder: Path
    files: tuple[Path, ...]
    """Within the folder; those of the deployment's copy are left out."""
    composed: Composed


def tags() -> dict[str, str]:
    """Return what the images are called on this machine's engine, built or not. Raises `UsageProblem`."""
    try:
        engine = connect()
        try:
            known = {name: tag for name, tag, _ in images.inventory(engine) if name in _IMAGES}
        finally:
            engine.close()
    except RuntimeUnavailable as reason:
        raise UsageProblem(reason.what, "the engine knows what its images are called: see `fdelab doctor`") from None
    if not all(known.values()):
        raise UsageProblem("the images of worlds have no names here yet", "`fdelab images build`, and again")
    return {name: tag for name, tag in known.items() if tag is not None}


def export(wanted: Wanted, folder: Path, called: Mapping[str, str]) -> Exported:
    """Write the site into a folder that is new or empty; `called` are the images' tags.

    Raises `UsageProblem` where the folder is not empty or cannot be written, where there is no site, where a part of it
    is in no image, and where the workspace is no folder or the pace no pace; `CouldNotJudge` where the disk is full.
    """
    must_be_new(folder)
    if wanted.workspace is not None and not wanted.workspace.is_dir():
        raise UsageProblem(f"{wanted.workspace} is no folder", "give the folder of the deployment")
    if not 0 < wanted.pace < math.inf:  # of which `nan` is neither
        raise UsageProblem(f"a clock has no pace of {wanted.pace}", "give a number above 0, such as 60")
    scenario = drawn(wanted.entry.scenario, wanted.seed)
    _can_stand(scenario)
    site = _standing(wanted, scenario, called)
    made = compose(site)
    try:
        return Exported(folder, _write(wanted, site, made, folder), made)
    except OSError as error:
        raise disk_full(error) or UsageProblem(
            f"{folder} cannot be written: {error.strerror or error}", "choose another folder"
        ) from None


def _can_stand(scenario: Scenario) -> None:
    if not scenario.site:
        raise UsageProblem(
            f"{scenario.title} has no systems of the customer's to export",
            "its deployment needs nothing beside it: `fdelab start` gives you its workspace",
        )
    for name, part in scenario.site.items():
        if not PARTS[part.part].params.__module__.startswith("simulator."):
            raise UsageProblem(
                f"part {name} of {scenario.title} is of another package ({part.part}), which is in no image",
                "this engagement cannot be exported; `fdelab start --runtime local` brings it up in a world",
            )


def _standing(wanted: Wanted, scenario: Scenario, called: Mapping[str, str]) -> Standing:
    token, site = secrets.token_urlsafe(24), wanted.entry.site_files
    there = f"./{WORKSPACE}" if wanted.workspace is None else str(wanted.workspace.absolute())
    made = plan(wanted.entry.scenario, "compose", Path(there), Path("evidence"), token, site, seed=wanted.seed)
    return Standing(scenario, made, token, called, there, wanted.seed, wanted.pace)


def _write(wanted: Wanted, site: Standing, made: Composed, folder: Path) -> tuple[Path, ...]:
    entry, texts = wanted.entry, {f"{CONFIG}/{name}.json": text for name, text in made.configs.items()}
    texts["compose.yaml"] = _HEAD.format(title=site.scenario.title) + _yaml(made.document)
    letter = entry.briefing.is_file()
    texts["README.md"] = readme.text(site, made, own=wanted.workspace is not None, briefing=letter)
    if letter:
        texts["BRIEFING.md"] = layout.text(entry.briefing)
    data = {name: text.encode() for name, text in texts.items()}
    if (files := entry.site_files) is not None:
        found = (file for file in sorted(files.rglob("*")) if file.is_file() and not file.is_symlink())
        data |= {f"{FILES}/{file.relative_to(files).as_posix()}": file.read_bytes() for file in found}
    for name, content in data.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    if wanted.workspace is None:
        entry.materialise(UNTOUCHED, folder / WORKSPACE)
    _open(folder)
    return tuple(Path(name) for name in sorted(data))


def _open(folder: Path) -> None:
    """Let everybody read it, whatever the umask is: in a container its reader is nobody, or a root without rights."""
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))


def _yaml(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
