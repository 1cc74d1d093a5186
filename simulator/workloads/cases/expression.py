"""Expressions of a business: the grammar of `simulator.dirt.expression`, of one case at a time, typed and compiled.

Types are known before anything runs, so that lint can say what is wrong. Code is built from nodes that are made here:
no attributes, no calls but ours. Null propagates as in SQL: arithmetic with null is null, a comparison with null does
not hold. Nodes that cannot be null become plain Python, which is why they are fast.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from scenarios.problems import did_you_mean
from simulator.workloads.cases.functions import (
    FUNCTIONS,
    OVER_LISTS,
    OVER_SERIES,
    OVER_TIME,
    PARTIAL,
    RUNTIME,
    UNITS,
    WORDS,
)

NUMBERS = frozenset({"integer", "real", "any"})
TIMES = frozenset({"time", "date"})
HOLE = re.compile(r"\{([a-z_][\w.]*)\}")
"""A name in braces in a text."""

_LONGEST = 600
_ARITHMETIC: Mapping[type[ast.operator], str] = {
    ast.Add: "_add", ast.Sub: "_sub", ast.Mult: "_mul", ast.Div: "_div", ast.FloorDiv: "_floordiv", ast.Mod: "_mod",
}  # fmt: skip
_DIVIDES = (ast.Div, ast.FloorDiv, ast.Mod)
_COMPARE: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "_eq", ast.NotEq: "_ne", ast.Lt: "_lt", ast.LtE: "_le", ast.Gt: "_gt", ast.GtE: "_ge",
}  # fmt: skip
_SAID = {
    "integer": "a whole number", "real": "a number", "boolean": "true or false", "time": "a time", "date": "a date",
    "any": "of an unknown type", "list": "a list", "series": "a series",
}  # fmt: skip
_WANTED = {"N": "a number", "B": "true or false", "S": "text", "T": "a time"}
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Of:
    """The type of a value."""

    type: str
    """text, integer, real, boolean, time, date, list, series or any."""
    null: bool = False
    """Whether it may be null."""
    late: bool = False
    """Whether it is known only once the answer is in."""
    items: Mapping[str, "Of"] = field(default_factory=dict)
    """Of a list: what each row has. Of a series: the names of its key."""
    value: str = ""
    """Of a series: the type of its levels."""
    options: tuple[str, ...] = ()
    """The only values that it can have, if they are known."""

    @property
    def said(self) -> str:
        """The type as a message names it."""
        return _SAID.get(self.type, self.type)


Scope = Mapping[str, Of]
Made = tuple[ast.expr, Of]


class Wrong(ValueError):
    """What an expression says that cannot be computed; `by` is where in its text, in characters."""

    def __init__(self, message: str, by: int = 0, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.by = by
        self.suggestion = suggestion


class Expr:
    """One expression, checked against a scope and compiled to a function of a mapping. Raises `Wrong`."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.reads: set[str] = set()
        """The names that it reads."""
        self._scope = scope
        self._looked_at: list[ast.expr] | None = None
        """The series that `ever` or `always`, where we are inside one, looks at."""
        self.tree = parsed(text)
        try:
            made, self.of = self._node(self.tree, ())
        except Wrong as wrong:
            raise Wrong(str(wrong), _characters(text, wrong.by), wrong.suggestion) from None
        except RecursionError:
            raise Wrong("is nested too deep") from None
        self._run = _compiled(made)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Return its value; null when it cannot be computed: an answer may say 1e300, and no lap fails by that."""
        try:
            return self._run(values)
        except (ArithmeticError, ValueError, TypeError):
            return None

    def _node(self, node: ast.expr, inner: tuple[str, ...]) -> Made:
        """Return a Python node for one of the author's, and its type; `inner` are the names of a list's row."""
        match node:
            case ast.Constant(value=bool() | str() | int() | float()):
                return node, Of(_constant(node))
            case ast.Name(id=name) if name in _TRUTH and name not in self._scope:
                return ast.Constant(_TRUTH[name]), Of("boolean")
            case ast.Name() | ast.Attribute(value=ast.Name()):
                return self._name(ast.unparse(node), node.col_offset, inner)
            case ast.BoolOp():
                parts = [self._typed(one, inner, "B") for one in node.values]
                return ast.BoolOp(node.op, [made for made, _ in parts]), _mixed("boolean", [of for _, of in parts])
            case ast.UnaryOp(op=ast.Not() | ast.USub()):
                return self._unary(node, inner)
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                return self._arithmetic(node, inner)
            case ast.Compare(ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
                return self._among(node, op, right, inner)
            case ast.Compare(ops=[op], comparators=[right]) if type(op) in _COMPARE:
                return self._compare(node, op, right, inner)
            case ast.Call(func=ast.Name(id=name), keywords=[]):
                return self._call(node, name, inner)
        hint = "write two comparisons with `and`" if isinstance(node, ast.Compare) and len(node.ops) > 1 else None
        raise Wrong(f"`{ast.unparse(node)}` is not understood", node.col_offset, hint)

    def _name(self, name: str, by: int, inner: tuple[str, ...]) -> Made:
        if name not in self._scope:
            raise Wrong(f"there is no {name!r} here", by, did_you_mean(name, sorted(self._scope)))
        self.reads.add(name)
        where = "_i" if name in inner else "_v"
        return ast.Subscript(ast.Name(where, ast.Load()), ast.Constant(name), ast.Load()), self._scope[name]

    def _typed(self, node: ast.expr, inner: tuple[str, ...], want: str) -> Made:
        made, of = self._node(node, inner)
        if want == "T" and of.type == "text" and isinstance(node, ast.Constant):
            return _moment(node), Of("time")
        fits = {"N": of.type in NUMBERS, "B": of.type == "boolean", "S": of.type == "text", "A": True,
                "T": of.type in TIMES}[want]  # fmt: skip
        if not fits and of.type != "any":
            raise Wrong(f"`{ast.unparse(node)}` is {of.said}, and {_WANTED[want]} is needed", node.col_offset)
        return made, of

    def _unary(self, node: ast.UnaryOp, inner: tuple[str, ...]) -> Made:
        if isinstance(node.op, ast.Not):
            made, of = self._typed(node.operand, inner, "B")
            return (_called("_not", made) if of.null else ast.UnaryOp(ast.Not(), made)), replace(of, null=False)
        made, of = self._typed(node.operand, inner, "N")
        return (_called("_sub", ast.Constant(0), made) if of.null else ast.UnaryOp(ast.USub(), made)), of

    def _arithmetic(self, node: ast.BinOp, inner: tuple[str, ...]) -> Made:
        (left, a), (right, b) = self._node(node.left, inner), self._node(node.right, inner)
        kind = _sum_of(node.op, a.type, b.type)
        if kind is None:
            raise Wrong(f"`{ast.unparse(node)}` is {a.said} and {b.said}", node.col_offset)
        divides = isinstance(node.op, _DIVIDES)
        by_nothing = divides and not (isinstance(node.right, ast.Constant) and node.right.value)
        of = _mixed(kind, [a, b], null=a.null or b.null or by_nothing)
        plain = not of.null and not {a.type, b.type} & {*TIMES, "any"}
        return (ast.BinOp(left, node.op, right) if plain else _called(_ARITHMETIC[type(node.op)], left, right)), of

    def _compare(self, node: ast.Compare, op: ast.cmpop, right: ast.expr, inner: tuple[str, ...]) -> Made:
        (left, a), (made, b) = self._node(node.left, inner), self._node(right, inner)
        if a.type in TIMES and b.type == "text" and isinstance(right, ast.Constant):
            made, b = _moment(right, a.type), Of(a.type)
        same = a.type == b.type or {a.type, b.type} <= NUMBERS or "any" in (a.type, b.type)
        if not same:
            raise Wrong(f"`{ast.unparse(node)}` compares {a.said} with {b.said}", node.col_offset)
        _possible(a, [right])
        _possible(b, [node.left])
        of = _mixed("boolean", [a, b], null=False)
        plain = not (a.null or b.null or "any" in (a.type, b.type))
        return (ast.Compare(left, [op], [made]) if plain else _called(_COMPARE[type(op)], left, made)), of

    def _among(self, node: ast.Compare, op: ast.cmpop, right: ast.expr, inner: tuple[str, ...]) -> Made:
        left, a = self._node(node.left, inner)
        if not isinstance(right, ast.List | ast.Tuple) or not all(isinstance(e, ast.Constant) for e in right.elts):
            raise Wrong("`in` takes a list of plain values", right.col_offset)
        for one in right.elts:
            kind = _constant(one)
            if kind != a.type and a.type != "any" and not {kind, a.type} <= NUMBERS:
                raise Wrong(f"`{ast.unparse(one)}` is {Of(kind).said}, and {a.said} is needed", one.col_offset)
        _possible(a, right.elts)
        made: ast.expr = ast.Compare(left, [op], [ast.Set(right.elts) if right.elts else ast.Tuple([], ast.Load())])
        if isinstance(op, ast.NotIn) and a.null:
            given = ast.Compare(left, [ast.IsNot()], [ast.Constant(None)])
            made = ast.BoolOp(ast.And(), [given, made])
        return made, Of("boolean", late=a.late)

    def _call(self, node: ast.Call, name: str, inner: tuple[str, ...]) -> Made:
        if name in OVER_LISTS or name == "join":
            return self._over_list(node, name, inner)
        if name in OVER_SERIES or name == "now":
            return self._over_series(node, name, inner)
        if name in OVER_TIME:
            return self._over_time(node, name, inner)
        if name not in FUNCTIONS and name not in UNITS:
            raise Wrong(f"there is no function {name!r}", node.col_offset, did_you_mean(name, WORDS))
        takes, gives = FUNCTIONS.get(name, ("N", "real"))
        self._takes(node, name, len(takes))
        parts = [self._typed(one, inner, want) for one, want in zip(node.args, takes, strict=True)]
        made, ofs = [one for one, _ in parts], [of for _, of in parts]
        if name in UNITS:
            return _called("_mul", made[0], ast.Constant(UNITS[name])), _mixed("real", ofs)
        if name == "where":
            return self._where(node, made, ofs)
        whole = all(of.type == "integer" for of in ofs)
        kind = ("integer" if whole else "real") if gives == "N" else gives
        of = _mixed(kind, ofs, null=any(o.null for o in ofs) or name in PARTIAL)
        return _called(name, *made), of

    def _where(self, node: ast.Call, made: list[ast.expr], ofs: list[Of]) -> Made:
        _, a, b = ofs
        if a.type != b.type and not {a.type, b.type} <= NUMBERS and "any" not in (a.type, b.type):
            raise Wrong(f"where gives {a.said} or {b.said}", node.col_offset)
        kind = a.type if a.type == b.type else "real" if {a.type, b.type} <= NUMBERS else "any"
        options = _options(node.args[1], a) + _options(node.args[2], b)
        known = bool(_options(node.args[1], a) and _options(node.args[2], b))
        of = replace(_mixed(kind, ofs, null=a.null or b.null), options=options if known else ())
        return ast.IfExp(made[0], made[1], made[2]), of

    def _takes(self, node: ast.Call, name: str, count: int) -> None:
        if len(node.args) != count:
            raise Wrong(f"{name} takes {count} value{'s' * (count != 1)}, not {len(node.args)}", node.col_offset)

    def _over_list(self, node: ast.Call, name: str, inner: tuple[str, ...]) -> Made:
        counts = name == "count" and len(node.args) == 1
        self._takes(node, name, 1 if counts else 3 if name == "join" else 2)
        if inner:
            raise Wrong("a list inside a list is not understood", node.col_offset)
        rows, of = self._name(ast.unparse(node.args[0]), node.args[0].col_offset, ())
        if of.type != "list":
            raise Wrong(f"{name} goes over a list, and {ast.unparse(node.args[0])} is {of.said}", node.col_offset)
        if counts:
            return _called("_len", rows), Of("integer", late=of.late)
        outside = self._scope
        self._scope = {**outside, **of.items}
        try:
            want = "B" if name in ("any", "all", "count") else "A" if name == "join" else "N"
            item, kind = self._joined(node.args[1], of) if name == "join" else \
                self._typed(node.args[1], tuple(of.items), want)  # fmt: skip
        finally:
            self._scope = outside
        each: ast.expr = ast.ListComp(item, [ast.comprehension(ast.Name("_i", ast.Store()), rows, [], 0)])
        if name == "join":
            by, _ = self._typed(node.args[2], (), "S")
            return _called("_join", each, by), Of("text", kind.null, kind.late)
        if name == "count":
            return _called("_sum", each), Of("integer", late=kind.late)
        empty = name in ("least_of", "most_of")
        return _called(OVER_LISTS[name], each), Of(kind.type, kind.null or empty, kind.late)

    def _joined(self, node: ast.expr, of: Of) -> Made:
        """Return the text of a list's row: an expression, or a text with names in braces."""
        inner = tuple(of.items)
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            made, kind = self._node(node, inner)
            return _called("_text", made), kind
        parts: list[ast.expr] = []
        kinds, end = [Of("text")], 0
        for hole in HOLE.finditer(node.value):
            parts.append(ast.Constant(node.value[end : hole.start()]))
            named, kind = self._name(hole[1], node.col_offset + 1 + hole.start(), inner)
            parts.append(ast.FormattedValue(named, -1))
            kinds.append(kind)
            end = hole.end()
        return ast.JoinedStr([*parts, ast.Constant(node.value[end:])]), _mixed("text", kinds, null=False)

    def _over_series(self, node: ast.Call, name: str, inner: tuple[str, ...]) -> Made:
        """Return a function of a series at some times; of `now`, at the time that `ever` or `always` looks at."""
        self._takes(node, name, 1 + OVER_SERIES.get(name, 0))
        series, of = self._name(ast.unparse(node.args[0]), node.args[0].col_offset, ())
        if of.type != "series":
            raise Wrong(f"{name} takes a series, and {ast.unparse(node.args[0])} is {of.said}", node.col_offset)
        key = ast.Tuple([self._name(part, node.col_offset, inner)[0] for part in of.items], ast.Load())
        if name == "now":
            if self._looked_at is None:
                raise Wrong("`now` stands in `ever` or `always`", node.col_offset)
            self._looked_at.append(ast.Tuple([series, key], ast.Load()))
            return _called("level", series, key, ast.Name("_t", ast.Load())), Of(of.value, True)
        times = [self._typed(one, inner, "T") for one in node.args[1:]]
        late = any(one.late for _, one in times)
        return _called(name, series, key, *(made for made, _ in times)), Of(of.value, True, late)

    def _over_time(self, node: ast.Call, name: str, inner: tuple[str, ...]) -> Made:
        """Return whether a condition holds at some time between two, or all the time; null times hold neither."""
        self._takes(node, name, 3)
        if self._looked_at is not None:
            raise Wrong(f"{name} inside itself is not understood", node.col_offset)
        times = [self._typed(one, inner, "T") for one in node.args[:2]]
        self._looked_at = []
        try:
            made, of = self._typed(node.args[2], inner, "B")
            looked_at = self._looked_at
        finally:
            self._looked_at = None
        moments = _called("_moments", *(one for one, _ in times), *looked_at)
        each = ast.ListComp(made, [ast.comprehension(ast.Name("_t", ast.Store()), moments, [], 0)])
        return _called(OVER_TIME[name], each), _mixed("boolean", [of, *(one for _, one in times)], null=False)


