"""The error ledger: every corruption, exactly, and the way back from the delivered data to the clean data.

The idea is BART's (Arocena et al., VLDB 2015): the generator of dirt records each cell's clean and dirty value, so that
precision and recall of a repair need no estimate. Here copied or moved rows and changed names are entries as well, so
that the ledger alone can undo everything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from simulator.dirt.arrays import Array
from simulator.dirt.work import Corruption, Shape, What
from simulator.evidence.recorder import Recorder

TABLE = "corruptions"


class Entry(NamedTuple):
    """One corruption.

    | `what` | `row` (delivered, from 0) | `column` | `clean` | `dirty` |
    |---|---|---|---|---|
    | cell | its row | its clean name | its value | its value |
    | extra | the copy's | None | None | number of the clean row that it copies |
    | moved | its row | None | its number in the clean data | its number in the delivered |
    | renamed | the first so named | its clean name | its name before | its name from here on; None: left out |
    | added | the first that has it | its name | None | its name |
    """

    what: What
    row: int
    key: Any
    column: str | None
    kind: str
    mechanism: str
    clean: Any
    dirty: Any


@dataclass(frozen=True)
class Ledger:
    """What was done to one dataset; `ids` of the corruptions are delivered rows here."""

    dataset: str
    corruptions: tuple[Corruption, ...]
    keys: Array
    """The clean business key of each delivered row."""

    def __len__(self) -> int:
        return sum(len(corruption.ids) for corruption in self.corruptions)

    def __iter__(self) -> Iterator[Entry]:
        for s in self.corruptions:
            cells = zip(s.ids.tolist(), self.keys[s.ids].tolist(), s.clean.tolist(), s.dirty.tolist(), strict=True)
            for row, key, clean, dirty in cells:
                yield Entry(s.what, row, key, s.column, s.kind, s.mechanism, clean, dirty)

    def write(self, recorder: Recorder) -> None:
        """Append all entries to the evidence."""
        for what, row, key, column, kind, mechanism, clean, dirty in self:
            recorder.write(
                TABLE,
                {
                    "dataset": self.dataset,
                    "what": what,
                    "row": row,
                    "key": text(key),
                    "column": column,
                    "kind": kind,
                    "mechanism": mechanism,
                    "clean": text(clean),
                    "dirty": text(dirty),
                },
            )


def text(value: Any) -> str | None:
    """Return a value as text for the evidence: numbers as Python writes them, times as ISO 8601; None stays None."""
    if value is None:
        return None
    if isinstance(value, str):
        # Bytes that are no text in their file's encoding are kept as lone surrogates.
        return (
            value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        )
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else repr(value)


@dataclass(frozen=True)
class Segment:
    """Consecutive delivered rows, from `row` on, that have the same columns."""

    row: int
    columns: Mapping[str, Array]
    """By their delivered names."""

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0


def segments(columns: Mapping[str, Array], shapes: Sequence[Shape]) -> Iterator[Segment]:
    """Yield the delivered data, split where names change."""
    size = len(next(iter(columns.values())))
    for shape, end in zip(shapes, [*(s.row for s in shapes[1:]), size], strict=True):
        cut = {shown: columns[name][shape.row : end] for shown, name in shape.names.items()}
        if shape.row < end or len(shapes) == 1:
            yield Segment(shape.row, cut)


def restore(delivered: Iterable[Segment], entries: Iterable[Entry]) -> dict[str, list[Any]]:
    """Return the clean data, column by column, from nothing but the delivered data and its ledger."""
    pieces, noted = list(delivered), list(entries)
    columns = _joined(pieces, sorted((e for e in noted if e.what in ("renamed", "added")), key=lambda e: e.row))
    for e in noted:
        if e.what == "cell" and e.column is not None:
            columns[e.column][e.row] = e.clean
    order = _order(len(next(iter(columns.values()))), noted)
    return {name: [values[row] for row in order] for name, values in columns.items()}


def _joined(pieces: list[Segment], changes: list[Entry]) -> dict[str, list[Any]]:
    """Return the columns under their clean names, over all segments; removed cells are None until they are restored."""
    renamed = [e for e in changes if e.what == "renamed"]
    added = {e.column for e in changes if e.what == "added"}
    found: list[tuple[int, dict[str, list[Any]]]] = []
    for piece in pieces:
        now = {e.dirty: e.column for e in renamed if e.row <= piece.row}
        clean = ((now.get(shown) or shown, values) for shown, values in piece.columns.items())
        found.append((piece.rows, {name: values.tolist() for name, values in clean if name not in added}))
    left_out = (e.column for e in renamed if e.column is not None)
    names = dict.fromkeys([*(name for _, columns in found for name in columns), *left_out])
    return {name: [v for rows, columns in found for v in columns.get(name, [None] * rows)] for name in names}


def _order(size: int, noted: list[Entry]) -> list[int]:
    """Return the delivered rows in the order of the clean data, without the copies."""
    extra = {e.row for e in noted if e.what == "extra"}
    moved = {e.row: e.clean for e in noted if e.what == "moved" and e.row not in extra}
    by_clean = {clean: row for row, clean in moved.items()}
    staying = (row for row in range(size) if row not in extra and row not in moved)
    return [by_clean[number] if number in by_clean else next(staying) for number in range(size - len(extra))]


def delivered(corruptions: Iterable[Corruption], positions: Array) -> tuple[Corruption, ...]:
    """Return the corruptions of a finished work, with delivered rows instead of ids."""
    out = []
    for s in corruptions:
        rows = positions[s.ids] if s.what in ("cell", "extra", "moved") else s.ids
        dirty = rows if s.what == "moved" else s.dirty
        out.append(Corruption(s.what, s.kind, s.mechanism, s.column, rows, s.clean, dirty))
    return tuple(out)
