"""Reads a file by the contract with its site: rows that keep it, rows that do not and why, and whether all is there."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TRAILER = "#END;"
PLACEHOLDER = 9999
"""What a handheld writes when the quantity is to be counted later."""


class Incomplete(Exception):
    """The file's last line is not there yet."""


class Unreadable(Exception):
    """A row breaks the contract; the message is the WMS's code for how."""


@dataclass(frozen=True)
class Source:
    """How one site's scanners write, as `wms.halls` has it."""

    delimiter: str
    encoding: str
    dates: str
    zone: str

    def text(self, line: bytes) -> str:
        """A line: newer handhelds write UTF-8, whatever the gateway does. What fits nothing keeps its bytes visible."""
        for encoding in ("utf-8", self.encoding):
            try:
                return line.decode(encoding)
            except UnicodeDecodeError:
                continue
        return line.decode("ascii", "backslashreplace")


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
    scanned_at: datetime | None
    raw: str
    reason: str


def parse(data: bytes, site: str, source: Source, master: Master) -> list[Scan | Rejected]:
    """Every row of a file. Raises `Incomplete`."""
    lines = [source.text(line) for line in data.splitlines()]
    if not lines or not lines[-1].startswith(TRAILER):
        raise Incomplete("no trailer")
    rows = lines[1:-1]
    if lines[-1] != f"{TRAILER}{len(rows)}":
        raise Incomplete(f"{len(rows)} rows, and the trailer says {lines[-1]}")
    return list(_rows(lines[0], rows, site, source, master))


def _rows(header: str, lines: list[str], site: str, source: Source, master: Master) -> Iterator[Scan | Rejected]:
    reader = csv.DictReader([header, *lines], delimiter=source.delimiter)
    for raw, row in zip(lines, reader, strict=True):
        values = {name: (value or "").strip() for name, value in row.items() if name}
        at = moment(values.get("scanned_at", ""), source)
        try:
            yield _scan(values, at, site, master)
        except Unreadable as error:
            yield Rejected(values.get("device", "?"), values.get("seq", "?"), at, raw, str(error))


def _scan(row: dict[str, str], at: datetime | None, site: str, master: Master) -> Scan:
    sku, bin = row.get("sku", ""), row.get("bin", "")
    if sku not in master.packs:
        raise Unreadable("SKU-UNKNOWN")
    if (site, bin) not in master.bins:
        raise Unreadable("BIN-UNKNOWN")
    if at is None:
        raise Unreadable("TIME-UNREADABLE")
    if row.get("movement") not in ("receipt", "pick") or not row.get("seq", "").isdigit():
        raise Unreadable("OTHER")
    return Scan(row["device"], int(row["seq"]), sku, bin, row["movement"], quantity(row["qty"], sku, master), at)


def quantity(text: str, sku: str, master: Master) -> int:
    """Eaches. Raises `Unreadable`."""
    if not text:
        raise Unreadable("QTY-MISSING")
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise Unreadable("OTHER") from None
    if number == PLACEHOLDER:
        raise Unreadable("QTY-LATER")
    if number <= 0 or number != int(number):
        raise Unreadable("OTHER")
    return int(number) * (master.packs[sku] if sku in master.cased else 1)


def moment(text: str, source: Source) -> datetime | None:
    """UTC, without saying so, as the WMS has it; None: it cannot be read."""
    try:
        local = datetime.strptime(text, source.dates).replace(tzinfo=ZoneInfo(source.zone))
    except ValueError:
        return None
    return local.astimezone(UTC).replace(tzinfo=None)
