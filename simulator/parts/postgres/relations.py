"""The tables and views that an author's SQL makes, with their columns, read without a database.

Reading is for `simulator.parts.postgres.lint`, which says nothing about what it does not understand: a table whose
columns are not known has None for them.
"""

import logging
from collections.abc import Iterable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # It warns of every statement that it hands back as it is.

Key = tuple[str, str]
"""A relation's schema and name."""
Columns = frozenset[str] | None
"""The names of columns; None: not known."""

PUBLIC = "public"
_SYSTEM = frozenset({"pg_catalog", "information_schema", "pg_temp", "pg_toast"})
_HARMLESS = ("FUNCTION", "PROCEDURE", "TRIGGER", "TYPE", "DOMAIN", "SEQUENCE", "ROLE", "RULE", "POLICY", "AGGREGATE")
"""What a statement that is not understood may create without there being a table more."""
_MAKES_NOTHING = frozenset({"GRANT", "REVOKE", "COMMENT", "LOCK", "ANALYZE", "VACUUM", "REFRESH", "NOTIFY", "EXPLAIN"})
_DEEPEST = 40
"""Brackets within brackets that are read; the parser's time grows faster than their number."""
_DEEPEST_INDEX = 6
"""Square brackets within square brackets that are read; each more than doubles the parser's time."""
_MOST_INDICES = 200
"""Square brackets in a text that is read; the parser's time grows with the square of those in a row."""
_LOWEST = 200
"""Expressions within expressions, such as sums of sums, that are read: each takes a call within a call."""
_LONGEST = 100_000
"""Characters of SQL that are read at once."""


def parsed(sql: str) -> list[exp.Expr] | None:
    """Return the statements of a text, or None where it is not understood."""
    if len(sql) > _LONGEST or _depth(sql, "([{", ")]}") > _DEEPEST:
        return None
    if sql.count("[") > _MOST_INDICES or _depth(sql, "[{", "]}") > _DEEPEST_INDEX:
        return None
    try:
        statements = [statement for statement in sqlglot.parse(sql, dialect="postgres") if statement is not None]
    except (SqlglotError, RecursionError):
        return None
    return None if any(_low(statement) for statement in statements) else statements


def _low(statement: exp.Expr) -> bool:
    level = [statement]
    for _ in range(_LOWEST):
        level = [child for one in level for child in one.iter_expressions()]
    return bool(level)


def _depth(sql: str, opening: str, closing: str) -> int:
    depth = deepest = 0
    for letter in sql:
        depth += (letter in opening) - (letter in closing)
        deepest = max(deepest, depth)
    return deepest


def folded(identifier: exp.Expr | str | None) -> str:
    """Return a name as the database keeps it: in small letters, unless it is quoted."""
    if identifier is None or isinstance(identifier, str):
        return (identifier or "").lower()
    return identifier.name if identifier.args.get("quoted") else identifier.name.lower()


def key(table: exp.Table) -> Key:
    """Return what table a statement means; without a schema, the one in `public`."""
    return folded(table.args.get("db")) or PUBLIC, folded(table.this)


def split(name: str) -> Key:
    """Return the schema and the name of a table that is written as `orders` or `erp.orders`."""
    schema, _, table = name.rpartition(".")
    return schema or PUBLIC, table


