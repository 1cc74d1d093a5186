"""Turn a scenario file into a `Scenario`, or into all of its problems at once."""

from copy import deepcopy
from pathlib import Path

from scenarios import folder as layout
from scenarios.businesses import businesses, having
from scenarios.draws import Found, Template, take
from scenarios.model import Scenario
from scenarios.positions import read
from scenarios.problems import Problem, ScenarioInvalid, ordered
from scenarios.shape import mended, shape
from scenarios.vocabulary import Vocabulary


def load(path: str | Path, vocabulary: Vocabulary | None = None, *, proof: bool = False) -> Template:
    """Return the scenario in the file or folder `path`; with a vocabulary it is linted, as by `examine`.

    Raises `ScenarioInvalid` with everything that is wrong, whatever the file holds.
    """
    scenario, problems = examine(path, vocabulary, proof=proof)
    if scenario is None or problems:
        raise ScenarioInvalid(problems)
    return scenario


def examine(
    path: str | Path, vocabulary: Vocabulary | None = None, *, notes: bool = False, proof: bool = False
) -> tuple[Template | None, tuple[Problem, ...]]:
    """Return the scenario (None when its shape is wrong) and its problems by place, with `notes` also the notes.

    With `proof`, also report what is wrong with its solutions and shortcuts as a proof, or that there are none. With
    either, each value that is drawn is looked at alone at both its ends, too.
    """
    file = scenario_file(path)
    unsafe = layout.problems(file.parent) or layout.link(file)
    if unsafe:
        return None, ordered(unsafe)
    _, tree, problems = read(file)
    if tree is None:
        return None, ordered(problems)
    found = take(tree, str(file))
    written = deepcopy(tree) if vocabulary is not None else tree
    scenario, wrong = shape(Scenario, tree, str(file))
    own, wrongs = businesses(file.parent)
    problems += wrongs
    # What is wrong with a draw is told once, and not again of what stands in for it.
    told = {(problem.line, problem.column) for problem in found.problems}
    problems += [*found.problems, *(problem for problem in wrong if (problem.line, problem.column) not in told)]
    whole = scenario is not None and not found.problems
    if vocabulary is None:
        return _template(having(scenario, own), found) if whole else None, ordered(problems)
    draft = having(scenario or mended(Scenario, tree), own)
    if draft is not None:
        # Late: who reads a scenario that was linted before waits for no rules.
        from scenarios.lint import lint

        problems += [p for p in lint(draft, tree, file, vocabulary, own, proof=proof) if notes or not p.note]
    if scenario is not None:
        if whole and found.draws:
            from scenarios.lint import lint_extremes

            problems += lint_extremes(found, written, tree, file, vocabulary, problems, own, thorough=notes or proof)
        # Parameters that mean text were read as text by now: `version: 1.10`.
        scenario, _ = shape(Scenario, tree, str(file))
    return _template(having(scenario, own), found) if whole else None, ordered(problems)


def _template(scenario: Scenario | None, found: Found) -> Template | None:
    if scenario is None:
        return None
    # Its fields are valid as they are: nothing is compiled or checked a second time.
    fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
    known = scenario.model_fields_set | {"draws"}
    return Template.model_construct(known, **fields, draws=tuple(found.draws))


def scenario_file(path: str | Path) -> Path:
    """Return the scenario file that `path` means: itself, or the one in that folder."""
    place = Path(path)
    return place / layout.SCENARIO if place.is_dir() else place
