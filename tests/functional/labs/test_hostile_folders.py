"""A scenario folder given by its path may be a stranger's: it is refused, quickly, at a place, and shows nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from labs.base import paths
from tests.conftest import Figure
from tests.functional.labs.conftest import Run
from tests.functional.labs.hostile import look
from tests.functional.labs.hostile.folders import FOLDERS, SECRET

Told = dict[str, dict[str, Any]]

HARMLESS = {"a calibration that nests"}
"""What a scenario can be used with all the same."""
pytestmark = pytest.mark.xdist_group("hostile-folders")


def made(name: str, place: Path) -> Path:
    """A sound scenario, with that done to it."""
    folder = place / "first-day"
    shutil.copytree(paths.library() / "first-day", folder)
    FOLDERS[name].make(folder)
    return folder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What was said of each folder."""
    place = tmp_path_factory.mktemp("hostile")
    folders = {name: made(name, place / str(number)) for number, name in enumerate(FOLDERS)}
    env = os.environ | {"FDELAB_STATE": str(place / "state"), "HOME": str(place)}
    argv = [sys.executable, "-m", look.__name__, *map(str, folders.values())]
    done = subprocess.run(argv, env=env, check=True, capture_output=True, text=True)
    found = {line["folder"]: line for line in map(json.loads, done.stdout.splitlines())}
    shutil.rmtree(place)
    return {name: found[str(folder)] for name, folder in folders.items()}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_hostile_folder_is_refused_and_says_where(told: Told, name: str) -> None:
    of = told[name]
    assert of["code"] == 0, f"ended with {of['code']} after {of['cpu']} CPU seconds"
    shown, started, listed = of["said"].split("\n---\n")
    assert "CRASH" not in of["said"]
    assert "\x1b" not in of["said"]
    assert SECRET not in of["said"]
    assert FOLDERS[name].said in started
    assert shown and listed
    assert started.startswith("started") == (name in HARMLESS)


def test_the_worst_of_them_takes_seconds(told: Told, figure: Figure) -> None:
    name, worst = max(told.items(), key=lambda one: float(one[1]["cpu"]))
    figure("show, lint, start and list of the worst hostile folder", worst["cpu"], "s CPU", folder=name, budget="≤ 5 s")
    assert worst["code"] == 0


COMMANDS: dict[str, tuple[str, ...]] = {
    "lint": ("scenario", "lint"),
    "show": ("scenario", "show"),
    "start": ("start", "--files-only"),
    "exam": ("exam", "--use", "untouched"),
}


@pytest.mark.parametrize("name", ["scenario is a link", "an escape in the title"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_it(run: Run, tmp_path: Path, command: str, name: str) -> None:
    folder = made(name, tmp_path)
    done = run(*COMMANDS[command], folder, *((tmp_path / "mine",) if command == "start" else ()))
    said = done.stdout + done.stderr
    assert (done.returncode, FOLDERS[name].said in said) == (2, True), said
    assert "\x1b" not in said and SECRET not in said and "Traceback" not in said
    assert not (tmp_path / "mine").exists()
