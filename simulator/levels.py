"""Levels that change in simulated time, by key: what a price is, what lies in stock."""

import bisect
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

_EVER = datetime(1, 1, 1)
"""Before anything happened."""

Key = tuple[Any, ...]
Change = tuple[datetime, float]


class Levels:
    """By key, levels that hold until they change. Of a key that is unknown, and of no time, everything is null."""

    def __init__(self, changes: Mapping[Key, Sequence[Change]], least: float | None = None) -> None:
        self._times = {key: [time for time, _ in one] for key, one in changes.items()}
        self._levels = {
            key: [level if least is None else max(level, least) for _, level in one] for key, one in changes.items()
        }

    def level(self, key: Key, time: datetime | None) -> float | None:
        """Return the level at a time; before the first change the first one."""
        if time is None or key not in self._times:
            return None
        return self._levels[key][max(bisect.bisect_right(self._times[key], time) - 1, 0)]

    def least(self, key: Key, since: datetime | None, until: datetime | None) -> float | None:
        """Return the least level from `since`, when one holds, to `until`."""
        found = self._between(key, since, until)
        return min(found) if found else None

    def most(self, key: Key, since: datetime | None, until: datetime | None) -> float | None:
        """Return the greatest level in the same time."""
        found = self._between(key, since, until)
        return max(found) if found else None

    def moved(self, key: Key, since: datetime | None, until: datetime | None) -> float | None:
        """Return by how much the level changed."""
        before, after = self.level(key, since), self.level(key, until)
        return None if before is None or after is None else after - before

    def changes(self, key: Key, since: datetime, until: datetime) -> list[datetime]:
        """Return the times of the changes in `(since, until]`."""
        times = self._times.get(key, [])
        return times[bisect.bisect_right(times, since) : bisect.bisect_right(times, until)]

    def _between(self, key: Key, since: datetime | None, until: datetime | None) -> list[float]:
        if since is None or until is None or key not in self._times:
            return []
        times = self._times[key]
        return self._levels[key][
            max(bisect.bisect_right(times, since) - 1, 0) : max(bisect.bisect_right(times, until), 1)
        ]


def summed(changes: Iterable[tuple[datetime, Key, float]], counted: Mapping[Key, Change]) -> dict[Key, list[Change]]:
    """Return the levels that changes add up to, from what was counted on; a key that was not counted begins with 0.

    A change at or before the count is in it.
    """
    found = {key: [start] for key, start in counted.items()}
    for at, key, amount in sorted(changes, key=lambda change: change[0]):
        levels = found.setdefault(key, [(_EVER, 0.0)])
        if key not in counted or at > counted[key][0]:
            levels.append((at, levels[-1][1] + amount))
    return found


def stepped(changes: Iterable[tuple[datetime, Key, float]]) -> dict[Key, list[Change]]:
    """Return levels that are each given anew."""
    found: dict[Key, list[Change]] = {}
    for at, key, level in sorted(changes, key=lambda change: change[0]):
        found.setdefault(key, []).append((at, level))
    return found
