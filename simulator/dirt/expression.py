"""Expressions over columns, as authors write them: `site == "B" and quantity > 10`, `quantity * price`.

They are a small part of Python's grammar, computed on whole columns at once. Text that is compared with a time is
parsed as one: `at >= "2026-03-29T02:00"`.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_LONGEST = 600
"""Most characters of an expression."""

Array = npt.NDArray[Any]

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.Not: np.logical_not, ast.USub: operator.neg}


def _hour(times: Array) -> Array:
    return np.asarray((times.astype("datetime64[h]") - times.astype("datetime64[D]")).astype(np.int64))


def _weekday(times: Array) -> Array:
    """Return the day of the week; Monday is 0, as in `datetime`. The epoch was a Thursday."""
    return np.asarray((times.astype("datetime64[D]").astype(np.int64) + 3) % 7)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": np.abs,
    "exp": np.exp,
    "floor": np.floor,
    "hour": _hour,
    "log": np.log,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "round": np.round,
    "sqrt": np.sqrt,
    "weekday": _weekday,
    "where": np.where,
}
"""Functions that an expression may call; `hour` and `weekday` (Monday is 0) take times."""


class Expression:
    """A parsed expression. Raises `ValueError` when it cannot be computed."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _LONGEST:
            raise ValueError(f"an expression has no more than {_LONGEST:,} characters")
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
            names = _names(self._tree)
        except SyntaxError as error:
            raise ValueError(f"{text!r} is no expression: {error.msg}") from None
        except (RecursionError, MemoryError):
            raise ValueError("the expression is nested too deep") from None
        self.names: frozenset[str] = frozenset(names)
        """The columns that it reads."""

    def __call__(self, columns: Callable[[str], Array]) -> Any:
        """Return its value: an array, or a scalar when it reads no column.

        Raises `ValueError` when types do not fit.
        """
        try:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                return _value(self._tree, columns)
        except (TypeError, np.exceptions.DTypePromotionError) as error:
            raise ValueError(f"{self.text!r} cannot be computed: {error}") from None


def holds(text: str, columns: Callable[[str], Array], rows: int) -> npt.NDArray[np.bool_]:
    """Return for which rows the condition `text` is true."""
    return np.broadcast_to(np.asarray(Expression(text)(columns)).astype(np.bool_), (rows,))


def _names(node: ast.expr) -> set[str]:
    """Return the columns below a node. Raises `ValueError` for a kind of node that cannot be computed."""
    match node:
        case ast.Name():
            return {node.id}
        case ast.Constant(value=str() | int() | float()):
            return set()
        case ast.BoolOp():
            return _all(node.values)
        case ast.UnaryOp() if type(node.op) in _UNARY:
            return _names(node.operand)
        case ast.BinOp() if type(node.op) in _BINARY:
            return _all([node.left, node.right])
        case ast.Compare(comparators=[right]) if type(node.ops[0]) in _COMPARE:
            return _all([node.left, right])
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.List() | ast.Tuple() as right]):
            if _all(right.elts):
                raise ValueError("`in` takes a list of plain values")
            return _names(node.left)
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            return _all(node.args)
    raise ValueError(f"`{ast.unparse(node)}` is not understood; functions are {', '.join(FUNCTIONS)}")


def _all(nodes: list[ast.expr]) -> set[str]:
    return {name for node in nodes for name in _names(node)}


def _value(node: ast.expr, columns: Callable[[str], Array]) -> Any:
    match node:
        case ast.Name():
            return columns(node.id)
        case ast.Constant():
            return node.value
        case ast.BoolOp():
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            values = [np.asarray(_value(one, columns)).astype(np.bool_) for one in node.values]
            return join.reduce(np.broadcast_arrays(*values))
        case ast.UnaryOp():
            return _UNARY[type(node.op)](_value(node.operand, columns))
        case ast.BinOp():
            return _BINARY[type(node.op)](_value(node.left, columns), _value(node.right, columns))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compare(op, _value(left, columns), right, columns)
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name](*(_value(one, columns) for one in node.args))
    raise AssertionError(f"{ast.dump(node)} was let through")


def _compare(op: ast.cmpop, left: Any, right: ast.expr, columns: Callable[[str], Array]) -> Any:
    if isinstance(op, ast.In | ast.NotIn):
        assert isinstance(right, ast.List | ast.Tuple)
        wanted = {_like(_value(one, columns), left) for one in right.elts}
        found = np.fromiter((value in wanted for value in np.asarray(left).tolist()), np.bool_, np.size(left))
        return found if isinstance(op, ast.In) else ~found
    other = _value(right, columns)
    return _COMPARE[type(op)](_time(left, other), _time(other, left))


def _time(value: Any, other: Any) -> Any:
    """Return text as a time when it is compared with times."""
    return np.datetime64(value, "us") if isinstance(value, str) and _is_time(other) else value


def _like(value: Any, left: Any) -> Any:
    return np.datetime64(value, "us").item() if isinstance(value, str) and _is_time(left) else value


def _is_time(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "M"
