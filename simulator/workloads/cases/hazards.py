"""What a business forgets: a wrong verdict that costs nothing, one that nothing reaches, costs that may be negative.

Conditions are looked at as far as their text says: what they have in common, word by word, is known to hold or not.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from scenarios.business import OTHERWISE, Business
from scenarios.problems import Problem
from scenarios.shape import Loc
from simulator.workloads.cases.expression import Expr, Wrong, parsed
from simulator.workloads.cases.places import Places

Known = dict[str, bool]
"""Conditions that are known to hold, or not to, by their tree."""

_ABOVE = (ast.Gt, ast.GtE)
_BELOW = (ast.Lt, ast.LtE)
_NEVER_LESS = frozenset({"abs", "sqrt", "exp", "length", "hour", "weekday", "count"})
_KEEPS = frozenset({"cents", "floor", "round", "seconds", "minutes", "hours", "days"})


def problems(business: Business, at: Places, made: Mapping[Loc, Expr]) -> Iterator[Problem]:
    """Yield what is dangerous; `made` are the expressions that can be computed, by their place."""
    yield from _unreached(business, at)
    yield from _free(business, at)
    yield from _negative(business, at)
    yield from _unbounded(business, at, made)
    yield from _without_a_window(at, made)


def _tree(text: str) -> ast.expr | None:
    try:
        return parsed(text)
    except Wrong:
        return None


def _holding(business: Business, verdict: str) -> Known:
    """Return what is known where that is the verdict: its condition holds, and none before it does."""
    known: Known = {}
    for name, one in business.verdicts.items():
        tree = _tree(one.when) if one.when != OTHERWISE else None
        if tree is not None:
            _suppose(tree, name == verdict, known)
        if name == verdict:
            break
    return known


def _suppose(tree: ast.expr, holds: bool, known: Known) -> None:
    """Note that a condition holds, or does not, and what follows from that."""
    known[ast.dump(tree)] = holds
    match tree:
        case ast.BoolOp(op=ast.And()) if holds:
            for one in tree.values:
                _suppose(one, True, known)
        case ast.BoolOp(op=ast.Or()) if not holds:
            for one in tree.values:
                _suppose(one, False, known)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            _suppose(inner, not holds, known)


def _value(tree: ast.expr, known: Known, verdict: str) -> bool | None:
    """Return whether a condition holds where `verdict` is the verdict; None when it may."""
    match tree:
        case ast.BoolOp():
            values = [_value(one, known, verdict) for one in tree.values]
            strong = isinstance(tree.op, ast.Or)
            return strong if strong in values else None if None in values else not strong
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = _value(inner, known, verdict)
            return None if found is None else not found
        case ast.Compare(left=ast.Name(id="verdict"), ops=[op], comparators=[right]):
            return _named(op, right, verdict)
        case ast.Constant(value=bool(value)):
            return value
    return known.get(ast.dump(tree))


def _named(op: ast.cmpop, right: ast.expr, verdict: str) -> bool | None:
    values = [
        e.value
        for e in (right.elts if isinstance(right, ast.List | ast.Tuple) else [right])
        if isinstance(e, ast.Constant)
    ]
    if isinstance(op, ast.Eq | ast.In):
        return verdict in values
    return verdict not in values if isinstance(op, ast.NotEq | ast.NotIn) else None


def _unreached(business: Business, at: Places) -> Iterator[Problem]:
    """Yield verdicts whose condition never holds where those before it do not."""
    before: Known = {}
    for name, one in business.verdicts.items():
        tree = _tree(one.when) if one.when != OTHERWISE else None
        if tree is None:
            continue
        if _value(tree, before, "") is False:
            is_right = " and it is the right one" if name in business.right else ""
            said = f"nothing can reach verdict {name!r}: an earlier one holds wherever it does{is_right}"
            yield at.problem(("verdicts", name), said, "put it before that one", key=True)
        _suppose(tree, False, before)


def _free(business: Business, at: Places) -> Iterator[Problem]:
    """Yield wrong verdicts on which no account books anything: to err in that direction is free."""
    for name in business.verdicts:
        if name in business.right:
            continue
        known = _holding(business, name)
        trees = [_tree(m.when) if m.when != OTHERWISE else ast.Constant(True) for m in business.money.values()]
        holds = [tree is None or _value(tree, known, name) for tree in trees]
        if any(holds):
            continue
        book = f'book it: `money: {{…: {{when: verdict == "{name}", costs: …}}}}`'
        if None not in holds:
            note = bool(business.settle.money)
            hint = "its settlement may book it" if note else book
            said = f"no account books anything on verdict {name!r}, so to err in that direction is free"
            yield at.problem(("verdicts", name), said, hint, key=True, note=note)
        else:
            said = f"no account is sure to book anything on verdict {name!r}: to err in that direction may be free"
            yield at.problem(("verdicts", name), said, book, key=True, note=True)


def _negative(business: Business, at: Places) -> Iterator[Problem]:
    """Yield amounts that can be less than nothing: they are booked as nothing."""
    positive = {n for n, p in business.parameters.items()
                if p.kind in ("share", "money", "time") or (p.min is not None and p.min >= 0)}  # fmt: skip
    for account, money in business.money.items():
        for word, text in (("costs", money.costs), ("earns", money.earns)):
            tree = _tree(text) if text is not None else None
            if tree is None:
                continue
            bounds = _Bounds(business, positive, _when(business, account))
            if (less := bounds.less(tree)) is not None:
                said = f"{word}: `{ast.unparse(less)}` can be negative, and is then booked as nothing"
                hint = "say in `when` which is greater, or write maximum(…, 0)"
                yield at.problem(("money", account, word), said, hint, note=True)


def _when(business: Business, account: str) -> Known:
    """Return what is known where an account books."""
    money, known = business.money[account], Known()
    tree = _tree(money.when) if money.when != OTHERWISE else None
    if tree is None:
        return known
    _suppose(tree, True, known)
    could = [name for name in business.verdicts if _value(tree, {}, name) is not False]
    if len(could) == 1:
        known |= _holding(business, could[0])
    return known


class _Bounds:
    """Which expressions are never less than 0, as far as their text says."""

    def __init__(self, business: Business, positive: set[str], known: Known) -> None:
        self._values, self._positive, self._known = business.values, positive, known
        self._bounded = {f"answer.{n}" for n, f in business.answer.items() if f.min is not None and f.min >= 0}
        self._open: set[str] = set()

    def less(self, tree: ast.expr) -> ast.expr | None:
        """Return the difference in an expression that may be less than 0; None: there is none, or it does not count."""
        match tree:
            case ast.BinOp(op=ast.Sub()):
                return None if self._greater(tree.left, tree.right) else tree
            case ast.BinOp(op=ast.Add() | ast.Mult() | ast.Div() | ast.FloorDiv()):
                return self.less(tree.left) or self.less(tree.right)
            case ast.UnaryOp(op=ast.USub()):
                return tree
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return tree if value < 0 else None
            case ast.Call(func=ast.Name(id="maximum"), args=[a, b]):
                return self.less(a) and self.less(b)
            case ast.Call(func=ast.Name(id=name), args=[a, *_]) if name in _KEEPS:
                return self.less(a)
            case ast.Call(func=ast.Name(id="where"), args=[_, a, b]):
                return self.less(a) or self.less(b)
            case ast.Call(func=ast.Name(id="sum"), args=[_, a]):
                return self.less(a)
            case ast.Name(id=name) if name in self._values and name not in self._open:
                return self._of_value(name)
        return None

    def _of_value(self, name: str) -> ast.expr | None:
        inner = _tree(self._values[name])
        self._open.add(name)
        try:
            return self.less(inner) if inner is not None else None
        finally:
            self._open.discard(name)

    def _greater(self, a: ast.expr, b: ast.expr) -> bool:
        """Whether it is known that `a` is not less than `b`."""
        for left, right, above, below in ((a, b, _ABOVE, _BELOW), (b, a, _BELOW, _ABOVE)):
            for op in above:
                if self._known.get(ast.dump(ast.Compare(left, [op()], [right]))):
                    return True
            for op in below:
                if self._known.get(ast.dump(ast.Compare(left, [op()], [right]))) is False:
                    return True
        return False


def _unbounded(business: Business, at: Places, made: Mapping[Loc, Expr]) -> Iterator[Problem]:
    """Yield numbers of the answer without a greatest value that money depends on."""
    spent = {name for loc, one in made.items() if loc[0] == "money" and loc[-1] in ("costs", "earns")
             for name in _sources(one.reads, made)}  # fmt: skip
    for name, one in business.answer.items():
        if one.kind in ("number", "integer") and one.max is None and f"answer.{name}" in spent:
            said = f"money depends on {name!r}, which has no `max`: one answer may cost any amount"
            yield at.problem(("answer", name), said, "give it the greatest value that makes sense", key=True)


def _without_a_window(at: Places, made: Mapping[Loc, Expr]) -> Iterator[Problem]:
    """Yield comparisons of an answer with the level of one moment: who reads a moment later is wrong."""
    moments = {str(loc[1]) for loc, one in made.items() if loc[0] == "values" and _calls(one.tree, "level")}
    for loc, one in made.items():
        for node in ast.walk(one.tree):
            if isinstance(node, ast.Compare) and _compares(node, made, moments):
                said = f"`{ast.unparse(node)}` compares an answer with the level at one moment"
                hint = "who reads a moment later errs: take least and most, or ever, of the time since it was fresh"
                yield at.problem(loc, said, hint, note=True)


def _compares(node: ast.Compare, made: Mapping[Loc, Expr], moments: set[str]) -> bool:
    sides = [node.left, node.comparators[0]]
    told = [any(s.startswith("answer.") for s in _sources(_names(side), made)) for side in sides]
    level = [_calls(side, "level") or any(s in moments for s in _sources(_names(side), made)) for side in sides]
    return (told[0] and level[1] and not told[1]) or (told[1] and level[0] and not told[0])


def _names(tree: ast.expr) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)}


def _calls(tree: ast.expr, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in ast.walk(tree)
    )


def _sources(names: Iterable[str], made: Mapping[Loc, Expr]) -> set[str]:
    """Return the names that some names come from, themselves included."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            value = made.get(("values", name))
            todo += value.reads if value is not None else ()
    return found
