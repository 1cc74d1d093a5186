"""Rows as the customer's system exports them: the bytes of a file, with its encoding, separators and date formats.

A cell that dirt has put into another encoding than its file's (`mixed-encoding`) keeps its bytes.
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
"""Name of the error handler: bytes kept as lone surrogates (PEP 383) are written as they were, unencodable characters
as `?`."""


class Csv(Params):
    """How rows are written (RFC 4180, and common variations)."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    """A codec of Python's, such as cp1252 or utf-8-sig. Characters that it lacks become question marks."""
    newline: Literal["lf", "crlf"] = "lf"
    header: bool = True
    dates: str = SECONDS
    """How times are written (a format of strftime)."""
    decimal: Literal[".", ","] = "."
    missing: str = ""
    """Written in place of a missing value."""
    columns: dict[str, str] = Field(default={})
    """Columns to write and their titles, in order; left out: all columns under their names."""
    trailer: str | None = None
    """A last line, with `{rows}` for their number; without it a file is incomplete."""

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
    """Check that `template` can be filled with what is known. Raises `ValueError` in an author's words otherwise."""
    try:
        named = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
        if strange := sorted(named - known.keys()):
            allowed = ", ".join(f"{{{name}}}" for name in known)
            raise ValueError(f"{{{strange[0]}}} is none of {allowed}")
        template.format(**known)
    except (ValueError, LookupError) as error:
        raise ValueError(f"{template!r} cannot be filled in: {error}") from None


def render(columns: Columns, rows: Sequence[int], how: Csv, titles: Mapping[str, str] | None = None) -> bytes:
    """Return the rows with these numbers as a file; `titles` by column are used for those that `how` does not list.

    Raises `KeyError` when a column named there does not exist.
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
    """Return text as somebody sees it who reads the file in its encoding: undecodable bytes become U+FFFD."""
    return text if text.isascii() else text.encode("utf-8", _KEEP).decode("utf-8", "replace")


def _keep_bytes(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    kept = (bytes([ord(c) - 0xDC00]) if "\udc80" <= c <= "\udcff" else b"?" for c in lost)
    return b"".join(kept), error.end


codecs.register_error(_KEEP, _keep_bytes)
