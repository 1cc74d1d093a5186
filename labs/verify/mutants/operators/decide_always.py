"""A decision is not made: what was done in some cases is done in all, or in none."""

import ast
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program


class DecideAlways:
    """The test of an `if`, or of a conditional expression, becomes `True`, and `False`."""

    name = "decide-always"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each test that is not constant, both ways."""
        for node in ast.walk(program.tree):
            if isinstance(node, ast.If | ast.IfExp) and not isinstance(node.test, ast.Constant):
                yield program.replaced(node.test, "True")
                yield program.replaced(node.test, "False")
