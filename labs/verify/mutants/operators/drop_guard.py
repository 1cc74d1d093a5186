"""What keeps others away is dropped: a lock, a semaphore, a transaction."""

import ast
import re
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program

_GUARDS = re.compile(r"lock|semaphore|transaction|begin\b|\bgate\b|timeout", re.IGNORECASE)


class DropGuard:
    """`async with self._lock:` becomes `if True:`."""

    name = "drop-guard"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each `with` of one thing that sounds like a guard, and whose name is not used within."""
        for statement in program.statements:
            if isinstance(statement, ast.With | ast.AsyncWith) and len(statement.items) == 1:
                item = statement.items[0].context_expr
                if statement.items[0].optional_vars is None and _GUARDS.search(program.source(item)):
                    begin = program.offset(statement.lineno, statement.col_offset)
                    assert item.end_lineno is not None
                    assert item.end_col_offset is not None
                    yield program.cut(begin, program.offset(item.end_lineno, item.end_col_offset), "if True")
