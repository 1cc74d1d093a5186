"""What every scenario of the library ships agrees with itself."""

import fnmatch
import subprocess
import sys
from pathlib import Path

import pytest

from labs.library.catalogue import slugs
from labs.library.vocabulary import vocabulary
from scenarios.loader import examine, load
from scenarios.model import Scenario
from scenarios.variants import LIBRARY, files, materialise, variants

ALL = [(slug, name) for slug in slugs() for name in variants(LIBRARY / slug)]
WHOLE = ("untouched", "reference", "alternative")


@pytest.fixture(params=slugs())
def slug(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def scenario(slug: str) -> Scenario:
    return load(LIBRARY / slug)


def test_it_has_no_problems(slug: str) -> None:
    assert examine(LIBRARY / slug, vocabulary(), proof=True)[1] == ()


@pytest.mark.parametrize(("slug", "variant"), [one for one in ALL if one[1] in WHOLE])
def test_a_deployments_own_tests_pass(slug: str, variant: str, tmp_path: Path) -> None:
    place = materialise(LIBRARY / slug, variant, tmp_path / "workspace")
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(argv, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("slug", "variant"), ALL)
def test_every_variant_is_python_that_compiles(slug: str, variant: str, tmp_path: Path) -> None:
    place = materialise(LIBRARY / slug, variant, tmp_path / "workspace")
    for path in place.rglob("*.py"):
        compile(path.read_text("utf-8"), path.name, "exec")


@pytest.mark.parametrize("solution", ["solution", "solution-alt"])
def test_a_solution_changes_only_what_a_learner_may_change(slug: str, solution: str, scenario: Scenario) -> None:
    globs = [glob.replace("**", "*") for glob in scenario.deployment.editable]
    stray = [p for p in files(LIBRARY / slug / solution) if not any(fnmatch.fnmatch(p.as_posix(), g) for g in globs)]
    assert stray == []


def test_shortcuts_say_which_of_its_checks_they_fail(slug: str, scenario: Scenario) -> None:
    ids = {check.id for check in scenario.checks}
    named = {v.name: set(v.shortcut.fails) for v in variants(LIBRARY / slug).values() if v.shortcut}
    assert len(named) >= 3
    assert all(named.values())
    assert {n: fails - ids for n, fails in named.items() if fails - ids} == {}


def test_every_check_has_a_hint_and_says_what_it_means(scenario: Scenario) -> None:
    assert [check.id for check in scenario.checks if not (check.hint and check.says)] == []
