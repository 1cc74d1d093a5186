"""Everything about a scenario that its shape alone does not tell: names, units, sums, fairness, files.

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
    """What is wrong with `scenario`, read from `tree` in the file `path`; with `proof`, also with what is to prove it.

    Parts of it may stand in for what did not fit its model, as the tree says: rules that add them up are left out.
    Numbers in the tree become text where a parameter wants text.
    """
    context = Context(scenario, tree, path, vocabulary)
    for rule in (*EACH, *(PROOF if proof else ())):
        rule(context)
    for rule, places in WHOLE:
        if all(map(context.sure, places)):
            rule(context)
    return context.problems