def parsed(text: str) -> ast.expr:
    """Return the tree of an expression. Raises `Wrong` when it is none."""
    if len(text) > _LONGEST:
        raise Wrong(f"an expression has no more than {_LONGEST} characters")
    try:
        return ast.parse(" ".join(text.splitlines()) if "\n" in text else text, mode="eval").body
    except SyntaxError as error:
        raise Wrong(f"is no expression: {error.msg}", error.offset - 1 if error.offset else len(text)) from None
    except (RecursionError, MemoryError, ValueError):
        raise Wrong("is no expression") from None


def _compiled(made: ast.expr) -> Any:
    function = ast.Lambda(ast.arguments([], [ast.arg("_v")], None, [], [], None, []), made)
    code = compile(ast.fix_missing_locations(ast.Expression(function)), "<expression>", "eval")
    # Of nodes that were made here, with no name in reach but those of RUNTIME.
    return eval(code, {**RUNTIME, "__builtins__": {}})  # noqa: S307


def _characters(text: str, offset: int) -> int:
    """Return how many characters so many bytes of UTF-8 are, as trees count them."""
    return len(text.encode()[:offset].decode(errors="ignore"))


def _sum_of(op: ast.operator, a: str, b: str) -> str | None:
    """Return the type of an operation on two types; None when there is none."""
    if a in TIMES and b in TIMES:
        return "real" if a == b and isinstance(op, ast.Sub) else None
    if a in TIMES and b in NUMBERS:
        return a if isinstance(op, ast.Add | ast.Sub) else None
    if not {a, b} <= NUMBERS:
        return None
    return "integer" if a == b == "integer" and not isinstance(op, ast.Div) else "real"


