"""An error goes unnoticed: a guard never raises, or a handler does nothing."""

import ast
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program


class Swallow:
    """`raise Refused(...)` becomes `pass`, and so does all that is done about an exception that was caught."""

    name = "swallow"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each `raise`, and each handler that does more than one thing."""
        for statement in program.statements:
            if isinstance(statement, ast.Raise):
                yield program.replaced(statement, "pass")
            for handler in getattr(statement, "handlers", ()):
                first, last = handler.body[0], handler.body[-1]
                if not isinstance(first, ast.Pass) and last.end_lineno is not None and last.end_col_offset is not None:
                    begin = program.offset(first.lineno, first.col_offset)
                    yield program.cut(begin, program.offset(last.end_lineno, last.end_col_offset), "pass")
