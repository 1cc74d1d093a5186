"""What the customer could have known of the rows behind a check: those columns that are the customer's."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from simulator.evidence.tables import ADDED, EXAMINER, Table

Row = Mapping[str, Any]


def told(rows: Iterable[Row], tables: Collection[Table]) -> tuple[Row, ...]:
    """Return the rows of a question to these tables with the customer's columns alone.

    What a measure computes beside the columns is kept. Rows of which nothing is left are left out.
    """
    hidden = {column.name for table in tables for column in table.columns if column.whose == EXAMINER}
    found = (_masked({k: v for k, v in row.items() if k not in hidden}, tables) for row in rows)
    return tuple(row for row in found if row.keys() - set(ADDED))


def _masked(row: dict[str, Any], tables: Collection[Table]) -> Row:
    for mask in (table.mask for table in tables if table.mask is not None):
        if row.get(mask.column) == mask.value:
            row |= {name: instead for name, instead in mask.instead.items() if name in row}
    return row
