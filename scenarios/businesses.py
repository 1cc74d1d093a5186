"""The businesses that a scenario writes itself: the files in its folder `business/`, each with its tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.business import FOLDER, Business
from scenarios.model import Scenario
from scenarios.positions import read
from scenarios.problems import Problem, shown
from scenarios.shape import shape
from scenarios.tree import Node

MOST = 20
"""Most businesses of one scenario."""


@dataclass(frozen=True)
class Written:
    """A business in its file."""

    file: Path
    business: Business
    tree: Node


def businesses(folder: Path) -> tuple[Mapping[str, Written], list[Problem]]:
    """Return the businesses of the scenario in `folder` by name, and what is wrong with their files.

    A file whose shape is wrong is left out.
    """
    found: dict[str, Written] = {}
    problems: list[Problem] = []
    files = sorted((folder / FOLDER).glob("*.yaml")) if (folder / FOLDER).is_dir() else []
    if len(files) > MOST:
        return {}, [Problem(str(folder / FOLDER), None, None, f"holds more than {MOST} businesses")]
    for file in files:
        _, tree, wrong = read(file)
        business = None
        if tree is not None:
            business, more = shape(Business, tree, str(file))
            wrong += more
        problems += wrong
        if business is None or tree is None:
            continue
        if business.name != file.stem:
            line, column = tree.place(("name",))
            problems.append(Problem(str(file), line, column, f"name: {shown(business.name)} stands in {file.name}",
                                    "a business has the name of its file"))  # fmt: skip
        found[file.stem] = Written(file, business, tree)
    return found, problems


def having(scenario: Scenario | None, own: Mapping[str, Written]) -> Scenario | None:
    """Return the scenario with the businesses of its folder; None for none."""
    if scenario is None or not own:
        return scenario
    return scenario.model_copy(update={"business": {name: one.business for name, one in own.items()}})
