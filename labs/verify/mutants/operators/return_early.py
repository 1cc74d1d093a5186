"""A duty is left undone: its function returns at once, with nothing or with what is easiest to say."""

import ast
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program

_EASY = {"bool": ("True", "False"), "int": ("0",), "float": ("0.0",), "str": ('""',), "list": ("[]",), "dict": ("{}",),
         "tuple": ("()",), "set": ("set()",), "Decimal": ("Decimal(0)",)}  # fmt: skip


class ReturnEarly:
    """The first statement of a function becomes `return`, with the easiest value of the type that it declares."""

    name = "return-early"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each function that does something, once for each easy value."""
        for function in program.functions:
            body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
            if not body or function.name == "__init__" or _yields(function):
                continue
            for value in _values(function.returns):
                text = f"return {value}".rstrip()
                if program.source(body[0]) != text:
                    # What follows is left where it is: it is never reached.
                    yield program.replaced(body[0], text) if len(body) == 1 else _before(program, body[0], text)


def _before(program: Program, first: ast.stmt, text: str) -> Change:
    begin = program.offset(first.lineno, first.col_offset)
    return program.cut(begin, begin, f"{text}\n{' ' * first.col_offset}")


def _values(returns: ast.expr | None) -> tuple[str, ...]:
    if returns is None:
        return ("",)
    told = ast.unparse(returns)
    if told == "None":
        return ("",)
    if "None" in told:
        return ("None",)
    return _EASY.get(told.partition("[")[0], ())


def _yields(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
