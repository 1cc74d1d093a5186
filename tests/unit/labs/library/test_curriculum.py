"""The curriculum: its own pages hold, and whatever leads nowhere is found at its place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from labs.base import paths
from labs.base.errors import UsageProblem
from labs.library.catalogue import find, slugs
from labs.library.curriculum.coverage import coverage
from labs.library.curriculum.lint import LONGEST, lint
from labs.library.curriculum.load import WORDS_A_MINUTE, Curriculum, curriculum, minutes, read
from scenarios.model import Scenario
from scenarios.problems import ScenarioInvalid

SKILLS = """\
skills:
  digging: {title: Digging, means: Digs., levels: {1: a, 2: b, 3: c}}
gaps:
  depth: {title: Depth, means: It is deeper.}
challenges:
  mud: {title: Mud, means: It is wet., scenarios: [promise-dates]}
  rock: {title: Rock, means: It is hard.}
cases: {}
practices: {}
"""
SYLLABUS = """\
tracks:
  first: {title: First, about: Begin here., modules: [holes]}
modules:
  holes: {title: Holes, scenarios: [promise-dates]}
"""
PAGE = "# Holes\n\nSee [the library](../syllabus.yaml). Then `fdelab start promise-dates`.\n"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Curriculum]:
    """A small curriculum; each argument changes one of its files."""

    def made(skills: str = SKILLS, syllabus: str = SYLLABUS, **pages: str) -> Curriculum:
        (tmp_path / "skills.yaml").write_text(skills, "utf-8")
        (tmp_path / "syllabus.yaml").write_text(syllabus, "utf-8")
        shutil.rmtree(tmp_path / "modules", ignore_errors=True)
        (tmp_path / "modules").mkdir()
        for name, text in ({"holes": PAGE} | pages).items():
            (tmp_path / "modules" / f"{name}.md").write_text(text, "utf-8")
        return read(tmp_path)

    return made


def told(found: Curriculum, library: dict[str, Scenario]) -> list[str]:
    """Problems as `file:line:col: message`, without the folder."""
    return [str(one).removeprefix(f"{found.folder}/") for one in lint(found, library)]


@pytest.fixture(scope="module")
def library() -> dict[str, Scenario]:
    scenario = find("promise-dates").scenario
    return {"promise-dates": scenario.model_copy(update={"skills": {"digging": 1}, "gaps": ["depth"]})}


def test_what_ships_leads_everywhere() -> None:
    shipped = {slug: find(slug).scenario for slug in slugs()}
    assert lint(curriculum(), shipped) == ()


def test_every_scenario_of_the_library_is_in_a_module() -> None:
    named = {slug for module in curriculum().syllabus.modules.values() for slug in module.scenarios}
    assert named == set(slugs())


def test_a_good_one_has_no_problems(make: Callable[..., Curriculum], library: dict[str, Scenario]) -> None:
    assert told(make(), library) == []


CAVES = "  caves: {title: Caves, scenarios: [promise-dates]}\n"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"skills": SKILLS.replace("[promise-dates]", "[promised]")}, "skills.yaml:6:52: unknown scenario 'promised'"),
        ({"syllabus": SYLLABUS.replace("[holes]", "[hole]")}, "syllabus.yaml:2:55: unknown module 'hole'"),
        ({"syllabus": SYLLABUS.replace("[promise-", "[")}, "syllabus.yaml:4:37: unknown scenario 'dates'"),
        ({"syllabus": SYLLABUS + CAVES}, "syllabus.yaml:5:3: there is no page modules/caves.md"),
        ({"syllabus": SYLLABUS + CAVES, "caves": PAGE}, "syllabus.yaml:5:3: no track has this module"),
        ({"ponds": PAGE}, "modules/ponds.md:1:1: no module of the syllabus has this page"),
        ({"holes": PAGE.replace("../", "../x/")}, "modules/holes.md:3:19: '../x/syllabus.yaml' is not there"),
        ({"holes": PAGE + "\n`fdelab exam promises`\n"}, "modules/holes.md:5:14: unknown scenario 'promises'"),
        ({"holes": "# Holes\n"}, "modules/holes.md:1:1: no exercise says `fdelab start promise-dates`"),
        ({"holes": PAGE + "word " * (LONGEST * WORDS_A_MINUTE)}, "modules/holes.md:1:1: takes 21 minutes to read"),
        ({"skills": SKILLS.replace("digging", "diving")}, "scenario promise-dates names the skill 'digging'"),
        ({"skills": SKILLS.replace("depth:", "width:")}, "scenario promise-dates names the gap 'depth'"),
    ],
)
def test_what_leads_nowhere_is_found(
    make: Callable[..., Curriculum], library: dict[str, Scenario], change: dict[str, str], problem: str
) -> None:
    assert problem in "\n".join(told(make(**change), library))


def test_a_skill_has_three_levels(make: Callable[..., Curriculum]) -> None:
    with pytest.raises(ScenarioInvalid, match="levels 1, 2 and 3"):
        make(skills=SKILLS.replace(", 3: c", ""))


def test_coverage_tells_what_waits(make: Callable[..., Curriculum], library: dict[str, Scenario]) -> None:
    found = coverage(make().goals, library)
    assert found.kinds()["challenges"] == {"mud": ("promise-dates",), "rock": ()}
    assert found.skills == {"digging": ("promise-dates",)}
    assert found.waiting == {"challenges": ["rock"]}


def test_a_page_that_is_not_there_is_asked_for_by_its_name(make: Callable[..., Curriculum]) -> None:
    with pytest.raises(UsageProblem, match="no module 'hole'") as raised:
        make().text("hole")
    assert "holes" in (raised.value.remedy or "")


def test_reading_time_is_rounded_up() -> None:
    assert [minutes("word " * n) for n in (1, WORDS_A_MINUTE, WORDS_A_MINUTE + 1)] == [1, 1, 2]
    assert paths.curriculum().is_dir()