def _constant(node: ast.expr) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    kinds: list[tuple[type, str]] = [(bool, "boolean"), (str, "text"), (int, "integer"), (float, "real")]
    return next((kind for python, kind in kinds if isinstance(value, python)), "any")


def _moment(node: ast.Constant, kind: str = "time") -> ast.expr:
    """Return a text that is meant as a time. Raises `Wrong` when it is none."""
    try:
        date.fromisoformat(str(node.value)) if kind == "date" else RUNTIME["_moment"](node.value)
    except ValueError:
        raise Wrong(f"{node.value!r} is no {kind}", node.col_offset, "write it as 2026-03-02T08:00") from None
    made = _called("_moment", node)
    return _called("day", made) if kind == "date" else made


def _possible(of: Of, nodes: Iterable[ast.expr]) -> None:
    """Raise `Wrong` for a text that a name with known values never has."""
    for node in nodes:
        if of.options and isinstance(node, ast.Constant) and node.value not in of.options:
            raise Wrong(f"it is never {node.value!r}", node.col_offset, did_you_mean(str(node.value), of.options))


def _options(node: ast.expr, of: Of) -> tuple[str, ...]:
    return (node.value,) if isinstance(node, ast.Constant) and isinstance(node.value, str) else of.options


def _mixed(kind: str, ofs: Iterable[Of], *, null: bool | None = None) -> Of:
    ofs = list(ofs)
    return Of(kind, any(o.null for o in ofs) if null is None else null, any(o.late for o in ofs))


def _called(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])
