"""Reads a scanner's file, whoever wrote it."""

import io
from dataclasses import dataclass
from datetime import datetime

import pandas as pd


@dataclass(frozen=True)
class Scan:
    """One row of a file."""

    device: str
    seq: int
    sku: str
    bin: str
    movement: str
    qty: int
    scanned_at: datetime
    raw: str


def parse(data: bytes) -> tuple[list[Scan], int]:
    """The scans in a file, and how many rows could not be read."""
    text = data.decode("utf-8", errors="ignore")
    if not text.strip():
        return [], 0
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    frame = pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, on_bad_lines="skip")
    rows = len(frame)
    frame["qty"] = pd.to_numeric(frame["qty"], errors="coerce")
    frame["seq"] = pd.to_numeric(frame["seq"], errors="coerce")
    frame["scanned_at"] = pd.to_datetime(frame["scanned_at"], errors="coerce", dayfirst=delimiter == ";")
    frame = frame.dropna()
    scans = [
        Scan(
            row.device, int(row.seq), row.sku.strip(), row.bin.strip(), row.movement, int(row.qty),
            row.scanned_at.to_pydatetime(), f"{row.device}/{row.seq}/{row.scanned_at}",
        )
        for row in frame.itertuples()
    ]  # fmt: skip
    return scans, rows - len(scans)
