"""A package from the template is installed beside fdelab, and a scenario plays and is graded with its words."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from labs.library.plug_in import KINDS

pytestmark = pytest.mark.xdist_group("labs-plug_in")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has all of ours, and the package beside it: processes of a world see no PYTHONPATH."""
    place = tmp_path_factory.mktemp("plug-in")
    venv.create(place / "venv")
    site = next((place / "venv").glob("lib/python*/site-packages"))
    ours = [sysconfig.get_path("purelib"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    (site / "ours.pth").write_text("".join(f"import site; site.addsitedir({one!r})\n" for one in ours if one))
    command = place / "venv" / "bin" / "fdelab"
    command.write_text(f"#!{place}/venv/bin/python\nimport sys\nfrom labs.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)
    run(place, "plugin", "new", str(place / "fdelab-cranes"))
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(site), str(place / "fdelab-cranes")], check=True)
    return place


def run(place: Path, *argv: str, code: int = 0) -> str:
    """Run the command there, and return what it prints."""
    env = os.environ | {"FDELAB_STATE": str(place / "state")}
    command = [str(place / "venv" / "bin" / "fdelab"), *argv]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_its_own_tests_pass(place: Path) -> None:
    python, tests = str(place / "venv" / "bin" / "python"), str(place / "fdelab-cranes" / "tests")
    argv = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tests, tests]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=tests)
    assert done.returncode == 0, done.stdout
    assert f"{len(KINDS) + 1} passed" in done.stdout


def test_a_scenario_with_its_words_is_played_and_graded(place: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run(place, "scenario", "new", str(folder))
    file = folder / "scenario.yaml"
    text = file.read_text()
    text = text.replace("site:\n", "site:\n  door: {part: door-counter}\n", 1)
    text = text.replace("abort: 503", "retired: {says: gone}", 1)
    file.write_text(text.replace("checks:\n", SPREAD, 1))
    argv = ["exam", str(folder), "--use", "untouched", "--runtime", "local", "--format", "json", "--trust-submission"]
    # Nobody has measured yet what its money is worth, which is said; all else is judged.
    report = json.loads(run(place, *argv, code=3))
    assert report["reason"] == "Not to be judged: loss-avoided"
    spread = next(check for check in report["checks"] if check["id"] == "close-together")
    assert spread["value"] > 0


SPREAD = """checks:
  - id: close-together
    family: reliability
    weight: 1
    measure: spread
    with: {table: requests, column: sent_at}
    expect: ">= 0"
    says: Requests come over a while
    hint: When do they come?
"""
