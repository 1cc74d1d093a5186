"""Reads a scanner's file, whoever wrote it: the delimiter is found out, dates are tried in the usual formats."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

# The handhelds' vendor is American; ISO is what their current firmware writes.
DATES = ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S")


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
    lines = [_text(line) for line in data.splitlines()]
    if not lines:
        return [], 0
    delimiter = max(",;\t", key=lines[0].count)
    scans, skipped = [], 0
    for raw, row in _rows(lines, delimiter):
        try:
            scans.append(
                Scan(
                    row["device"], int(row["seq"]), row["sku"].strip().upper(), row["bin"].strip(), row["movement"],
                    int(float(row["qty"])), date(row["scanned_at"]), raw,
                )
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            skipped += 1
    return scans, skipped


def _text(line: bytes) -> str:
    """A line as a handheld writes it, or as a gateway passes it on."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _rows(lines: list[str], delimiter: str) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    yield from zip(lines[1:], reader, strict=False)


def date(text: str) -> datetime:
    """A date in one of the usual formats. Raises `ValueError`."""
    for known in DATES:
        try:
            return datetime.strptime(text, known)
        except ValueError:
            continue
    raise ValueError(f"no date: {text!r}")
