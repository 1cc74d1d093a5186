r"""Cells whose bytes are in another encoding than the rest of their file.

Such a cell is not text until somebody decides how to read it. Here it is a string in which the bytes that do not fit
are lone surrogates (PEP 383); rendered with the file's own encoding, it is exactly the bytes that the customer wrote.
The evidence shows them as `\xfc`.
"""

import numpy as np

from simulator.dirt.arrays import Array, objects
from simulator.dirt.cells import Cells, cell_kind
from simulator.dirt.encodings import Encoding
from simulator.dirt.work import Mask


class MixedEncoding(Cells):
    """Corrupts only text with letters beyond ASCII. For files only: JSON has to be text."""

    written: Encoding = "cp1252"
    """The encoding of these cells."""
    file: Encoding = "utf-8"
    """The encoding of their file."""


def _one(params: MixedEncoding, text: str) -> str:
    try:
        return text if text.isascii() else text.encode(params.written).decode(params.file, "surrogateescape")
    except UnicodeEncodeError:
        return text


def _all(params: MixedEncoding, values: Array) -> Array:
    return objects((_one(params, text) for text in values.tolist()), len(values))


def _can(params: MixedEncoding, values: Array) -> Mask:
    return np.asarray(_all(params, values) != values, dtype=np.bool_)


def _corrupt(params: MixedEncoding, values: Array, _rng: np.random.Generator) -> Array:
    return _all(params, values)


MIXED_ENCODING = cell_kind("mixed-encoding", MixedEncoding, _corrupt, can=_can, takes=frozenset({"text"}))
