"""Something is not done: a call with effects, a commit among them, or what was to be remembered."""

import ast
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program


class DropStatement:
    """`await book.commit()`, `self._seen[key] = date`, `count += 1`, `del waiting[0]` become `pass`."""

    name = "drop-statement"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each statement that is there for its effect."""
        for statement in program.statements:
            if _has_effect(statement):
                yield program.replaced(statement, "pass")


def _has_effect(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call | ast.Await)
    if isinstance(statement, ast.Assign):
        # A plain name that is never set ends its function by an error, which shows nothing.
        return all(isinstance(target, ast.Attribute | ast.Subscript) for target in statement.targets)
    return isinstance(statement, ast.AugAssign | ast.Delete)
