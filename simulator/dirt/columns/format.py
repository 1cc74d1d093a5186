"""Text made of other columns of the same row."""

from string import Formatter
from typing import ClassVar

from pydantic import field_validator

from simulator.dirt.arrays import Array, objects
from simulator.dirt.base import ColumnKind, Make, ShortParams, Type
from simulator.plan import REFERENCE


class Format(ShortParams):
    """`format: "{first}.{last}@example.com"` is short for `text`."""

    SHORT: ClassVar[str] = "text"

    text: str
    """The format in which Python's `str.format` writes the row's other columns."""
    lower: bool = False
    """Whether to convert it to lower case."""

    @field_validator("text")
    @classmethod
    def _names_columns(cls, text: str) -> str:
        try:
            names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError as error:
            raise ValueError(f"{text!r} is no format: {error}") from None
        if not names or not all(name.isidentifier() for name in names):
            raise ValueError(f"{text!r} needs the name of a column in each pair of braces")
        if found := REFERENCE.search(text):
            raise ValueError(f"{found[0]} means something else in a plan; give column {found[1]!r} another name")
        return text

    @property
    def names(self) -> list[str]:
        """Return the columns that it names."""
        return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(self.text) if name))


def _make(params: Format, make: Make) -> Array:
    columns = [make.column(name).tolist() for name in params.names]
    rows = (params.text.format(**dict(zip(params.names, row, strict=True))) for row in zip(*columns, strict=True))
    return objects((row.lower() for row in rows) if params.lower else rows, make.rows)


def _type(_params: Format) -> Type:
    return "text"


FORMAT = ColumnKind("format", Format, _make, _type, needs=lambda params: params.names)