class Relations:
    """Tables and views by schema and name."""

    def __init__(self) -> None:
        self.known: dict[Key, Columns] = {}
        self.whole = True
        """Whether nothing may have been made or changed by a statement that was not understood."""

    def copy(self) -> "Relations":
        """Return a copy that can be added to."""
        copy = Relations()
        copy.known, copy.whole = dict(self.known), self.whole
        return copy

    def add(self, name: str, columns: Columns) -> None:
        """Add a table by its name, unless there is one."""
        self.known.setdefault(split(name), columns)

    def lost(self, table: exp.Table) -> bool:
        """Whether there surely is no such table."""
        schema, name = key(table)
        system = schema in _SYSTEM or (name.startswith("pg_") and not table.args.get("db"))
        return self.whole and not system and (schema, name) not in self.known

    def names(self) -> Iterable[str]:
        """Return the tables' names, without `public`."""
        return [name if schema == PUBLIC else f"{schema}.{name}" for schema, name in self.known]

    def columns(self, table: exp.Table) -> Columns:
        """Return a table's columns."""
        return self.known.get(key(table))

    def read(self, statements: Iterable[exp.Expr] | None) -> None:
        """Add what these statements make; None: a text that is not understood."""
        if statements is None:
            self.whole = False
        for statement in statements or ():
            self._read(statement)

    def _read(self, statement: exp.Expr) -> None:
        if isinstance(statement, exp.Create):
            self._create(statement)
        elif isinstance(statement, exp.Alter):
            self._alter(statement)
        elif isinstance(statement, exp.Drop):
            for table in statement.find_all(exp.Table):
                self.known.pop(key(table), None)
        elif isinstance(statement, exp.Set):
            self.whole &= "search_path" not in statement.sql().lower()
        elif isinstance(statement, exp.Command):
            self.whole &= _makes_nothing(statement)

    def _create(self, statement: exp.Create) -> None:
        made = statement.this
        table = made.this if isinstance(made, exp.Schema) else made
        if statement.args.get("kind") not in ("TABLE", "VIEW") or not isinstance(table, exp.Table):
            return
        unknown = any(isinstance(made_with, exp.InheritsProperty | exp.PartitionedOfProperty)
                      for made_with in (statement.args.get("properties") or exp.Properties()).expressions)  # fmt: skip
        self.known[key(table)] = None if unknown else self._made(made, statement.args.get("expression"))

    def _made(self, made: exp.Expr, query: exp.Expr | None) -> Columns:
        if isinstance(made, exp.Schema):
            found: set[str] = set()
            for one in made.expressions:
                if isinstance(one, exp.LikeProperty):
                    like = self.columns(one.this) if isinstance(one.this, exp.Table) else None
                    if like is None:
                        return None
                    found |= like
                elif isinstance(one, exp.ColumnDef | exp.Identifier):
                    found.add(folded(one if isinstance(one, exp.Identifier) else one.this))
            return frozenset(found)
        return outputs(query, self) if isinstance(query, exp.Query) else None

    def _alter(self, statement: exp.Alter) -> None:
        table = statement.this
        if not isinstance(table, exp.Table):
            return
        for action in statement.args.get("actions") or ():
            columns = self.known.get(key(table))
            if isinstance(action, exp.ColumnDef) and columns is not None:
                self.known[key(table)] = columns | {folded(action.this)}
            elif isinstance(action, exp.AlterRename) and isinstance(action.this, exp.Table):
                self.known[(key(table)[0], key(action.this)[1])] = self.known.pop(key(table), None)
            elif not isinstance(action, exp.AddConstraint | exp.AlterColumn):
                self.known[key(table)] = None


def _makes_nothing(statement: exp.Command) -> bool:
    """Whether a statement that is not understood makes no table: it is known by its first words."""
    word = str(statement.this).upper()
    rest = statement.args.get("expression")
    first = str(getattr(rest, "name", rest) or "").upper().split()[:4]
    return word in _MAKES_NOTHING or (word in ("CREATE", "ALTER", "DROP") and any(w in _HARMLESS for w in first))


def outputs(query: exp.Query, relations: Relations) -> Columns:
    """Return the names of a query's columns, where all of them are plain."""
    if isinstance(query, exp.SetOperation):
        return outputs(query.left, relations)
    if isinstance(query, exp.Subquery):
        return outputs(query.this, relations) if isinstance(query.this, exp.Query) else None
    found: set[str] = set()
    for column in query.selects:
        name = column.output_name
        if name == "*" and isinstance(column, exp.Star):
            below = list(_below(query, relations))
            if not below or any(one is None for one in below):
                return None
            found |= {name for one in below for name in one or ()}
        elif not name or name == "*":
            return None
        else:
            quoted = column.find(exp.Identifier) is not None and name != name.lower()
            found.add(name if quoted else name.lower())
    return frozenset(found)


def _below(query: exp.Query, relations: Relations) -> Iterator[Columns]:
    """Yield the columns of each thing that a query reads from."""
    if query.args.get("with_"):
        yield None
    start = query.args.get("from_")
    joined = [join.this for join in query.args.get("joins") or ()]
    for source in [*([start.this] if start else []), *joined, *(query.args.get("laterals") or ())]:
        if isinstance(source, exp.Table):
            yield relations.columns(source)
        else:
            yield outputs(source, relations) if isinstance(source, exp.Subquery) else None
