"""A retry is dropped: what was tried several times is tried once."""

import ast
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program, called


class TryOnce:
    """A loop over a `range` within which something is tried goes round once."""

    name = "try-once"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each such loop."""
        for statement in program.statements:
            if not isinstance(statement, ast.For | ast.AsyncFor) or called(statement.iter) != "range":
                continue
            if any(isinstance(node, ast.Try) for node in ast.walk(statement)):
                yield program.replaced(statement.iter, "range(1)")
