"""Turn a scenario file into a `Scenario`, or into all of its problems at once."""

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
    """One scenario of a library, or the problems that make it unusable."""

    folder: Path
    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()


def load(path: str | Path, vocabulary: Vocabulary | None = None, *, proof: bool = False) -> Scenario:
    """Return the scenario in the file or folder `path`; with a vocabulary it is linted, as by `examine`.

    Raises `ScenarioInvalid` with everything that is wrong, whatever the file holds.
    """
    scenario, problems = examine(path, vocabulary, proof=proof)
    if scenario is None or problems:
        raise ScenarioInvalid(problems)
    return scenario


def examine(
    path: str | Path, vocabulary: Vocabulary | None = None, *, notes: bool = False, proof: bool = False
) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """Return the scenario (None when its shape is wrong) and its problems by place, with `notes` also the notes.

    With `proof`, also report what is wrong with its solutions and shortcuts as a proof, or that there are none.
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
    """Return the scenario file that `path` means: itself, or the one in that folder."""
    place = Path(path)
    return place / layout.SCENARIO if place.is_dir() else place


def catalogue(root: Path = LIBRARY, vocabulary: Vocabulary | None = None) -> list[Entry]:
    """Return every scenario folder below `root`, sorted by name, with its scenario or its problems."""
    return [Entry(folder, *examine(folder, vocabulary)) for folder in slugs(root).values()]
