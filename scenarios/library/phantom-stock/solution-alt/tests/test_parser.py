"""Files as the three sites write them, and what becomes of their rows."""

from datetime import datetime
from pathlib import Path

import pytest
from app.scans.dialects import Dialect
from app.scans.parser import Goods, Key, Sorted, sort, whole

FILES = Path(__file__).parent / "files"
EACH = {"K12432": 1, "K10492": 1, "K10298": 1, "K10589": 1, "K11074": 1, "K10201": 12}
BINS = [("A", "COLD-02"), ("A", "DRY-01"), ("B", "SECO-01"), ("B", "SECO-02"), ("B", "SECO-03"), ("B", "CÂMARA-02")]
GOODS = Goods(EACH, frozenset(BINS))
SITES = {
    "A": Dialect(",", "utf-8", "%Y-%m-%d %H:%M:%S"),
    "B": Dialect(";", "cp1252", "%d/%m/%Y %H:%M:%S"),
    "C": Dialect(",", "utf-8", "%Y-%m-%d %H:%M:%S", "America/Halifax"),
}
HEAD = b"device;seq;sku;bin;movement;qty;scanned_at"


def row(
    seq: int = 1, sku: str = "K11074", bin: str = "CÂMARA-02", qty: str = "2", at: str = "08/03/2026 02:00:00"
) -> str:
    return f"HH-01;{seq};{sku};{bin};pick;{qty};{at}"


def porto(*rows: str, encoding: str = "cp1252", known: set[Key] | None = None) -> Sorted:
    return sort("B", [HEAD, *(one.encode(encoding) for one in rows)], SITES["B"], GOODS, known or set())


@pytest.mark.parametrize(("name", "rows"), [("A_20260224_0210.csv", 3), ("B_20260303_0210.csv", 4)])
def test_recorded_files(name: str, rows: int) -> None:
    lines = whole((FILES / name).read_bytes())
    assert lines is not None
    found = sort(name[:1], lines, SITES[name[:1]], GOODS, set())
    assert (len(found.new), found.bad, found.known, found.received) == (rows, [], 0, rows)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_portos_letters_and_days(encoding: str) -> None:
    (scan,) = porto(row(), encoding=encoding).new
    assert (scan.bin, scan.at, scan.qty) == ("CÂMARA-02", datetime(2026, 3, 8, 2), 2)


def test_cases() -> None:
    assert porto(row(sku="K10201")).new[0].qty == 24


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"qty": ""}, "QTY-MISSING"),
        ({"qty": "9999"}, "QTY-LATER"),
        ({"qty": "0"}, "OTHER"),
        ({"qty": "-4"}, "OTHER"),
        ({"sku": "K1107"}, "SKU-UNKNOWN"),
        ({"bin": "TETO"}, "BIN-UNKNOWN"),
        ({"at": "soon"}, "TIME-UNREADABLE"),
    ],
)
def test_what_the_floor_clears_up(bad: dict[str, str], why: str) -> None:
    found = porto(row(**bad))  # type: ignore[arg-type]
    assert found.new == []
    ((key, _, raw, reason),) = found.bad
    assert (key[:3], raw, reason) == (("B", "HH-01", "1"), row(**bad), why)  # type: ignore[arg-type]


def test_a_scan_is_known_whatever_else_is_different() -> None:
    found = porto(
        row(),
        row(at="08/03/2026 02:01:00"),
        row(2),
        known={Key("B", "HH-01", "2", "2026-03-08"), Key("A", "HH-01", "1", "2026-03-08")},
    )
    assert (len(found.new), found.known) == (1, 2)


def test_numbers_begin_again_with_the_next_shift() -> None:
    assert len(porto(row(), row(at="09/03/2026 02:00:00")).new) == 2


@pytest.mark.parametrize(("wall", "utc"), [("01:59:59", 5), ("03:00:00", 6)])
def test_halifax(wall: str, utc: int) -> None:
    assert SITES["C"].utc(f"2026-03-08 {wall}").hour == utc


@pytest.mark.parametrize("data", [b"", b"a,b\n", b"a,b\n1,2\n", b"a,b\n1,2\n#END;2\n", b"a,b\n1,2\n#EN"])
def test_half_a_file(data: bytes) -> None:
    assert whole(data) is None
