"""Words, lines, texts and times of day in a scenario file, each kind with its bounds."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

_BREAKS = frozenset("\n\r\t\x0b\x0c\x85\u2028\u2029")
_YEARS = range(1970, 2200)
_MOST_FOLDERS = 3


def _one_line(text: str) -> str:
    if _BREAKS & set(text):
        raise ValueError("is to stand on one line")
    return text


def _moment(value: datetime) -> datetime:
    # Simulated years are added to it, and databases and their drivers end before Python does.
    if value.year not in _YEARS:
        raise ValueError(f"{value:%Y-%m-%d} is not between {_YEARS[0]} and {_YEARS[-1]}")
    return value


def _glob(text: str) -> str:
    # Each of them may stand for any number of folders: what matches is found by trying.
    if text.split("/").count("**") > _MOST_FOLDERS:
        raise ValueError(f"has `**` more than {_MOST_FOLDERS} times")
    return text


Slug = Annotated[str, Field(max_length=64)]
"""A name that others refer to."""
Line = Annotated[str, Field(max_length=300), AfterValidator(_one_line)]
"""A name, a title, a few words."""
Text = Annotated[str, Field(max_length=20_000)]
"""What people write, in paragraphs."""
Sql = Annotated[str, Field(max_length=20_000)]
Glob = Annotated[str, Field(max_length=200), AfterValidator(_glob)]
Moment = Annotated[datetime, AfterValidator(_moment)]
