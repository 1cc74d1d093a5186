"""Text that was written in one encoding and read in another: MÃ¼ller."""

import numpy as np

from simulator.dirt.arrays import Array, objects
from simulator.dirt.cells import Cells, cell_kind
from simulator.dirt.encodings import Encoding
from simulator.dirt.work import Mask


class Mojibake(Cells):
    """Corrupts only text with letters beyond ASCII."""

    written: Encoding = "utf-8"
    """The encoding that the text is in."""
    read: Encoding = "cp1252"
    """The encoding that somebody took it for."""


def garbled(text: str, written: str, read: str) -> str:
    """Return the text as its reader decodes it; what an encoding lacks stays, or becomes a replacement character."""
    if text.isascii():
        return text
    try:
        return text.encode(written).decode(read, "replace")
    except UnicodeEncodeError:
        return text


def _all(params: Mojibake, values: Array) -> Array:
    return objects((garbled(text, params.written, params.read) for text in values.tolist()), len(values))


def _can(params: Mojibake, values: Array) -> Mask:
    return np.asarray(_all(params, values) != values, dtype=np.bool_)


def _corrupt(params: Mojibake, values: Array, _rng: np.random.Generator) -> Array:
    return _all(params, values)


MOJIBAKE = cell_kind("mojibake", Mojibake, _corrupt, can=_can, takes=frozenset({"text"}))
