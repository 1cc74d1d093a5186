"""Times not in ISO 8601: 03/04/2026 may be in March or in April."""

from datetime import datetime

import numpy as np
from pydantic import Field, field_validator

from simulator.dirt.arrays import Array, objects
from simulator.dirt.cells import Cells, cell_kind


class DateFormat(Cells):
    """Times become text."""

    format: str = Field(default="%d/%m/%Y %H:%M")
    """A format of `strftime`."""

    @field_validator("format")
    @classmethod
    def _writes_a_time(cls, text: str) -> str:
        if datetime(2001, 2, 3, 4, 5).strftime(text) == datetime(2022, 11, 12, 13, 14).strftime(text):
            raise ValueError(f"{text!r} writes nothing of a time; it needs places such as %d")
        return text


def _corrupt(params: DateFormat, values: Array, _rng: np.random.Generator) -> Array:
    return objects((value.strftime(params.format) for value in values.tolist()), len(values))


DATE_FORMAT = cell_kind("date-format", DateFormat, _corrupt, takes=frozenset({"time"}))
