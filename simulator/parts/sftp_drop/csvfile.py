"""Rows as the customer's exporter writes them."""

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from simulator.parts.sftp_drop.params import Csv

Columns = Mapping[str, Sequence[Any]]
"""Plain values by column; None and NaN are missing."""

_NEWLINES = {"lf": "\n", "crlf": "\r\n"}


def render(columns: Columns, rows: Sequence[int], how: Csv, titles: Mapping[str, str] | None = None) -> bytes:
    """The rows with these numbers as a file; `titles` by column hold where `how` says nothing of them.

    Raises `KeyError` where one of them names a column that there is not.
    """
    titles = how.columns or titles or {name: name for name in columns}
    text = io.StringIO()
    newline = _NEWLINES[how.newline]
    writer = csv.writer(text, delimiter=how.delimiter, lineterminator=newline)
    if how.header:
        writer.writerow(titles.values())
    write = _writer(how)
    writer.writerows(zip(*([write(columns[name][row]) for row in rows] for name in titles), strict=True))
    if how.trailer is not None:
        text.write(how.trailer.format(rows=len(rows)) + newline)
    return text.getvalue().encode(how.encoding, "replace")


def _writer(how: Csv) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        if isinstance(value, str):
            return value
        if value is None:
            return how.missing
        if isinstance(value, float):
            return how.missing if math.isnan(value) else repr(value).replace(".", how.decimal)
        if isinstance(value, datetime | date):
            return value.strftime(how.dates)
        return str(value)

    return write
