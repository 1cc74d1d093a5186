"""Submissions that are refused before anything runs: what they would smuggle in is named, and nothing is started."""

import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import toys
from tests.cheats import suite
from tests.conftest import Figure


def symlink(app: Path) -> Path:
    (app / "secrets").symlink_to("/etc")
    return app.parent


def hard_link(app: Path) -> Path:
    os.link(app / "main.py", app / "again.py")
    return app.parent


def pipe(app: Path) -> Path:
    os.mkfifo(app / "pipe")
    return app.parent


def oversized_tree(app: Path) -> Path:
    for number in range(2_100):
        (app / f"n{number}.py").touch()
    return app.parent


def sparse_giant(app: Path) -> Path:
    with (app / "giant").open("wb") as file:
        file.truncate(1 << 40)
    return app.parent


def deep_tree(app: Path) -> Path:
    (app / "/".join("d" * 60)).mkdir(parents=True)
    return app.parent


def hidden_history(app: Path) -> Path:
    for name in ("objects", "refs"):
        (app / "history" / name).mkdir(parents=True)
    (app / "history" / "HEAD").touch()
    return app.parent


def zip_bomb(app: Path) -> Path:
    bomb = app.parent / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app/zeros", bytes(1 << 26))
    return bomb


def odd_name(app: Path) -> Path:
    (app / "\x1b[2J::error::passed").touch()
    return app.parent


@pytest.mark.parametrize("runtime", ["docker", pytest.param("box", marks=pytest.mark.representative)])
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (symlink, "symbolic link"),
        (hard_link, "hard link"),
        (pipe, "no regular file"),
        (oversized_tree, "more than 2,000 files"),
        (sparse_giant, "larger than 20 MB"),
        (deep_tree, "deep"),
        (hidden_history, "git repository"),
        (zip_bomb, "archives are not unpacked"),
        (odd_name, "no printable file name"),
    ],
)
def test_it_is_refused(make: Callable[[Path], Path], why: str, runtime: str, tmp_path: Path, figure: Figure) -> None:
    scenario = suite.scenario(suite.ORDERS, tmp_path / "toy")
    workspace = make(toys.deployment(tmp_path / "workspace", suite.submission("honest")) / "app")
    argv = [toys.FDELAB, "exam", scenario, "--workspace", workspace, "--runtime", runtime, "--out", tmp_path / "out"]
    env = os.environ | {"FDELAB_STATE": str(tmp_path / "state")}
    done = subprocess.run(list(map(str, argv)), env=env, capture_output=True, text=True, timeout=suite.LONGEST)
    assert done.returncode == 2, done.stderr
    assert why in done.stderr
    assert (done.stdout, "\x1b" in done.stderr, "Traceback" in done.stderr) == ("", False, False)
    assert not (tmp_path / "out").exists()
    worlds = tmp_path / "state" / "worlds"
    assert not worlds.is_dir() or not list(worlds.iterdir())
    what = make.__name__.replace("_", " ")
    figure(make.__name__, 0.0, "s", tries=f"hands in a {what}", runtime=runtime, result="refused", reason=why)
