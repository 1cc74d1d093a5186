"""A constant stands where a value was worked out: in an answer, in a row that is written, in a message."""

import ast
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program, called

_NUMBERS = frozenset({"round", "sum", "len", "int", "float", "min", "max", "abs", "Decimal"})
LOREM = '"lorem ipsum"'


class ConstantField:
    """`{"total": round(total, 2)}` becomes `{"total": 0}`; texts become lorem ipsum, and what may be either is None."""

    name = "constant-field"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each value of a dict that has names for keys, and of each keyword argument where a record is made."""
        for node in ast.walk(program.tree):
            for value in _fields(node):
                constant = _constant(value)
                if constant is not None:
                    yield program.replaced(value, constant)


def _fields(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Dict):
        named = zip(node.keys, node.values, strict=True)
        return [value for key, value in named if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    if isinstance(node, ast.Call) and called(node).rpartition(".")[2][:1].isupper():
        return [keyword.value for keyword in node.keywords if keyword.arg is not None]
    return []


def _constant(value: ast.expr) -> str | None:
    if isinstance(value, ast.JoinedStr) or called(value) == "str":
        return LOREM
    if isinstance(value, ast.Constant):
        return LOREM if isinstance(value.value, str) and value.value else None
    if isinstance(value, ast.BinOp) or called(value).rpartition(".")[2] in _NUMBERS:
        return "0"
    if isinstance(value, ast.Compare | ast.BoolOp):
        return "False"
    return "None" if isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Await | ast.Subscript) else None
