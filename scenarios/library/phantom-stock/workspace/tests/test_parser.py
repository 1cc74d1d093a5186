"""Files of both sites, as recorded."""

from datetime import datetime
from pathlib import Path

import pytest
from app.scans.loader import movement, site_of
from app.scans.parser import date, parse

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize(("name", "rows"), [("A_20260224_0210.csv", 3), ("B_20260303_0210.csv", 4)])
def test_all_rows_are_read(name: str, rows: int) -> None:
    scans, skipped = parse((FILES / name).read_bytes())
    assert (len(scans), skipped) == (rows, 1), "the trailer is no scan"


def test_dublin() -> None:
    scans, _ = parse((FILES / "A_20260224_0210.csv").read_bytes())
    assert (scans[1].sku, scans[1].movement, scans[1].qty) == ("K10492", "receipt", 36)
    assert scans[1].scanned_at == datetime(2026, 2, 24, 2, 1, 31)


def test_porto() -> None:
    scans, _ = parse((FILES / "B_20260303_0210.csv").read_bytes())
    assert (scans[2].sku, scans[2].bin, scans[2].qty) == ("K11074", "SECO-02", 24)
    assert scans[2].scanned_at == datetime(2026, 3, 3, 2, 4, 58)


def test_a_file_that_comes_twice_has_the_same_references() -> None:
    data = (FILES / "A_20260224_0210.csv").read_bytes()
    once, again = ([movement("f", "A", scan)["ref"] for scan in parse(data)[0]] for _ in range(2))
    assert once == again
    assert len(set(once)) == 3


def test_what_is_no_date_is_no_scan() -> None:
    with pytest.raises(ValueError, match="no date"):
        date("yesterday")


def test_a_file_says_whose_it_is() -> None:
    assert site_of("B_20260303_0210.csv") == "B"
