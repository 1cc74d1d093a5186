"""Rules for the businesses that a scenario writes itself."""

from pathlib import PurePath

from scenarios.problems import Problem
from scenarios.rules.context import Context


def are_computable(context: Context) -> None:
    """Require that names, types and questions of each business fit, and that its money closes every direction."""
    for written in context.own.values():
        context.problems += context.vocabulary.business(written, context.scenario)


def are_of_their_own(context: Context) -> None:
    """Require that no business has the name of a workload that is installed, and that traffic uses each."""
    used = {flow.workload for flow in context.scenario.traffic.values()}
    for name, written in context.own.items():
        line, column = written.tree.place(("name",))
        if name in context.vocabulary.installed:
            said = f"name: there is a workload {name!r} already"
            context.problems.append(Problem(str(written.file), line, column, said, "call it otherwise, and its file"))
        elif name not in used:
            said = f"no traffic of {PurePath(context.path).name} has the workload {name!r}"
            context.problems.append(Problem(str(written.file), line, column, said, note=True))
