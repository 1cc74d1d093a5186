"""Append-only writing of evidence: `<table>.<writer>.jsonl`, one writer a process, so that no two share a file."""

from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import orjson


class Recorder:
    """Appends rows to the tables of one lap's folder.

    Rows are buffered by the operating system's file buffer; `flush` makes them visible to readers. A process that
    dies loses at most what it had not flushed, and leaves at most one torn line a file, which readers tolerate.
    """

    def __init__(self, folder: Path, writer: str) -> None:
        self.folder = folder
        self.writer = writer
        self._files: dict[str, BinaryIO] = {}

    def write(self, table: str, row: dict[str, Any]) -> None:
        """Append one row; values are plain JSON values.

        What a deployment can put into a row always fits: halves of characters become `?`, and whole numbers beyond
        64 bits become floats.
        """
        file = self._files.get(table)
        if file is None:
            file = self._files[table] = (self.folder / f"{table}.{self.writer}.jsonl").open("ab", buffering=1 << 16)
        try:
            line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError:
            line = orjson.dumps({k: _fitting(v) for k, v in row.items()}, option=orjson.OPT_APPEND_NEWLINE)
        file.write(line)

    def flush(self) -> None:
        """Hand what is buffered to the operating system."""
        for file in self._files.values():
            file.flush()

    def close(self) -> None:
        """Flush and close; the recorder takes no more rows."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _fitting(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and value.bit_length() > 63:
        return float(value) if value.bit_length() < 1024 else None
    return value
