"""Every changed file is valid, or refused at a place; no traceback, and at most a second of CPU beyond a sound one's.

`FDELAB_FUZZ=20000` reads so many, lints a tenth of that as drafts and a hundredth as proven scenarios, and judges half
of it as briefs. Without it, a sample is changed, so that every run of the tests tries others.
"""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader.brief.check import incident, weigh
from labs.base import paths
from labs.library.vocabulary import vocabulary
from scenarios.brief import form_problems, read_file
from scenarios.draws import Template
from scenarios.folder import SCENARIO
from scenarios.loader import examine, load
from scenarios.problems import Problem
from simulator.drawing import drawn
from tests.conftest import Figure
from tests.functional.fuzz.changes import changes

TRIES = int(os.environ.get("FDELAB_FUZZ", "150"))
MOST_CPU_S = 1.0
"""CPU seconds for one file beyond twice what the sound one needs, of this process, all threads."""
NAMES = sorted(folder.name for folder in paths.library().iterdir() if (folder / SCENARIO).is_file())
READ = [SCENARIO]
"""What is read before anything is linted; a business beside it, too, where there is one."""
BRIEFED = [name for name in NAMES if (paths.library() / name / "solution" / "brief.yaml").is_file()]

pytestmark = pytest.mark.xdist_group("fuzz")
many = settings(
    max_examples=TRIES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    database=None,
)


class Tally:
    """What became of the files, and what the dearest of them cost."""

    def __init__(self) -> None:
        self.valid = self.refused = 0
        self.dearest = 0.0

    def add(self, problems: tuple[Problem, ...], began: float, sound: float) -> None:
        """Count a file; `sound` is what the unchanged one needs, in CPU seconds, most of it for the incident."""
        took = time.process_time() - began
        self.dearest = max(self.dearest, took)
        if any(not problem.note for problem in problems):
            self.refused += 1
        else:
            self.valid += 1
        assert took < MOST_CPU_S + 2 * sound, f"{took:.2f} s of CPU; the sound one takes {sound:.2f} s"

    def tell(self, figure: Figure, what: str) -> None:
        figure(f"changed {what}", self.valid + self.refused, "files", valid=self.valid, refused=self.refused,
               dearest=f"{self.dearest:.2f} s CPU")  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of our own, in which files change."""
    place = tmp_path_factory.mktemp("fuzz") / "library"
    shutil.copytree(paths.library(), place)
    return place


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as their authors begin them: no incident is recorded, so that none need be asked."""
    place = tmp_path_factory.mktemp("fuzz") / "library"
    shutil.copytree(paths.library(), place, ignore=shutil.ignore_patterns("incident*.tar.gz", "calibration.json"))
    return place


Look = Callable[[Path], tuple[Template | None, tuple[Problem, ...]]]
"""How a folder is looked at."""


def linted(folder: Path) -> tuple[Template | None, tuple[Problem, ...]]:
    """Look at a draft, as its author's editor does."""
    return examine(folder, vocabulary(), notes=True)


def proven(folder: Path) -> tuple[Template | None, tuple[Problem, ...]]:
    """Look at all that makes a scenario a proof."""
    return examine(folder, vocabulary(), notes=True, proof=True)


def cost(folder: Path, look: Look) -> float:
    """Return the CPU seconds that it takes to look at a scenario that nobody looked at before."""
    began = time.process_time()
    look(folder)
    return time.process_time() - began


def files(name: str) -> list[str]:
    """Return the files that define a scenario, below its folder."""
    folder = paths.library() / name
    found = [*folder.glob("*.yaml"), *folder.glob("business/*.yaml"), *folder.glob("shortcuts/*/*.yaml")]
    return sorted(str(file.relative_to(folder)) for file in found)


def placed(problems: tuple[Problem, ...], folder: Path) -> None:
    """Check that each problem says in which file it is, and where."""
    for problem in problems:
        assert Path(problem.path).is_relative_to(folder), problem
        assert problem.message and "Traceback" not in problem.message
        assert problem.line is not None or Path(problem.path).suffix != ".yaml", problem
        assert str(problem)


def changed(library: Path, tries: int, look: Look) -> Tally:
    """Change so many files of a library, one at a time, and look at each scenario; return what became of them."""
    tally, sound = Tally(), {name: cost(library / name, look) for name in NAMES}
    known = {name: READ if look is examine else files(name) for name in NAMES}
    texts = {(name, file): (library / name / file).read_text() for name, of in known.items() for file in of}
    which = st.one_of(st.sampled_from([(name, SCENARIO) for name in NAMES]), st.sampled_from(sorted(texts)))

    @settings(many, max_examples=tries)
    @given(st.data())
    def each(data: st.DataObject) -> None:
        name, file = data.draw(which)
        place = library / name / file
        place.write_bytes(data.draw(changes(texts[name, file])))
        try:
            began = time.process_time()
            scenario, problems = look(library / name)
            tally.add(problems, began, sound[name])
            placed(problems, library / name)
            # Who only reads a file looks at no value that may be drawn: no world begins without lint.
            if look is not examine and scenario is not None and all(problem.note for problem in problems):
                drawn(scenario, 1)
        finally:
            place.write_text(texts[name, file])

    each()
    return tally


@pytest.mark.parametrize(
    ("look", "share"), [(examine, 1), (linted, 10), (proven, 100)], ids=["read", "linted as a draft", "proven"]
)
def test_a_changed_file_is_valid_or_refused_at_a_place(
    look: Look, share: int, library: Path, drafts: Path, figure: Figure, request: pytest.FixtureRequest
) -> None:
    place = library if look is proven else drafts
    changed(place, max(TRIES // share, 1), look).tell(figure, f"files of scenarios, {request.node.callspec.id}")


@pytest.mark.parametrize("name", BRIEFED)
def test_a_changed_brief_is_judged_or_refused_at_a_place(name: str, library: Path, figure: Figure) -> None:
    tally = Tally()
    scenario = load(library / name)
    text = (library / name / "solution" / "brief.yaml").read_text()
    place = library / name / "brief.yaml"

    @settings(many, max_examples=max(TRIES // (2 * len(BRIEFED)), 1))
    @given(changes(text))
    def each(changed: bytes) -> None:
        place.write_bytes(changed)
        began = time.process_time()
        brief, tree, wrong = read_file(place)
        problems = tuple(wrong)
        if brief is not None and tree is not None and not problems:
            problems = form_problems(brief, tree, scenario, str(place))
            weigh(brief, scenario, evidence)
        tally.add(problems, began, sound=0.0)
        placed(problems, library / name)

    with incident(library / name / "incident.tar.gz") as evidence:
        each()
    place.unlink()
    tally.tell(figure, f"briefs of {name}")
