"""Rows of an answer on paper: an aligned table, JSON, or CSV."""

import csv
import io
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from labs.actions.data import of_answer, plain
from labs.cli.output import coloured, columns, emit, for_programs, note
from scenarios.plain import printable, unstyled

if TYPE_CHECKING:
    from rich.table import Table

    from labs.engagement.tables import Answer

_WIDEST = 400
"""Columns that a table takes where nobody reads it on a terminal."""


def show(answer: "Answer", form: str = "table", *, page: bool = False) -> None:
    """Print an answer as `table`, `json` or `csv`; with `page`, what a screen does not hold goes to a pager."""
    if form == "json":
        emit(of_answer(answer))
    elif form == "csv":
        for_programs(_csv(answer))
    elif answer.columns:
        _table(answer, page)
    if answer.more:
        note(f"the first {len(answer.rows):,} rows; there are more: `limit`, or --limit N")


def _csv(answer: "Answer") -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([plain(value) for value in row] for row in answer.rows)
    return text.getvalue()


def _table(answer: "Answer", page: bool) -> None:
    drawn = grid(answer.columns, answer.rows)
    count = f"{len(answer.rows):,}{'+' if answer.more else ''} row{'s' if len(answer.rows) != 1 else ''}"
    room = columns()
    if not page or room is None:
        click.echo(_text(drawn, room or _WIDEST).rstrip("\n"))
        note(click.style(count, dim=True))
        return
    text = _text(drawn, _WIDEST) + click.style(f" {count}\n", dim=True)
    height = os.get_terminal_size().lines if sys.stdout.isatty() else 24
    lines = text.split("\n")
    if len(lines) < height - 1 and max(len(click.unstyle(line).rstrip()) for line in lines) <= room:
        click.echo(text, nl=False)
    else:
        # Lines stay whole, and the arrow keys lead to their ends.
        os.environ.setdefault("LESS", "-SRFX")
        click.echo_via_pager(text)


def _text(drawn: "Table", width: int) -> str:
    from rich.console import Console

    paper = io.StringIO()
    Console(file=paper, width=width, force_terminal=coloured(), no_color=not coloured()).print(drawn)
    return "\n".join(line.rstrip() for line in paper.getvalue().split("\n"))


def grid(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> "Table":
    """Return a table; columns of numbers are flush right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, name in enumerate(names):
        numeric = any(_number(row[index]) for row in rows) and all(_number(row[index], True) for row in rows)
        drawn.add_column(
            Text(printable(name)), justify="right" if numeric else "left", no_wrap=True, overflow="ellipsis"
        )
    for row in rows:
        drawn.add_row(*(Text("null", style="dim") if value is None else Text(cell(value)) for value in row))
    return drawn


def _number(value: Any, missing: bool = False) -> bool:
    return (missing and value is None) or (isinstance(value, int | float | Decimal) and not isinstance(value, bool))


def cell(value: Any) -> str:
    """Return a value in one line; fractions with as many digits as a person reads."""
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) >= 1e12 else f"{value:.4f}".rstrip("0").rstrip(".") or "0"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    text = json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return printable(unstyled(text).replace("\n", "⏎"))
