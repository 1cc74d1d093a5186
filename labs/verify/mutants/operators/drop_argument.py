"""An argument is forgotten: a time-out, a key that makes a call safe to repeat, a limit, a header."""

import ast
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program


class DropArgument:
    """`get(url, timeout=2)` becomes `get(url)`."""

    name = "drop-argument"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each keyword argument of each call, with the comma that it leaves behind."""
        for node in ast.walk(program.tree):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg is not None:
                        yield _without(program, keyword)


def _without(program: Program, keyword: ast.keyword) -> Change:
    assert keyword.end_lineno is not None
    assert keyword.end_col_offset is not None
    begin = program.offset(keyword.lineno, keyword.col_offset)
    end = program.offset(keyword.end_lineno, keyword.end_col_offset)
    before, after = program.before(begin), program.after(end)
    if before.rstrip().endswith(","):
        return program.cut(len(before.rstrip().removesuffix(",").encode()), end)
    if after.lstrip().startswith(","):
        return program.cut(begin, end + len(after.encode()) - len(after.lstrip()[1:].lstrip().encode()))
    return program.cut(begin, end)
