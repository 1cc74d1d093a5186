"""Lint a scenario's own questions: ask each of empty tables and of tables with two rows, before anything runs."""

import json
from typing import Any

import duckdb

from grader.context import EvidenceView, Unobservable
from grader.measures.sql import SqlParams, question
from simulator.evidence.reader import Evidence
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import ADDED
from simulator.evidence.windows import Window

PHASE = "a phase"
"""The one phase that the sample rows belong to."""
_KINDS = {"VARCHAR": "text", "DATE": "a date", "TIME": "a time", "INTERVAL": "a span of time", "BLOB": "bytes"}
_NUMBERS = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "UHUGEINT", "BIGNUM", "FLOAT", "DOUBLE", "DECIMAL", '"NULL"',
)  # fmt: skip
_VALUES = {"text": "'a'", "integer": "1", "real": "0.5", "boolean": "true"}


def complaint_of(empty: Evidence, filled: Evidence, params: SqlParams, *, always: bool = True) -> str | None:
    """Return why a question does not answer exactly one number, or None when it does.

    `empty` has every table without a row, `filled` with two. With `always`, the question must also answer where there
    is nothing to count. Raises `duckdb.Error` when the question cannot be asked at all.
    """
    sql = question(params)
    view = EvidenceView(empty, ())
    columns = empty.ask(f"describe {view.sql(sql)}")
    if len(columns) != 1:
        return f"the question answers {len(columns)} columns, not one number"
    kind = str(columns[0][1])
    if not kind.startswith(_NUMBERS) or kind.endswith("]"):
        return f"the question answers {_noun(kind)}, not a number"
    if not empty.mentions(sql):
        return "the question looks at no table, so nothing that a deployment does can change its answer"
    rows = len(empty.ask(view.sql(sql)))
    if rows == 0:
        return "the question answers no row where there is nothing to tell of, not one number: let it count or add up"
    if rows > 1 or _rows(filled, sql) > 1:
        return "the question answers several rows, not one number"
    if always and view.number(sql) is None and _with_sums(view, params) is not None:
        return "sum() over nothing is no number (NULL): write coalesce(sum(…), 0)"
    return None


def _noun(kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        return "a time"
    return _KINDS.get(kind, kind.lower())


def _rows(filled: Evidence, sql: str) -> int:
    """Return how many rows the question answers of the filled tables; 0 when it cannot be asked of these rows."""
    try:
        return len(filled.ask(EvidenceView(filled, (Window(1, PHASE, 0.0, 1.0, graded=True),)).sql(sql)))
    except duckdb.Error:
        return 0


def fill(evidence: Evidence) -> Evidence:
    """Put two rows into every table and return the evidence."""
    for table in (table for table in evidence.tables.values() if table is not STRUCK):
        values = [_VALUES[column.type] for column in table.columns if column.name not in ADDED]
        row = f"({', '.join([*values, '1', _text(PHASE), '0.5'])})"
        evidence.ask(f'insert into "{table.name}" values {row}, {row}')
    return evidence


def _with_sums(view: EvidenceView, params: SqlParams) -> float | None:
    """Return the answer with every `sum()` over no rows counted as 0, as its author surely meant it."""
    ((tree,),) = view.evidence.ask(f"select json_serialize_sql({_text(question(params))}::varchar)")
    ((pattern,),) = view.evidence.ask("select json_serialize_sql('select coalesce(1, 0)')")
    coalesce = json.loads(pattern)["statements"][0]["node"]["select_list"][0]
    wrapped = json.dumps(_wrap(json.loads(tree), coalesce))
    try:
        ((sql,),) = view.evidence.ask(f"select json_deserialize_sql({_text(wrapped)}::json)")
        return view.number(sql)
    except (duckdb.Error, Unobservable):
        return None


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _wrap(node: Any, coalesce: dict[str, Any]) -> Any:
    """Return the question's syntax tree with `coalesce(…, 0)` around every `sum()`."""
    if isinstance(node, list):
        return [_wrap(one, coalesce) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _wrap(child, coalesce) for key, child in node.items()}
    if node.get("class") == "FUNCTION" and node.get("function_name") == "sum":
        return {**coalesce, "alias": inner["alias"], "children": [inner | {"alias": ""}, *coalesce["children"][1:]]}
    return inner
