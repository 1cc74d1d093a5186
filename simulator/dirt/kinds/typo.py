"""Typing errors: neighbouring letters swapped, a letter left out, doubled, or replaced by one from the next key."""

import numpy as np

from simulator.dirt.arrays import Array, objects
from simulator.dirt.cells import Cells, cell_kind
from simulator.dirt.work import Mask

_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT = {key: row[:i][-1:] + row[i + 1 : i + 2] for row in _KEYS for i, key in enumerate(row)}


class Typo(Cells):
    """One slip in the text."""


def slip(text: str, slip: float, place: float) -> str:
    """Return the text with one slip; `slip` and `place` in [0, 1) choose which and where. It always differs."""
    at = int(place * len(text))
    if slip < 0.25 and at + 1 < len(text) and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip < 0.5 and len(text) > 1:
        return text[:at] + text[at + 1 :]
    if slip < 0.75 and (near := _NEXT.get(text[at].lower())):
        other = near[int(slip * 1000) % len(near)]
        return text[:at] + (other.upper() if text[at].isupper() else other) + text[at + 1 :]
    return text[:at] + text[at] + text[at:]


def _can(_params: Typo, values: Array) -> Mask:
    return values.astype(np.bool_)


def _corrupt(_params: Typo, values: Array, rng: np.random.Generator) -> Array:
    slips, places = rng.random(len(values)).tolist(), rng.random(len(values)).tolist()
    return objects(map(slip, values.tolist(), slips, places), len(values))


TYPO = cell_kind("typo", Typo, _corrupt, can=_can, takes=frozenset({"text"}))
