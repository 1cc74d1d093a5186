"""A row of numbers as a row of blocks."""

from collections.abc import Sequence
from math import isfinite

BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING, ENDLESS = "·", "×"


def spark(values: Sequence[float | None], width: int, most: float | None = None) -> str:
    """Return the newest `width` values, the newest at the right; `most` is full height, left out: the largest of them.

    No value is a dot, an infinite one a cross; anything above nothing is at least one block higher than that.
    """
    shown: list[float | None] = [None] * (width - len(values))
    shown += values[-width:] if width > 0 else []
    finite = (value for value in shown if value is not None and isfinite(value))
    top = most if most is not None else max(finite, default=0.0)
    return "".join(NOTHING if value is None else _block(value, top) for value in shown)


def _block(value: float, top: float) -> str:
    if not isfinite(value):
        return ENDLESS
    if value <= 0 or top <= 0:
        return BLOCKS[0]
    return BLOCKS[min(len(BLOCKS) - 1, max(1, round(value / top * (len(BLOCKS) - 1))))]
