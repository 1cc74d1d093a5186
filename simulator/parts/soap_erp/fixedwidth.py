"""The nightly order file: lines of 80 characters in ISO-8859-1, each ended by a line feed.

header:  01 HALDEN(8) ddmmyyyy(8) filler(62)
order:   10 Referenz(20) ArtikelNr(12) Menge(12, two implied decimals) ddmmyyyy(8) Auftrag(20) filler(6)
trailer: 99 count of orders(8) filler(70)

Texts are left-justified and padded with blanks, numbers right-justified and padded with zeros.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

WIDTH = 80
_HEADER = re.compile(r"01HALDEN  (\d{8}) {62}", re.ASCII)
_ORDER = re.compile(r"10(.{20})(.{12})(\d{12})(\d{8})(.{20}) {6}", re.ASCII)
_TRAILER = re.compile(r"99(\d{8}) {70}", re.ASCII)


@dataclass(frozen=True)
class FileOrder:
    """One order line."""

    reference: str
    article: str
    quantity: Decimal
    ordered: date
    order: str


class FileRejected(Exception):
    """The whole file is refused; `problems` says why, with line numbers."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def parse(data: bytes, known: Callable[[str], bool]) -> list[FileOrder]:
    """Return the orders in a file. `known` says whether an article number exists. Raises `FileRejected`."""
    text = data.decode("iso-8859-1")
    lines = text.split("\n")
    if lines.pop() != "":
        raise FileRejected([f"line {len(lines) + 1}: not ended by a line feed"])
    wrong = ((n, len(line)) for n, line in enumerate(lines, 1) if len(line) != WIDTH)
    problems = [f"line {n}: {length} characters, not {WIDTH}" for n, length in wrong]
    if problems or len(lines) < 2:
        raise FileRejected(problems or ["header or trailer missing"])
    _check_header(lines[0], problems)
    orders = [order for n, line in enumerate(lines[1:-1], 2) if (order := _order(n, line, known, problems))]
    _check_trailer(lines[-1], len(lines), problems)
    if problems:
        raise FileRejected(problems)
    return orders


def _check_header(line: str, problems: list[str]) -> None:
    found = _HEADER.fullmatch(line)
    if found is None or _date(found[1]) is None:
        problems.append("line 1: no header")


def _check_trailer(line: str, count: int, problems: list[str]) -> None:
    found = _TRAILER.fullmatch(line)
    if found is None:
        problems.append(f"line {count}: no trailer")
    elif int(found[1]) != count - 2:
        problems.append(f"line {count}: the trailer counts {int(found[1])} orders, the file has {count - 2}")


def _order(n: int, line: str, known: Callable[[str], bool], problems: list[str]) -> FileOrder | None:
    found = _ORDER.fullmatch(line)
    if found is None:
        problems.append(f"line {n}: no order line")
        return None
    reference, article, quantity, day, order = (text.rstrip(" ") for text in found.groups())
    ordered = _date(day)
    if not _filled(reference):
        problems.append(f"line {n}: Referenz missing or not left-justified")
    if not _filled(order):
        problems.append(f"line {n}: Auftrag missing or not left-justified")
    if not known(article):
        problems.append(f"line {n}: article {article!r} unknown")
    if int(quantity) == 0:
        problems.append(f"line {n}: Menge is zero")
    if ordered is None:
        problems.append(f"line {n}: {day} is no date")
        return None
    return FileOrder(reference, article, Decimal(int(quantity)).scaleb(-2), ordered, order)


def _filled(text: str) -> bool:
    return bool(text) and not text.startswith(" ")


def _date(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d%m%Y").date()
    except ValueError:
        return None
