"""What the scenario ships agrees with itself, with its data, and with what the files and the WMS are said to be."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import yaml

from scenarios.loader import load
from scenarios.variants import LIBRARY
from simulator.dirt import Dataset, Datasets
from simulator.dirt.render import Csv, render

FOLDER = LIBRARY / "phantom-stock"
SCENARIO = load(FOLDER)
SITES = {"A": "scans_a", "B": "scans_b", "C": "scans_c"}
FEEDS = {"A": "dublin", "B": "porto", "C": "halifax"}


@pytest.fixture(scope="module", params=[1, 2, 3])
def data(request: pytest.FixtureRequest) -> Datasets:
    return Datasets(SCENARIO.datasets, request.param, SCENARIO.clock.starts)


def shares(data: Datasets, kind: str, what: str = "cell") -> float:
    """Of all delivered rows, how many a kind of dirt struck."""
    sets = [data[name] for name in SITES.values()]
    return sum(e.kind == kind and e.what == what for s in sets for e in s.ledger) / sum(len(s.origin) for s in sets)


def test_the_rates_are_those_of_the_case(data: Datasets) -> None:
    suppliers = Counter(data["skus"].clean["supplier"].tolist())
    assert (suppliers["S3"] + suppliers["S7"]) / 60 == pytest.approx(0.12, abs=0.01), "12 % of SKUs count cases"
    assert 0.06 <= shares(data, "wrong-unit") <= 0.2
    assert shares(data, "duplicate", "extra") == pytest.approx(0.034, abs=0.005)


def test_devices_and_numbers_are_the_same_in_two_sites_but_not_in_one(data: Datasets) -> None:
    keys = {site: ids(data[name]) for site, name in SITES.items()}
    assert all(len(set(found)) == len(found) for found in keys.values())
    shared = len(set(keys["A"]) & set(keys["B"])) / len(keys["B"])
    assert 0.1 < shared < 0.25, "one in six"


def ids(scans: Dataset) -> list[tuple[str, int]]:
    return list(zip(scans.clean["device"].tolist(), scans.clean["seq"].tolist(), strict=True))


def test_what_is_sent_again_comes_within_a_minute_and_a_half(data: Datasets) -> None:
    scans = data["scans_a"]
    twice = {e.row: e.clean for e in scans.ledger if e.what == "extra"}
    at = scans.dirty["scanned_at"].tolist()
    gaps = [at[row] - scans.clean["scanned_at"].tolist()[scans.origin[row]] for row in twice]
    assert min(gaps) >= timedelta(seconds=1)
    assert max(gaps) <= timedelta(seconds=90)


def test_genuine_repeats_are_common_enough_to_be_lost_by_guessing(data: Datasets) -> None:
    scans = data["scans_a"].clean
    rows = sorted(zip(scans["sku"].tolist(), scans["movement"].tolist(), scans["qty"].tolist(),
                      scans["scanned_at"].tolist(), strict=True))  # fmt: skip
    close = sum(a[:3] == b[:3] and b[3] - a[3] <= timedelta(minutes=5) for a, b in pairwise(rows))
    assert close / len(rows) > 0.01


def test_halifax_is_four_hours_behind_and_then_three(data: Datasets) -> None:
    gaps: dict[timedelta, list[Any]] = defaultdict(list)
    for entry in data["scans_c"].ledger:
        if entry.kind == "local-time":
            gaps[entry.clean - entry.dirty].append(entry.clean)
    assert set(gaps) == {timedelta(hours=4), timedelta(hours=3)}
    assert max(gaps[timedelta(hours=4)]).hour == 5
    assert min(gaps[timedelta(hours=3)]).hour == 6


def test_portos_bytes_are_cp1252_with_some_utf_8_among_them(data: Datasets) -> None:
    scans = data["scans_b"]
    how = Csv.model_validate(SCENARIO.site["drop"].with_["feeds"]["porto"]["csv"])
    content = render({name: values.tolist() for name, values in scans.dirty.items()}, range(800), how)
    lines = content.split(b"\r\n")[1:-2]
    accented = [line for line in lines if not line.isascii()]
    new = [line for line in accented if is_utf_8(line)]
    assert len(accented) > 0.6 * len(lines)
    assert 0.01 < len(new) / len(accented) < 0.15
    assert all(b"CH\xc3\x83O" in line or b"C\xc3\x82MARA" in line or b"TAL\xc3\x83O" in line for line in new)


def is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_every_feed_of_a_site_writes_what_the_docs_say() -> None:
    feeds = SCENARIO.site["drop"].with_["feeds"]
    titles = list(feeds["dublin"]["csv"]["columns"])
    assert ",".join(titles) in (FOLDER / "workspace/docs/scan-files.md").read_text("utf-8")
    assert all(feed["csv"]["trailer"] == "#END;{rows}" for feed in feeds.values())
    assert {site: feeds[name]["data"] for site, name in FEEDS.items()} == SITES


def rows_of_daily() -> Iterator[dict[str, str]]:
    with (FOLDER / "workspace/ops/daily.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def short(site: str, model: str | None = None, *days: str) -> float:
    """Short picks a line, of days that begin like one of `days`."""
    some = [r for r in rows_of_daily() if r["site"] == site and model in (None, r["model"])
            and r["day"].startswith(days or ("2026",))]  # fmt: skip
    return sum(int(r["short_picks"]) for r in some) / sum(int(r["lines"]) for r in some)


def test_the_daily_numbers_clear_the_model() -> None:
    assert short("A", "v2", "2026-02") < 1.1 * short("A", "v1"), "the pilot in Dublin did no harm"
    assert short("B", "v2", "2026-03-03") < 0.5 * short("B", "v2", "2026-03-02", "2026-03-04")
    assert short("B", "v2") > 2 * short("B", "v1"), "and yet it began with it"


def test_the_contract_of_the_reference_is_what_the_feeds_do() -> None:
    feeds = SCENARIO.site["drop"].with_["feeds"]
    sources = yaml.safe_load((FOLDER / "solution/config/service.yaml").read_text("utf-8"))["sources"]
    for site, name in FEEDS.items():
        how = Csv.model_validate(feeds[name]["csv"])
        assert sources[site]["delimiter"] == how.delimiter
        assert sources[site]["dates"] == how.dates
        assert how.encoding in sources[site]["encodings"]
