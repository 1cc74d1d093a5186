"""Files of all three sites, by the contract with each."""

from datetime import datetime
from pathlib import Path

import pytest
from app.scans.loader import movement, site_of
from app.scans.parser import Incomplete, Master, Rejected, Scan, Source, moment, parse, quantity

FILES = Path(__file__).parent / "files"
ISO, PORTUGUESE = "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"
SOURCES = {
    "A": Source(",", "utf-8", ISO, "UTC"),
    "B": Source(";", "cp1252", PORTUGUESE, "UTC"),
    "C": Source(",", "utf-8", ISO, "America/Halifax"),
}
BINS = {"A": ["COLD-02", "DRY-01"], "B": ["SECO-01", "SECO-02", "SECO-03", "CHÃO-01"], "C": ["DRY-01"]}
PACKS = {"K12432": 6, "K10492": 12, "K10298": 6, "K10589": 6, "K11074": 24, "K10201": 12}
MASTER = Master(PACKS, frozenset({"K10201"}), frozenset((site, bin) for site, bins in BINS.items() for bin in bins))
PORTO = "device;seq;sku;bin;movement;qty;scanned_at\r\n"


def read(data: bytes, site: str = "B") -> list[Scan | Rejected]:
    return parse(data, site, SOURCES[site], MASTER)


def porto(*rows: str, encoding: str = "cp1252") -> bytes:
    return (PORTO + "".join(f"{row}\r\n" for row in rows) + f"#END;{len(rows)}\r\n").encode(encoding)


@pytest.mark.parametrize(("name", "rows"), [("A_20260224_0210.csv", 3), ("B_20260303_0210.csv", 4)])
def test_recorded_files_keep_the_contract(name: str, rows: int) -> None:
    found = read((FILES / name).read_bytes(), site_of(name))
    assert [type(row) for row in found] == [Scan] * rows


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_porto_writes_in_two_encodings_and_the_day_first(encoding: str) -> None:
    (scan,) = read(porto("HH-01;1;K11074;CHÃO-01;pick;2;08/03/2026 02:00:00", encoding=encoding))
    assert isinstance(scan, Scan)
    assert (scan.bin, scan.scanned_at) == ("CHÃO-01", datetime(2026, 3, 8, 2))


@pytest.mark.parametrize(
    ("local", "utc"),
    [("2026-03-08 01:10:00", "05:10"), ("2026-03-08 01:59:59", "05:59"), ("2026-03-08 03:00:00", "06:00")],
)
def test_halifax_puts_its_clocks_forward(local: str, utc: str) -> None:
    at = moment(local, SOURCES["C"])
    assert at is not None
    assert f"{at:%H:%M}" == utc


def test_cases_become_pieces_where_only_cases_have_labels() -> None:
    assert [quantity("2", sku, MASTER) for sku in ("K10201", "K10492")] == [24, 2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("HH-01;1;K11074;SECO-01;pick;;08/03/2026 02:00:00", "QTY-MISSING"),
        ("HH-01;1;K11074;SECO-01;receipt;9999;08/03/2026 02:00:00", "QTY-LATER"),
        ("HH-01;1;K1107;SECO-01;pick;2;08/03/2026 02:00:00", "SKU-UNKNOWN"),
        ("HH-01;1;K11074;TETO-01;pick;2;08/03/2026 02:00:00", "BIN-UNKNOWN"),
        ("HH-01;1;K11074;SECO-01;pick;2;yesterday", "TIME-UNREADABLE"),
        ("HH-01;1;K11074;SECO-01;pick;-2;08/03/2026 02:00:00", "OTHER"),
    ],
)
def test_what_breaks_the_contract_says_why(row: str, reason: str) -> None:
    (rejected,) = read(porto(row))
    assert isinstance(rejected, Rejected)
    assert (rejected.device, rejected.seq, rejected.raw) == ("HH-01", "1", row)
    assert rejected.reason == reason


@pytest.mark.parametrize("cut", [0, 30, -1, -3, -20])
def test_a_file_without_its_end_waits(cut: int) -> None:
    data = porto(*(f"HH-01;{n};K11074;SECO-01;pick;2;08/03/2026 02:00:00" for n in (1, 2)))
    if cut == -1:  # only the line feed is missing: all is there
        assert len(read(data[:cut])) == 2
        return
    with pytest.raises(Incomplete):
        read(data[:cut])


def test_a_scan_that_is_sent_again_has_the_same_reference_and_another_sites_has_not() -> None:
    rows = [porto(f"HH-01;1;K11074;SECO-01;pick;2;08/03/2026 02:0{minute}:00") for minute in (0, 1)]
    refs = [movement("f", site, scan)["ref"] for site in "BA" for data in rows for scan in read(data)
            if isinstance(scan, Scan)]  # fmt: skip
    assert refs[0] == refs[1]
    assert refs[2] == refs[3] != refs[0]


def test_another_code_page_and_another_way_to_write_dates() -> None:
    source = Source("|", "cp850", "%d/%m/%y %H.%M.%S", "UTC")
    rows = ["HH-01|1|K11074|CHÃO-01|pick|2|09/03/26 02.00.00", "#END;1"]
    (scan,) = parse("\r\n".join([PORTO.strip().replace(";", "|"), *rows]).encode("cp850"), "B", source, MASTER)
    assert isinstance(scan, Scan)
    assert (scan.bin, scan.scanned_at) == ("CHÃO-01", datetime(2026, 3, 9, 2))


def test_numbers_begin_again_with_the_next_shift() -> None:
    nights = [read(porto(f"HH-01;1;K11074;SECO-01;pick;2;{day}/03/2026 02:00:00"))[0] for day in ("08", "09")]
    refs = {movement("f", "B", scan)["ref"] for scan in nights if isinstance(scan, Scan)}
    assert len(refs) == 2
