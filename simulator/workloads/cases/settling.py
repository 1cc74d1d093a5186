"""The end of a lap: SQL over what the cases came to, what the customer's systems hold, and the datasets.

It runs in DuckDB in memory, which reaches no file and no network. What a deployment left fits its column or is null;
when a question cannot be answered for it, table `cuts` says so, and no check that reads the answer can pass.
"""

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from scenarios.business import Business, Read
from simulator import gate
from simulator.evidence.sql import name as quoted
from simulator.evidence.tables import CORRUPTIONS
from simulator.workloads.base import Context
from simulator.workloads.cases.expression import Of
from simulator.workloads.cases.functions import cents
from simulator.workloads.cases.making import AT, DONE
from simulator.workloads.cases.names import Given, given

if TYPE_CHECKING:
    import duckdb

SQL: Mapping[str, str] = {
    "text": "varchar", "integer": "bigint", "real": "double", "boolean": "boolean", "time": "timestamp", "date": "date",
}  # fmt: skip
"""By type of a value the type of a column."""

Row = Mapping[str, Any]

_PATIENCE_S = 20.0
"""Seconds for one question."""
_MOST = 500_000
"""Most rows of a read, and of an answer."""
_LAST = 0.001


def connection() -> "duckdb.DuckDBPyConnection":
    """Return a database in memory that reaches nothing else."""
    # Late: most worlds settle nothing by SQL.
    import duckdb

    con = duckdb.connect(":memory:", config={"threads": "1", "memory_limit": "512MB", "temp_directory": ""})
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return con


def case_columns(names: Mapping[str, Of]) -> dict[str, str]:
    """Return the columns of table `cases`, with their types: every plain name; `answer.total` is `answer_total`."""
    own = {name.replace(".", "_"): of.type for name, of in names.items() if of.type in SQL}
    return {"due_at": "real", "done_at": "real"} | own


