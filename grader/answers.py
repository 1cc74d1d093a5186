"""What a scenario's own question answers, found on tables without rows and with a few, before anything runs."""

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
"""The one phase in which the rows that questions are tried on stand."""
_KINDS = {"VARCHAR": "text", "DATE": "a date", "TIME": "a time", "INTERVAL": "a span of time", "BLOB": "bytes"}
_NUMBERS = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "UHUGEINT", "BIGNUM", "FLOAT", "DOUBLE", "DECIMAL", '"NULL"',
)  # fmt: skip
_VALUES = {"text": "'a'", "integer": "1", "real": "0.5", "boolean": "true"}


def complaint_of(empty: Evidence, filled: Evidence, params: SqlParams, *, always: bool = True) -> str | None:
    """What keeps the question from answering one number; None: nothing does. `always`: also where there is nothing.

    `empty` has every table without a row, `filled` with two. Raises `duckdb.Error` where it cannot be asked at all.
    """
    sql = question(params)
    grounds = EvidenceView(empty, ())
    columns = empty.ask(f"describe {grounds.sql(sql)}")
    if len(columns) != 1:
        return f"the question answers {len(columns)} columns, not one number"
    kind = str(columns[0][1])
    if not kind.startswith(_NUMBERS) or kind.endswith("]"):
        return f"the question answers {_noun(kind)}, not a number"
    if not empty.mentions(sql):
        return "the question looks at no table, so nothing that a deployment does can change its answer"
    rows = len(empty.ask(grounds.sql(sql)))
    if rows == 0:
        return "the question answers no row where there is nothing to tell of, not one number: let it count or add up"
    if rows > 1 or _rows(filled, sql) > 1:
        return "the question answers several rows, not one number"
    if always and grounds.number(sql) is None and _with_sums(grounds, params) is not None:
        return "sum() over nothing is no number (NULL): write coalesce(sum(…), 0)"
    return None


def _noun(kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        return "a time"
    return _KINDS.get(kind, kind.lower())


def _rows(filled: Evidence, sql: str) -> int:
    """How many rows it answers where there are some; none where these rows are none that it can be asked of."""
    try:
        return len(filled.ask(EvidenceView(filled, (Window(1, PHASE, 0.0, 1.0, graded=True),)).sql(sql)))
    except duckdb.Error:
        return 0


def fill(evidence: Evidence) -> Evidence:
    """Two rows in every table."""
    for table in (table for table in evidence.tables.values() if table is not STRUCK):
        values = [_VALUES[column.type] for column in table.columns if column.name not in ADDED]
        row = f"({', '.join([*values, '1', _text(PHASE), '0.5'])})"
        evidence.ask(f'insert into "{table.name}" values {row}, {row}')
    return evidence


def _with_sums(grounds: EvidenceView, params: SqlParams) -> float | None:
    """What it answers with every `sum()` over nothing taken for 0, as its author surely meant."""
    ((tree,),) = grounds.evidence.ask(f"select json_serialize_sql({_text(question(params))}::varchar)")
    ((pattern,),) = grounds.evidence.ask("select json_serialize_sql('select coalesce(1, 0)')")
    coalesce = json.loads(pattern)["statements"][0]["node"]["select_list"][0]
    wrapped = json.dumps(_wrap(json.loads(tree), coalesce))
    try:
        ((sql,),) = grounds.evidence.ask(f"select json_deserialize_sql({_text(wrapped)}::json)")
        return grounds.number(sql)
    except (duckdb.Error, Unobservable):
        return None


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _wrap(node: Any, coalesce: dict[str, Any]) -> Any:
    """The tree of a question, with `coalesce(…, 0)` around every `sum()`."""
    if isinstance(node, list):
        return [_wrap(one, coalesce) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _wrap(child, coalesce) for key, child in node.items()}
    if node.get("class") == "FUNCTION" and node.get("function_name") == "sum":
        return {**coalesce, "alias": inner["alias"], "children": [inner | {"alias": ""}, *coalesce["children"][1:]]}
    return inner
