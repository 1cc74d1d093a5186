"""A scenario file to a `Scenario`, or to all of its problems at once."""

from dataclasses import dataclass
from pathlib import Path

from scenarios import folder as layout
from scenarios.model import Scenario
from scenarios.positions import read
from scenarios.problems import Problem, ScenarioInvalid, ordered
from scenarios.shape import mended, shape
from scenarios.variants import LIBRARY, slugs
from scenarios.vocabulary import Vocabulary


@dataclass(frozen=True)
class Entry:
    """One scenario of a library: what it says, or why it cannot be used."""

    folder: Path
    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()


def load(path: str | Path, vocabulary: Vocabulary | None = None, *, proof: bool = False) -> Scenario:
    """The scenario in the file `path`, or in the folder `path`, linted when there is a vocabulary: as `examine` does.

    Raises `ScenarioInvalid` with everything that is wrong, whatever the file holds.
    """
    scenario, problems = examine(path, vocabulary, proof=proof)
    if scenario is None or problems:
        raise ScenarioInvalid(problems)
    return scenario


def examine(
    path: str | Path, vocabulary: Vocabulary | None = None, *, notes: bool = False, proof: bool = False
) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """The scenario, None when its shape is wrong, and all its problems in order of place; with `notes`, those too.

    `proof`: also what is wrong with its solutions and shortcuts as a proof, or that there is none.
    """
    file = scenario_file(path)
    unsafe = layout.problems(file.parent) or layout.link(file)
    if unsafe:
        return None, ordered(unsafe)
    _, tree, problems = read(file)
    if tree is None:
        return None, ordered(problems)
    scenario, wrong = shape(Scenario, tree, str(file))
    problems += wrong
    if vocabulary is None:
        return scenario, ordered(problems)
    draft = scenario or mended(Scenario, tree)
    if draft is not None:
        # Late: who reads a scenario that was linted before waits for no rules.
        from scenarios.lint import lint

        found = lint(draft, tree, file, vocabulary, proof=proof)
        problems += [problem for problem in found if notes or not problem.note]
    if scenario is not None:
        # Parameters that mean text were read as text by now: `version: 1.10`.
        scenario, _ = shape(Scenario, tree, str(file))
    return scenario, ordered(problems)


def scenario_file(path: str | Path) -> Path:
    """The scenario file that `path` means: itself, or the one in the folder."""
    place = Path(path)
    return place / layout.SCENARIO if place.is_dir() else place


def catalogue(root: Path = LIBRARY, vocabulary: Vocabulary | None = None) -> list[Entry]:
    """Every scenario folder below `root`, sorted by name, each with its scenario or its problems."""
    return [Entry(folder, *examine(folder, vocabulary)) for folder in slugs(root).values()]
