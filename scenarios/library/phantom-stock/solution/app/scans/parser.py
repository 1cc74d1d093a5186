"""Reads a file by the contract with its site: rows that keep it, rows that do not and why, and whether all is there."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.settings import Source

TRAILER = "#END;"
PLACEHOLDER = 9999
"""What a handheld writes when the quantity is to be counted later."""


class Incomplete(Exception):
    """The file's last line is not there yet."""


@dataclass(frozen=True)
class Master:
    """What the WMS knows: who labels how, what a case holds, where bins are."""

    packs: Mapping[str, int]
    cased: frozenset[str]
    """SKUs of which only the case has a label: a scan of one counts cases."""
    bins: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Scan:
    """One row that keeps the contract; `qty` in eaches, `scanned_at` in UTC."""

    device: str
    seq: int
    sku: str
    bin: str
    movement: str
    qty: int
    scanned_at: datetime


@dataclass(frozen=True)
class Rejected:
    """One row that does not."""

    device: str
    seq: str
    raw: str
    reason: str


def parse(data: bytes, site: str, source: Source, master: Master) -> list[Scan | Rejected]:
    """Every row of a file. Raises `Incomplete`."""
    lines = [decoded(line, source.encodings) for line in data.splitlines()]
    if not lines or not lines[-1].startswith(TRAILER):
        raise Incomplete("no trailer")
    rows = lines[1:-1]
    if lines[-1] != f"{TRAILER}{len(rows)}":
        raise Incomplete(f"{len(rows)} rows, and the trailer says {lines[-1]}")
    return list(_rows(lines[0], rows, site, source, master))


def decoded(line: bytes, encodings: list[str]) -> str:
    """A line in the first encoding that fits it; what fits none keeps its bytes visible."""
    for encoding in encodings:
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("ascii", "backslashreplace")


def _rows(header: str, lines: list[str], site: str, source: Source, master: Master) -> Iterator[Scan | Rejected]:
    reader = csv.DictReader([header, *lines], delimiter=source.delimiter)
    for raw, row in zip(lines, reader, strict=True):
        try:
            yield _scan(row, site, source, master)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield Rejected(str(row.get("device") or "?"), str(row.get("seq") or "?"), raw, str(error))


def _scan(row: dict[str, str], site: str, source: Source, master: Master) -> Scan:
    sku, bin = row["sku"].strip(), row["bin"].strip()
    if sku not in master.packs:
        raise ValueError(f"unknown SKU {sku!r}")
    if (site, bin) not in master.bins:
        raise ValueError(f"unknown bin {bin!r}")
    if row["movement"] not in ("receipt", "pick"):
        raise ValueError(f"unknown movement {row['movement']!r}")
    return Scan(
        row["device"], int(row["seq"]), sku, bin, row["movement"], quantity(row["qty"], sku, master),
        moment(row["scanned_at"], source),
    )  # fmt: skip


def quantity(text: str, sku: str, master: Master) -> int:
    """Eaches. Raises `ValueError`, which says why there are none."""
    if not text.strip():
        raise ValueError("quantity missing")
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"quantity {text!r} is no number") from None
    if number == PLACEHOLDER:
        raise ValueError("quantity to be counted later (9999)")
    if number <= 0 or number != int(number):
        raise ValueError(f"quantity {text} makes no sense")
    return int(number) * (master.packs[sku] if sku in master.cased else 1)


def moment(text: str, source: Source) -> datetime:
    """UTC, without saying so, as the WMS has it. Raises `ValueError`."""
    local = datetime.strptime(text, source.dates).replace(tzinfo=ZoneInfo(source.zone))
    return local.astimezone(UTC).replace(tzinfo=None)
