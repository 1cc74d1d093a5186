"""The curriculum as it is on disk."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from labs.base import paths
from labs.base.errors import UsageProblem
from labs.base.problems import rendered
from labs.library.curriculum.model import Goals, Syllabus
from scenarios.problems import ScenarioInvalid, did_you_mean
from scenarios.shape import load_model
from scenarios.tree import Node

GOALS, SYLLABUS, PAGES = "skills.yaml", "syllabus.yaml", "modules"
WORDS_A_MINUTE = 200
"""How fast people read prose of this kind (Brysbaert 2019, 238 words a minute, less what tables and code cost)."""


@dataclass(frozen=True)
class Curriculum:
    """Goals and syllabus, with where everything in them is written."""

    folder: Path
    goals: Goals
    syllabus: Syllabus
    goals_tree: Node
    syllabus_tree: Node

    def page(self, module: str) -> Path:
        """Return a module's page, which may not be there."""
        return self.folder / PAGES / f"{module}.md"

    def text(self, module: str) -> str:
        """Return what a module's page says. Raises `UsageProblem` for a module that is not there."""
        try:
            return self.page(module).read_text("utf-8")
        except OSError:
            raise UsageProblem(f"there is no module {module!r}", did_you_mean(module, self.syllabus.modules)) from None


def read(folder: Path) -> Curriculum:
    """Return the curriculum in a folder. Raises `ScenarioInvalid` with all that is wrong with its files' shape."""
    goals, goals_tree = load_model(Goals, folder / GOALS)
    syllabus, syllabus_tree = load_model(Syllabus, folder / SYLLABUS)
    return Curriculum(folder, goals, syllabus, goals_tree, syllabus_tree)


@cache
def curriculum() -> Curriculum:
    """Return the one that ships with fdelab. Raises `ScenarioProblems`."""
    try:
        return read(paths.curriculum())
    except ScenarioInvalid as invalid:
        raise rendered(invalid) from None


def minutes(text: str) -> int:
    """How long a page takes to read, rounded up."""
    return -(-len(text.split()) // WORDS_A_MINUTE)
