"""Check what a scenario's shape alone does not show: names, units, sums, fairness, files.

Each rule is one idea, in one of the modules of `scenarios.rules`.
"""

from pathlib import Path

from scenarios.model import Scenario
from scenarios.positions import Node
from scenarios.problems import Problem
from scenarios.rules import EACH, PROOF, WHOLE
from scenarios.rules.context import Context
from scenarios.vocabulary import Vocabulary


def lint(scenario: Scenario, tree: Node, path: Path, vocabulary: Vocabulary, *, proof: bool = False) -> list[Problem]:
    """Return the problems of `scenario`, read from `tree` in the file `path`.

    With `proof`, also those of the deployments that are to prove it. Parts of the scenario may stand in for what did
    not fit its model, as the tree marks them: rules that add such parts up are skipped. Numbers in the tree become text
    where a parameter wants text.
    """
    context = Context(scenario, tree, path, vocabulary)
    for rule in (*EACH, *(PROOF if proof else ())):
        rule(context)
    for rule, places in WHOLE:
        if all(map(context.sure, places)):
            rule(context)
    return context.problems
