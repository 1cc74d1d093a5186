"""Times of another time zone, without saying so. When its clocks change, an hour is missing, and one occurs twice."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from pydantic import AfterValidator

from simulator.dirt.arrays import Array
from simulator.dirt.cells import Cells, cell_kind
from simulator.dirt.work import Mask

_QUARTER = 15 * 60 * 1_000_000
"""Microseconds in a quarter of an hour. Clocks change at full quarters (IANA time zone database, since 1972)."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; write one as Europe/Berlin") from None
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class LocalTime(Cells):
    """Times of the column, which are in zone `meant`, are written as local times of `zone`."""

    zone: Zone
    """The zone whose clocks show it, such as Europe/Berlin."""
    meant: Zone = "UTC"
    """The zone that the clean times are in."""


def shown(times: Array, meant: str, zone: str) -> Array:
    """Return the local times in `zone` of these times in `meant`; an hour that occurs twice is taken as the first."""
    here, there = ZoneInfo(meant), ZoneInfo(zone)

    def ahead(quarter: datetime) -> timedelta:
        instant = quarter.replace(tzinfo=here).astimezone(UTC)
        return instant.astimezone(there).replace(tzinfo=None) - quarter

    quarters, inverse = np.unique(times.astype(np.int64) // _QUARTER, return_inverse=True)
    shifts = [ahead(quarter) for quarter in (quarters * _QUARTER).astype("datetime64[us]").tolist()]
    return np.asarray(times + np.array(shifts, "timedelta64[us]")[inverse])


def _can(params: LocalTime, values: Array) -> Mask:
    return np.asarray(shown(values, params.meant, params.zone) != values)


def _corrupt(params: LocalTime, values: Array, _rng: np.random.Generator) -> Array:
    return shown(values, params.meant, params.zone)


LOCAL_TIME = cell_kind("local-time", LocalTime, _corrupt, can=_can, takes=frozenset({"time"}))
