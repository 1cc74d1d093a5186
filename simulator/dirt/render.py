"""Rows as the customer's exporter writes them: bytes of a file, with the encoding, signs and dates that it has.

A cell that dirt has put into another encoding than its file (`mixed-encoding`) keeps its bytes as they are.
"""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any, Literal

from pydantic import Field, field_validator

from scenarios.vocabulary import Params
from simulator.dirt.texts import SECONDS, Style, texts

Columns = Mapping[str, Sequence[Any]]
"""Plain values by column; None and NaN are missing."""

_NEWLINES = {"lf": "\n", "crlf": "\r\n"}
_KEEP = "fdelab.keep-bytes"
"""Error handler: bytes that PEP 383 keeps as lone surrogates are themselves, what cannot be written is `?`."""


class Csv(Params):
    """How rows are written (RFC 4180, and what exporters make of it)."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    """A codec of Python's, such as cp1252 or utf-8-sig. What it cannot write becomes a question mark."""
    newline: Literal["lf", "crlf"] = "lf"
    header: bool = True
    dates: str = SECONDS
    """How points in time are written (strftime)."""
    decimal: Literal[".", ","] = "."
    missing: str = ""
    """What stands where there is no value."""
    columns: dict[str, str] = Field(default={})
    """Columns to write and their titles, in order; left out: all, as they are called."""
    trailer: str | None = None
    """A last line, with `{rows}` for their number; a file without it is not complete."""

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            codecs.lookup(name)
        except LookupError:
            raise ValueError(f"{name!r} is no encoding that Python knows, such as utf-8 or cp1252") from None
        return name

    @field_validator("trailer")
    @classmethod
    def _fillable(cls, text: str | None) -> str | None:
        if text is not None:
            fillable(text, {"rows": 1})
        return text


def fillable(template: str, known: Mapping[str, object]) -> None:
    """Raises `ValueError`, in an author's words, unless `template` can be filled with what is known."""
    try:
        named = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
        if strange := sorted(named - known.keys()):
            allowed = ", ".join(f"{{{name}}}" for name in known)
            raise ValueError(f"{{{strange[0]}}} is none of {allowed}")
        template.format(**known)
    except (ValueError, LookupError) as error:
        raise ValueError(f"{template!r} cannot be filled in: {error}") from None


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
    style = Style(how.missing, decimal=how.decimal, times=how.dates)
    cells = (texts([columns[name][row] for row in rows], style) for name in titles)
    writer.writerows(zip(*cells, strict=True))
    if how.trailer is not None:
        text.write(how.trailer.format(rows=len(rows)) + newline)
    return text.getvalue().encode(how.encoding, _KEEP)


def readable(text: str) -> str:
    """Text as somebody has it who read the file in its encoding: what is no text there is U+FFFD."""
    return text if text.isascii() else text.encode("utf-8", _KEEP).decode("utf-8", "replace")


def _keep_bytes(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    kept = (bytes([ord(c) - 0xDC00]) if "\udc80" <= c <= "\udcff" else b"?" for c in lost)
    return b"".join(kept), error.end


codecs.register_error(_KEEP, _keep_bytes)