def fill(con: "duckdb.DuckDBPyConnection", table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Make a table. Its values are of its columns' types."""
    con.execute(f"create table {quoted(table)} ({', '.join(f'{quoted(n)} {SQL[k]}' for n, k in columns.items())})")
    if rows:
        lists = [[row.get(name) for row in rows] for name in columns]
        each = ", ".join(f"unnest(${i}::{SQL[k]}[])" for i, k in enumerate(columns.values(), start=1))
        con.execute(f"insert into {quoted(table)} select {each}", lists)


def settle(business: Business, names: Mapping[str, Of], context: Context, params: Mapping[str, Any],
           cases: Sequence[Row], site: Mapping[str, Mapping[str, Any]]) -> None:  # fmt: skip
    """Write the settled tables and the last of the ledger."""
    _Settlement(business, names, context, params, site).run(cases)


class _Settlement:
    """The settlement of one lap."""

    def __init__(self, business: Business, names: Mapping[str, Of], context: Context, params: Mapping[str, Any],
                 site: Mapping[str, Mapping[str, Any]]) -> None:  # fmt: skip
        self._business, self._names, self._context, self._params, self._site = business, names, context, params, site
        self._given: Given = given(business, params, context.data)
        self._con = connection()
        self._reads: dict[str, list[dict[str, Any]]] = {}

    def run(self, cases: Sequence[Row]) -> None:
        columns = case_columns(self._names)
        names = [(name, name.replace(".", "_"), of.type) for name, of in self._names.items() if of.type in SQL]
        plain = [{"due_at": row[AT], "done_at": row.get(DONE)} | {n: fitted(row[name], kind) for name, n, kind in names}
                 for row in cases]  # fmt: skip
        fill(self._con, "cases", columns, plain)
        self._fill_parameters()
        for name, read in self._business.settle.reads.items():
            self._reads[name] = self._read(read)
            fill(self._con, name, read.columns, self._reads[name])
        self._fill_data()
        lost = self._lost()
        for name, table in self._business.settle.tables.items():
            with self._heeding(name, lost):
                if table.python is not None:
                    self._by_python(name, plain)
                else:
                    self._by_sql(name)
        for account, money in self._business.settle.money.items():
            with self._heeding("ledger", {"ledger"} if account in lost else set()):
                for row in self._asked(money.sql):
                    self._book(account, row)
        self._con.close()

    def _fill_parameters(self) -> None:
        """Make table `parameters` of one row."""
        given = {n: of.type for n, of in self._names.items() if n in self._business.parameters and of.type in SQL}
        if given:
            fill(self._con, "parameters", given, [self._params])

    def _read(self, read: Read) -> list[dict[str, Any]]:
        """Return the rows that a part tells, with values that fit their columns, or null."""
        path = told(self._context, self._given.named(read.part), read.tells)
        rows: Any = self._site.get(self._given.named(read.part), {})
        for step in path:
            rows = rows.get(step, []) if isinstance(rows, Mapping) else []
        rows = [row for row in rows[:_MOST] if isinstance(row, Mapping)] if isinstance(rows, list) else []
        return [{name: fitted(row.get(name), kind) for name, kind in read.columns.items()} for row in rows]

    def _fill_data(self) -> None:
        """Make a table of each dataset that a question names, clean, `NAME_dirty` as delivered, and `corruptions`."""
        asked = self._business.settle
        named = words(" ".join([*(t.sql or "" for t in asked.tables.values()), *(m.sql for m in asked.money.values())]))
        for name, data in self._context.data.items():
            if name in named:
                columns = self._given.columns[name]
                rows = zip(*(values.tolist() for values in data.clean.values()), strict=True)
                fill(self._con, name, columns, [dict(zip(columns, row, strict=True)) for row in rows])
            if f"{name}_dirty" in named:
                texts = {c: [fitted(v, "text") for v in values.tolist()] for c, values in data.dirty.items()}
                rows = zip(*texts.values(), strict=True)
                fill(self._con, f"{name}_dirty", dict.fromkeys(texts, "text"),
                     [dict(zip(texts, row, strict=True)) for row in rows])  # fmt: skip
        if CORRUPTIONS.name in named:
            columns = {column.name: column.type for column in CORRUPTIONS.columns}
            fill(self._con, CORRUPTIONS.name, columns, [
                {"dataset": name} | {c: fitted(v, columns[c]) for c, v in entry._asdict().items()}
                for name, data in self._context.data.items() for entry in data.ledger
            ])  # fmt: skip

    def _lost(self) -> set[str]:
        """Return the tables and accounts whose questions read rows that could not be read from a part."""
        untold = {
            name for name, read in self._business.settle.reads.items()
            if read.tells in self._site.get(self._given.named(read.part), {}).get("untold", {})
        }  # fmt: skip
        asked = {n: t.sql or " ".join(self._business.settle.reads) for n, t in self._business.settle.tables.items()}
        asked |= {n: m.sql for n, m in self._business.settle.money.items()}
        for name, sql in asked.items():
            if untold & words(sql):
                untold.add(name)
        return untold

    @contextmanager
    def _heeding(self, table: str, lost: set[str]) -> Iterator[None]:
        """Note in `cuts` when a table's rows are not all there; a question that fails costs the deployment its rows."""
        import duckdb

        try:
            yield
        except (duckdb.Error, MemoryError):
            lost = {table}
        if table in lost:
            self._context.recorder.cut(table, None)

    def _by_sql(self, name: str) -> None:
        table = self._business.settle.tables[name]
        rows = self._asked(table.sql or "")
        for row in rows:
            self._context.recorder.write(name, {"at": self._at(row.get("due_at"))} | {
                column: fitted(row.get(column), kind) for column, kind in table.columns.items()
            })  # fmt: skip
        with self._in_time():
            self._con.execute(f"create table {quoted(name)} as {table.sql}")

    def _by_python(self, name: str, cases: list[dict[str, Any]]) -> None:
        # Late: most businesses name none.
        from simulator.workloads.cases.settlements import SETTLEMENTS

        table = self._business.settle.tables[name]
        kind = SETTLEMENTS[table.python or ""]
        rows = kind.rows(kind.params.model_validate(table.with_), cases, self._reads, self._context)
        kept = [{"due_at": self._at(row.get("due_at"))} | {c: fitted(row.get(c), k) for c, k in table.columns.items()}
                for row in rows]  # fmt: skip
        for row in kept:
            self._context.recorder.write(name, {"at": row["due_at"]} | {c: row[c] for c in table.columns})
        fill(self._con, name, {"due_at": "real", **table.columns}, kept)

    def _asked(self, sql: str) -> list[dict[str, Any]]:
        with self._in_time():
            found = self._con.execute(sql)
            columns = [one[0] for one in found.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in found.fetchmany(_MOST)]

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        timer = threading.Timer(_PATIENCE_S, self._con.interrupt)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _at(self, value: Any) -> float:
        """Return a wall second of the lap's traffic, the last one where there is none."""
        last = self._context.clock.timeline.traffic_ends - _LAST
        found = gate.real(value)
        return last if found is None else max(0.0, min(found, last))

    def _book(self, account: str, row: Row) -> None:
        earns, costs = gate.real(row.get("earns")) or 0.0, gate.real(row.get("costs")) or 0.0
        at, amount = self._at(row.get("due_at")), max(earns, 0.0) - max(costs, 0.0)
        if not math.isfinite(amount) or abs(amount) > 1e15 or not self._context.counts(at):
            return
        if rounded := cents(amount):
            self._context.recorder.write("ledger", {
                "at": at, "account": account, "amount": rounded, "cause": row.get("cause") or account,
                "key": row.get("key"),
            })  # fmt: skip


def told(context: Context, part: str, name: str) -> tuple[str, ...]:
    """Return where the rows stand that a part tells under that name, in its final state."""
    # Late: not every settlement reads a part.
    from simulator.parts import PARTS

    use = context.scenario.site.get(part)
    if use is None:
        return ("tells", name)
    kind = PARTS[use.part]
    found = kind.settles(kind.params.model_validate(use.with_)).get(name)
    return found.path if found is not None else ("tells", name)


def words(sql: str) -> set[str]:
    """Return the words of a question."""
    return {word.strip('"') for word in "".join(c if c.isalnum() or c in '_"-' else " " for c in sql).split()}


def fitted(value: Any, kind: str) -> Any:
    """Return a value as a column of that type takes it; null when it does not fit."""
    if value is None:
        return None
    if kind in ("time", "date"):
        moment = value if isinstance(value, datetime) else gate.moment(value)
        return moment.date() if moment is not None and kind == "date" else moment
    if kind == "real" and not isinstance(value, int | float):
        return gate.real(value)
    if kind == "integer" and not isinstance(value, int | float):
        number = gate.real(value)
        return None if number is None or number % 1 else gate.count(number)
    if kind == "text" and isinstance(value, date):
        return value.isoformat()
    return gate.fitted(value, kind)[0]  # type: ignore[arg-type]  # the other two are above


__all__ = ["SQL", "case_columns", "connection", "fill", "fitted", "settle", "told", "words"]
