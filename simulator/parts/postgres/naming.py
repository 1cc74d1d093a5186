"""Find the tables and columns that a statement names and that are not there.

Where something is not known (a function's rows, a view over another's), nothing is said of what may be in it.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from scenarios.problems import did_you_mean
from simulator.parts.postgres.relations import Columns, Relations, folded, key, outputs

_ALWAYS = frozenset({
    "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "user", "current_user", "session_user", "current_role",
    "current_catalog", "current_schema", "current_date", "current_time", "current_timestamp", "localtime",
    "localtimestamp", "system_user", "default",
})  # fmt: skip
"""Columns that every table has, and words that are read as columns."""

Frame = dict[str, Columns]
"""What a query reads from: columns by the name that it has there."""


@dataclass(frozen=True)
class Unknown:
    """A name that is not there."""

    message: str
    suggestion: str | None
    is_table: bool = False


@dataclass(frozen=True)
class _Seen:
    """What a query sees: the frames around it, innermost last, and the names of `WITH`."""

    frames: tuple[Frame, ...] = ()
    named: Mapping[str, Columns] = field(default_factory=dict)

    def within(self, frame: Frame) -> "_Seen":
        return _Seen((*self.frames, frame), self.named)


class Namer:
    """Looks for unknown names in statements over these relations."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations

    def unknown(self, statement: exp.Expr) -> Iterator[Unknown]:
        """Yield the tables and columns that the statement names and that surely are not there."""
        if not self._relations.whole:
            return
        if isinstance(statement, exp.Query):
            yield from self._query(statement, _Seen())
        elif isinstance(statement, exp.Update | exp.Delete | exp.Insert):
            yield from self._change(statement)
        elif isinstance(statement, exp.Create) and isinstance(query := statement.args.get("expression"), exp.Query):
            yield from self._query(query, _Seen())
        elif isinstance(statement, exp.TruncateTable):
            for table in statement.expressions:
                yield from self._table(table)

    def column(self, table: str, columns: Columns, name: str) -> Iterator[Unknown]:
        """Yield that a table has no such column, where it has none."""
        if columns is not None and name not in columns and name not in _ALWAYS:
            yield Unknown(f"table {table} has no column {name!r}", did_you_mean(name, columns))

    def table(self, name: str) -> Unknown:
        """Return that there is no such table."""
        return Unknown(f"there is no table {name!r}", did_you_mean(name, self._relations.names()), is_table=True)

    def _table(self, table: exp.Table) -> Iterator[Unknown]:
        if isinstance(table.this, exp.Identifier) and self._relations.lost(table):
            schema, name = key(table)
            full = f"{schema}.{name}" if table.args.get("db") else name
            yield self.table(full)

    def _change(self, statement: exp.Update | exp.Delete | exp.Insert) -> Iterator[Unknown]:
        seen = yield from self._with(statement, _Seen())
        target = statement.this
        table = target.this if isinstance(target, exp.Schema) else target
        if not isinstance(table, exp.Table):
            return
        yield from self._table(table)
        columns = self._relations.columns(table)
        if isinstance(target, exp.Schema):
            for one in target.expressions:
                yield from self.column(table.sql("postgres"), columns, folded(one))
        frame = {folded(table.alias or table.this): columns}
        yield from self._sources([*(statement.args.get("using") or ()), *_from(statement)], frame, seen)
        parts = ("returning",) if isinstance(statement, exp.Insert) else ("expressions", "where", "returning")
        yield from self._parts(statement, parts, seen.within(frame))
        query = statement.args.get("expression")
        if isinstance(query, exp.Query):
            yield from self._query(query, seen)

    def _with(self, statement: exp.Expr, seen: _Seen) -> Generator[Unknown, None, _Seen]:
        """Yield what is unknown in the queries of `WITH`, and return what is seen with their names."""
        named = dict(seen.named)
        block = statement.args.get("with_")
        for one in block.expressions if block is not None else ():
            if block is not None and block.args.get("recursive"):
                named[folded(one.args["alias"].this)] = None
            if isinstance(one.this, exp.Query):
                yield from self._query(one.this, _Seen(seen.frames, dict(named)))
            named[folded(one.args["alias"].this)] = self._told(one, named)
        return _Seen(seen.frames, named)

    def _told(self, source: exp.Expr, named: Mapping[str, Columns]) -> Columns:
        """Return the columns of a query with an alias, whose names the alias may give anew."""
        alias, query = source.args.get("alias"), source.this
        if isinstance(alias, exp.TableAlias) and alias.columns:
            return None
        over = any(folded(table.this) in named for table in query.find_all(exp.Table))
        return None if over or not isinstance(query, exp.Query) else outputs(query, self._relations)

    def _query(self, query: exp.Query, seen: _Seen) -> Iterator[Unknown]:
        seen = yield from self._with(query, seen)
        if isinstance(query, exp.SetOperation):
            for side in (query.left, query.right):
                if isinstance(side, exp.Query):
                    yield from self._query(side, seen)
        elif isinstance(query, exp.Subquery) and isinstance(query.this, exp.Query):
            yield from self._query(query.this, seen)
        elif isinstance(query, exp.Select):
            frame: Frame = {}
            joins = query.args.get("joins") or ()
            sources = [*_from(query), *(join.this for join in joins), *(query.args.get("laterals") or ())]
            yield from self._sources(sources, frame, seen)
            _add(frame, "", frozenset(folded(one.alias) for one in query.selects if one.alias))
            whole = [name for name in query.args if name not in ("from_", "with_", "joins", "laterals")]
            yield from self._parts(query, whole, seen.within(frame))
            for join in joins:
                yield from self._parts(join, ("on",), seen.within(frame))

    def _sources(self, sources: Iterable[exp.Expr], frame: Frame, seen: _Seen) -> Iterator[Unknown]:
        """Add each source to the frame under its name, and yield what is unknown of it."""
        for source in sources:
            name = folded(source.alias_or_name)
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                columns: Columns = None
                if not source.args.get("db") and folded(source.this) in seen.named:
                    columns = seen.named[folded(source.this)]
                else:
                    yield from self._table(source)
                    columns = self._relations.columns(source)
                alias = source.args.get("alias")
                frame[name] = None if alias is not None and alias.columns else columns
                yield from self._sources([join.this for join in source.args.get("joins") or ()], frame, seen)
            elif isinstance(source, exp.Subquery) and isinstance(source.this, exp.Query):
                yield from self._query(source.this, seen)
                _add(frame, name, self._told(source, seen.named))
            else:
                # Rows of a function, a lateral query, joins in brackets: anything may be in them.
                _add(frame, name, None)

    def _parts(self, node: exp.Expr, names: Iterable[str], seen: _Seen) -> Iterator[Unknown]:
        for name in names:
            found = node.args.get(name)
            for part in found if isinstance(found, list) else [found]:
                if isinstance(part, exp.Expr):
                    yield from self._below(part, seen)

    def _below(self, node: exp.Expr, seen: _Seen) -> Iterator[Unknown]:
        """Yield what is unknown in an expression, and in the queries within it."""
        if isinstance(node, exp.Query):
            yield from self._query(node, seen)
        elif isinstance(node, exp.Column):
            yield from self._named(node, seen)
        else:
            for child in node.iter_expressions():
                yield from self._below(child, seen)

    def _named(self, column: exp.Column, seen: _Seen) -> Iterator[Unknown]:
        name = folded(column.this)
        if column.args.get("db") or isinstance(column.this, exp.Star):
            return
        if column.args.get("table"):
            alias = folded(column.args["table"])
            frame = next((frame for frame in reversed(seen.frames) if alias in frame), None)
            if frame is None:
                known = [one for frame in seen.frames for one in frame if one]
                if not any(frame.get("", ()) is None for frame in seen.frames):
                    yield Unknown(f"nothing here is called {alias!r}", did_you_mean(alias, known))
            else:
                yield from self.column(alias, frame[alias], name)
            return
        columns = {source: found for frame in seen.frames for source, found in frame.items()}
        if name in _ALWAYS or name in columns or any(found is None or name in found for found in columns.values()):
            return
        seen_columns = {one for found in columns.values() for one in found or ()}
        tables = ", ".join(source for source in columns if source) or "nothing"
        yield Unknown(f"there is no column {name!r} in {tables}", did_you_mean(name, seen_columns))


def _add(frame: Frame, name: str, columns: Columns) -> None:
    """Add to what is read from under a name; several things may have none."""
    before = frame.get(name, frozenset())
    frame[name] = None if before is None or columns is None else before | columns


def _from(statement: exp.Expr) -> list[exp.Expr]:
    start = statement.args.get("from_")
    return [start.this, *(join.this for join in start.this.args.get("joins") or ())] if start is not None else []
