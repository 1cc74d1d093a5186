"""Terminals of eight bits: what they cannot show has a stand-in, and no exit code is another one for it."""

import json
import os
import pty
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from labs.base.errors import ExitCode
from labs.cli import stand_in
from tests.functional.labs.conftest import FDELAB
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-eight-bits")

CHARSETS = {"ISO-8859-1": "de_DE", "CP1252": "en_US", "KOI8-R": "ru_RU"}


@pytest.fixture(scope="module", params=list(CHARSETS))
def charset(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def env(charset: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return speaking(charset, tmp_path_factory.mktemp("locales"))


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """Evidence of an exam that was not passed, its exit code, and what stood on a terminal of eight bits."""
    place = tmp_path_factory.mktemp("held")
    scenario = little.endure(little.make(place / "little", **little.short()))
    evidence = place / "evidence"
    argv = ("exam", scenario, "--use", "untouched", "--runtime", "local", "--out", evidence)
    code, shown = on_a_terminal(speaking("KOI8-R", place), *argv)
    return evidence, code, shown.decode("koi8-r")


def speaking(charset: str, place: Path) -> dict[str, str]:
    """The environment of a locale with that charset; where the machine cannot make one, what Python is told of it."""
    name = f"{CHARSETS[charset]}.{charset}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    own = {"FDELAB_STATE": str(place / "state"), "LOCPATH": str(place), "LANG": name}
    try:
        made = subprocess.run(["localedef", "-i", CHARSETS[charset], "-f", charset, str(place / name)], check=False)
        there = made.returncode == 0
    except FileNotFoundError:
        there = False
    return kept | own | ({} if there else {"PYTHONIOENCODING": charset})


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """What a command prints where everything can be shown."""
    env = speaking("KOI8-R", tmp_path_factory.mktemp("usual")) | {"PYTHONIOENCODING": "utf-8"}

    @cache
    def printed(*argv: str) -> str:
        return subprocess.run([FDELAB, *argv], env=env, capture_output=True, check=True).stdout.decode("utf-8")

    return printed


@pytest.mark.parametrize(
    "argv",
    [["--help"], ["list"], ["progress"], ["scenario", "show", "first-day"], ["scenario", "words", "latency"],
     ["curriculum", "show"], ["curriculum", "show", "dirty-data"], ["debrief", "promise-dates", "--anyway"]],
    ids=" ".join,
)  # fmt: skip
def test_commands_print_what_the_terminal_can_show(
    argv: list[str], charset: str, env: dict[str, str], usual: Callable[..., str]
) -> None:
    done = subprocess.run([FDELAB, *argv], env=env, capture_output=True, check=False)
    assert done.returncode == ExitCode.PASSED, done.stderr
    assert done.stdout == usual(*argv).encode(charset, stand_in.NAME)


def on_a_terminal(env: dict[str, str], *argv: object) -> tuple[int, bytes]:
    """Exit code of a command that has a terminal, and all that came to stand there."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [FDELAB, *map(str, argv)], env=env | {"TERM": "xterm"}, stdin=its, stdout=its, stderr=its
    ) as run:
        os.close(its)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # how a terminal says that nobody has its other end any more
            pass
        os.close(ours)
    return run.returncode, shown


def test_an_exam_has_its_verdict_on_any_terminal(held: tuple[Path, int, str]) -> None:
    _, code, shown = held
    assert code == ExitCode.NOT_PASSED, shown
    assert "NOT PASSED" in shown
    assert "Gate dates-hold did not pass." in shown


def test_evidence_is_judged_on_any_terminal(held: tuple[Path, int, str], charset: str, env: dict[str, str]) -> None:
    evidence, *_ = held
    code, shown = on_a_terminal(env, "regrade", evidence)
    assert code == ExitCode.NOT_PASSED
    assert "Gate dates-hold did not pass." in shown.decode(charset)
    for kind, read in (("junit", etree.fromstring), ("json", json.loads)):
        done = subprocess.run(
            [FDELAB, "regrade", evidence, "--format", kind], env=env, capture_output=True, check=False
        )
        assert done.returncode == ExitCode.NOT_PASSED
        read(done.stdout)


def test_the_app_says_that_it_needs_utf8(charset: str, env: dict[str, str]) -> None:
    code, shown = on_a_terminal(env)
    assert code == ExitCode.USAGE
    assert "the app needs a terminal of UTF-8" in shown.decode(charset)
