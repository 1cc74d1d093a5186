"""Check what a scenario's shape alone does not show: names, units, sums, fairness, files.

Each rule is one idea, in one of the modules of `scenarios.rules`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from scenarios.businesses import Written, having
from scenarios.draws import Found, extremes
from scenarios.model import Scenario
from scenarios.problems import Problem
from scenarios.rules import EACH, PROOF, UNDRAWN, WHOLE
from scenarios.rules.context import Context
from scenarios.shape import shape
from scenarios.tree import Node
from scenarios.vocabulary import Vocabulary


def lint(
    scenario: Scenario, tree: Node, path: Path, vocabulary: Vocabulary,
    own: Mapping[str, Written] = MappingProxyType({}), *, proof: bool = False,
) -> list[Problem]:  # fmt: skip
    """Return the problems of `scenario`, read from `tree` in the file `path`, and of the businesses of its `own`.

    With `proof`, also those of the deployments that are to prove it. Parts of the scenario may stand in for what did
    not fit its model, as the tree marks them: rules that add such parts up are skipped. Numbers in the tree become text
    where a parameter wants text.
    """
    context = Context(scenario, tree, path, vocabulary.widened(vocabulary, scenario), own=own)
    for rule in (*EACH, *(PROOF if proof else ())):
        rule(context)
    for rule, places in WHOLE:
        if all(map(context.sure, places)):
            rule(context)
    return context.problems


def lint_extremes(
    found: Found, tree: Node, read: Node, path: Path, vocabulary: Vocabulary, known: Iterable[Problem],
    own: Mapping[str, Written] = MappingProxyType({}), *, thorough: bool = True,
) -> list[Problem]:  # fmt: skip
    """Return the problems that the scenario has only with some of what can be drawn, beside those that are `known`.

    `tree` is the file's with the middle of each range in its place, and nothing wrong with its shape, and `read` the
    same after `lint`. A problem that several draws have is told once, of the first.
    """
    told = {_same(problem) for problem in known}
    problems = _texts(found, read, path)
    for extreme in extremes(found.draws, thorough=thorough):
        for problem in _drawn(found.placed(tree, extreme.choices), path, vocabulary, own):
            if not problem.note and _same(problem) not in told:
                told.add(_same(problem))
                problems.append(replace(problem, message=f"{problem.message} (with {extreme.label})"))
    return problems


def _texts(found: Found, read: Node, path: Path) -> list[Problem]:
    """Return the draws of numbers where text is meant: a number in a file becomes text, and a drawn one stays one."""
    problems = []
    for draw in found.draws:
        node = read.find(draw.at)
        value = draw.value(draw.middle)
        if node is not None and isinstance(node.value, str) and isinstance(value, int | float):
            problems.append(Problem(str(path), *node.at, f"{draw.at[-1]}: text is meant here", "quote the values"))
    return problems


def _drawn(tree: Node, path: Path, vocabulary: Vocabulary, own: Mapping[str, Written]) -> list[Problem]:
    shaped, problems = shape(Scenario, tree, str(path))
    scenario = having(shaped, own)
    if scenario is None:
        return problems
    context = Context(scenario, tree, path, vocabulary.widened(vocabulary, scenario), own=own)
    for rule in (*EACH, *(rule for rule, _ in WHOLE)):
        if rule not in UNDRAWN:
            rule(context)
    return context.problems


def _same(problem: Problem) -> tuple[object, ...]:
    """Return what two reports of the same mistake have in common: numbers and plurals vary with what is drawn."""
    return problem.path, problem.line, problem.column, re.sub(r"\d[\d.,]*|'[^']*'|s\b", "", problem.message)
