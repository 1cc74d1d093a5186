"""What the scenario ships agrees with itself, with its data, and with what the files and the WMS are said to be."""

import csv
from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from scenarios.loader import load
from scenarios.variants import LIBRARY
from simulator.dirt import Dataset, Datasets
from simulator.dirt.render import Csv, render
from simulator.drawing import INCIDENT_SEED, drawn

FOLDER = LIBRARY / "phantom-stock"
TEMPLATE = load(FOLDER)
SCENARIO = drawn(TEMPLATE, INCIDENT_SEED)
SITES = {"A": "scans_a", "B": "scans_b", "C": "scans_c"}
FEEDS = {"A": "dublin", "B": "porto", "C": "overseas"}


@pytest.fixture(scope="module", params=[1, 2, 3])
def data(request: pytest.FixtureRequest) -> Datasets:
    return made(request.param)


def made(seed: int) -> Datasets:
    scenario = drawn(TEMPLATE, seed)
    return Datasets(scenario.datasets, seed, scenario.clock.starts)


def halls(data: Datasets) -> dict[str, dict[str, str]]:
    """What is said of each site in `wms.halls`."""
    columns = {name: values.tolist() for name, values in data["halls"].clean.items()}
    return {site: {name: values[n] for name, values in columns.items()} for n, site in enumerate(columns["site"])}


def shares(data: Datasets, kind: str, what: str = "cell") -> float:
    """Of all delivered rows, how many a kind of dirt struck."""
    sets = [data[name] for name in SITES.values()]
    return sum(e.kind == kind and e.what == what for s in sets for e in s.ledger) / sum(len(s.origin) for s in sets)


def test_the_rates_are_those_of_the_case(data: Datasets) -> None:
    cased = sum(unit > 1 for unit in data["skus"].clean["unit"].tolist())
    assert 3 <= cased <= 20, "two suppliers of twelve label cases"
    assert 0.03 <= shares(data, "wrong-unit") <= 0.4
    assert shares(data, "duplicate", "extra") == pytest.approx(0.036, abs=0.012)


def test_devices_and_numbers_are_the_same_in_two_sites_and_two_nights_but_not_in_one(data: Datasets) -> None:
    keys = {site: ids(data[name]) for site, name in SITES.items()}
    for found in keys.values():
        assert len(set(found)) == len(found)
        one, two = ({key[1:] for key in found if key[0] == night} for night in (1, 2))
        assert 0.1 < len(one & two) / min(len(one), len(two)) < 0.25, "one in six"
    assert 0.1 < len(set(keys["A"]) & set(keys["B"])) / len(keys["B"]) < 0.25


def test_a_night_is_one_day_by_wms_time_and_the_next_is_another(data: Datasets) -> None:
    for name in SITES.values():
        clean = data[name].clean
        days = {
            (night, at.date()) for night, at in zip(clean["night"].tolist(), clean["scanned_at"].tolist(), strict=True)
        }
        assert len(days) == 2


def ids(scans: Dataset) -> list[tuple[int, str, int]]:
    columns = (scans.clean[name].tolist() for name in ("night", "device", "seq"))
    return list(zip(*columns, strict=True))


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


def test_the_wall_clock_overseas_is_as_the_wms_says_and_goes_forward_in_between(data: Datasets) -> None:
    zone = ZoneInfo(halls(data)["C"]["zone"])
    clean, gaps = data["scans_c"].clean["scanned_at"].tolist(), set()
    assert any(entry.kind == "local-time" for entry in data["scans_c"].ledger)
    for entry in data["scans_c"].ledger:
        if entry.kind == "local-time":
            assert entry.dirty == entry.clean.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
            gaps.add(entry.clean - entry.dirty)
    assert len(clean) == sum(entry.kind == "local-time" for entry in data["scans_c"].ledger)
    assert max(gaps) - min(gaps) == timedelta(hours=1)


def test_the_incident_is_the_night_that_the_briefing_tells_of() -> None:
    data = Datasets(SCENARIO.datasets, INCIDENT_SEED, SCENARIO.clock.starts)
    assert (SCENARIO.clock.starts.date().isoformat(), halls(data)["C"]["town"]) == ("2026-03-08", "Halifax")
    porto = halls(data)["B"]
    assert (porto["encoding"], porto["delimiter"], porto["dates"]) == ("cp1252", ";", "%d/%m/%Y %H:%M:%S")


def test_no_exam_is_of_the_incidents_night_hall_or_gateway() -> None:
    told = halls(Datasets(SCENARIO.datasets, INCIDENT_SEED, SCENARIO.clock.starts))
    for seed in range(1, 9):
        assert drawn(TEMPLATE, seed).clock.starts != SCENARIO.clock.starts
        other = halls(made(seed))
        assert other["C"]["town"] != told["C"]["town"]
        assert other["B"]["dates"] != told["B"]["dates"]


def test_portos_files_are_as_the_wms_says_with_some_utf_8_among_them(data: Datasets) -> None:
    scans, hall = data["scans_b"], halls(data)["B"]
    how = Csv.model_validate(SCENARIO.site["drop"].with_["feeds"]["porto"]["formats"][hall["porto"]])
    assert (how.encoding, how.delimiter, how.dates) == (hall["encoding"], hall["delimiter"], hall["dates"])
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
    ways = [how for feed in feeds.values() for how in (feed.get("formats", {}).values() or [feed["csv"]])]
    assert len(ways) > len(feeds)
    assert all(list(how["columns"]) == titles and how["trailer"] == "#END;{rows}" for how in ways)
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
