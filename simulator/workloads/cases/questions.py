"""What is wrong with the questions of a settlement: each is asked of empty tables."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scenarios.business import Business, Read
from scenarios.model import Scenario
from scenarios.problems import Problem, did_you_mean
from scenarios.shape import Loc
from simulator.evidence.tables import CORRUPTIONS
from simulator.workloads.cases.expression import Of
from simulator.workloads.cases.names import Given
from simulator.workloads.cases.places import Places

if TYPE_CHECKING:
    import duckdb

_OTHER_SIDE = re.compile(r"\bleft\s+(?:outer\s+)?join\s+$", re.IGNORECASE)


def problems(
    business: Business, at: Places, names: Mapping[str, Of], given: Given, scenario: Scenario
) -> Iterator[Problem]:
    """Yield what is wrong with reads, and with the questions of tables and money."""
    for name, read in business.settle.reads.items():
        yield from _told(at, name, read, given, scenario)
    if business.settle.tables or business.settle.money:
        yield from _asked(business, at, names, given)
    yield from _strangers(business, at)


def _told(at: Places, name: str, read: Read, given: Given, scenario: Scenario) -> Iterator[Problem]:
    """Yield that no part tells what is read."""
    from simulator.parts import PARTS

    loc: Loc = ("settle", "reads", name)
    use = scenario.site.get(given.named(read.part))
    if use is None:
        yield at.problem(
            (*loc, "part"), f"unknown part {given.named(read.part)!r}", did_you_mean(read.part, scenario.site)
        )
        return
    if use.part not in PARTS:
        return
    kind = PARTS[use.part]
    try:
        told = kind.settles(kind.params.model_validate(use.with_))
    except ValueError:  # Its own rule says so.
        return
    if read.tells not in told:
        said = f"{given.named(read.part)} tells no {read.tells!r}"
        yield at.problem((*loc, "tells"), said, did_you_mean(read.tells, told) or f"{use.part} tells nothing")
        return
    known = told[read.tells].columns
    for column in read.columns:
        if known is not None and column not in known:
            said = f"{read.tells} of {given.named(read.part)} has no column {column!r}"
            yield at.problem((*loc, "columns", column), said, did_you_mean(column, known), key=True)


def _asked(business: Business, at: Places, names: Mapping[str, Of], given: Given) -> Iterator[Problem]:
    # Late: DuckDB takes its time.
    from simulator.workloads.cases.settlements import SETTLEMENTS
    from simulator.workloads.cases.settling import SQL, case_columns, connection, fill

    con = connection()
    try:
        fill(con, "cases", case_columns(names), [])
        own = {n: of.type for n, of in names.items() if n in business.parameters and of.type in SQL}
        if own:
            fill(con, "parameters", own, [])
        for dataset, columns in given.columns.items():
            plain = {c: k if k in SQL else "text" for c, k in columns.items()}
            fill(con, dataset, plain, [])
            fill(con, f"{dataset}_dirty", dict.fromkeys(columns, "text"), [])
        fill(con, CORRUPTIONS.name, {c.name: c.type for c in CORRUPTIONS.columns}, [])
        for name, read in business.settle.reads.items():
            fill(con, name, read.columns, [])
        for name, table in business.settle.tables.items():
            loc: Loc = ("settle", "tables", name)
            if table.sql is not None:
                yield from _table(con, at, loc, name, table.sql, table.columns)
                continue
            if table.python not in SETTLEMENTS:
                hint = (
                    did_you_mean(table.python or "", SETTLEMENTS)
                    or "packages bring them: entry point fdelab.settlements"
                )
                yield at.problem((*loc, "python"), f"unknown settlement {table.python!r}", hint)
            fill(con, name, {"due_at": "real", **table.columns}, [])
        for name, money in business.settle.money.items():
            yield from _money(con, at, ("settle", "money", name, "sql"), money.sql)
    finally:
        con.close()


def _table(con: "duckdb.DuckDBPyConnection", at: Places, loc: Loc, name: str, sql: str,
           columns: Mapping[str, Any]) -> Iterator[Problem]:  # fmt: skip
    found = _columns(con, sql)
    if isinstance(found, str):
        yield at.problem((*loc, "sql"), f"sql: {found}", _hint(found, sql))
        return
    con.execute(f'create table "{name}" as {sql}')
    if "due_at" not in found:
        yield at.problem((*loc, "sql"), "sql: answers no `due_at`, so all rows belong to the lap's end", note=True)
    for column in columns:
        if column not in found:
            said = f"the question answers no {column!r}"
            yield at.problem((*loc, "columns", column), said, did_you_mean(column, found), key=True)


def _money(con: "duckdb.DuckDBPyConnection", at: Places, loc: Loc, sql: str) -> Iterator[Problem]:
    found = _columns(con, sql)
    if isinstance(found, str):
        yield at.problem(loc, f"sql: {found}", _hint(found, sql))
    elif not {"costs", "earns"} & set(found):
        yield at.problem(loc, "sql: money needs `costs` or `earns`, with `due_at` and `key`")
    elif lost := [column for column in ("due_at", "key") if column not in found]:
        yield at.problem(loc, f"sql: answers no {' and no '.join(f'`{column}`' for column in lost)}")


def _columns(con: "duckdb.DuckDBPyConnection", sql: str) -> list[str] | str:
    """Return the columns that a question answers, or what is wrong with it."""
    import duckdb

    try:
        statements = con.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return "is no single question: select …"
        return [one[0] for one in con.execute(sql).description or ()]
    except duckdb.Error as error:
        return " ".join(str(error).split())[:300]


def _hint(said: str, sql: str) -> str | None:
    if "Parser Error" in said and re.search(r"(?<![\w.\"])at(?![\w\"])", sql, re.IGNORECASE):
        return "`at` is a word of SQL; here the time of a case is `due_at`"
    return "`answer.total` is the column answer_total" if re.search(r"\banswer\.", sql) else None


def _strangers(business: Business, at: Places) -> Iterator[Problem]:
    """Yield reads that are only ever joined to cases: rows of theirs that belong to no case are then free."""
    asked = [t.sql for t in business.settle.tables.values() if t.sql] + [m.sql for m in business.settle.money.values()]
    python = any(t.python for t in business.settle.tables.values())
    for name in business.settle.reads:
        where = [
            sql[: found.start()] for sql in asked for found in re.finditer(rf"\b{re.escape(name)}\b(?!\s*\.)", sql)
        ]
        loc: Loc = ("settle", "reads", name)
        if not where and not python:
            yield at.problem(loc, f"nothing asks about {name!r}", "a question of `settle` is to name it", key=True)
        elif where and all(_OTHER_SIDE.search(before) for before in where):
            said = f"rows of {name!r} that belong to no case are never found: it is only ever left-joined"
            yield at.problem(
                loc, said, "ask for them too: `right join`, `full join` or `where not exists`", key=True, note=True
            )
