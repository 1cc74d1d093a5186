"""What arrives in the drop, and when, follows from the feeds and a seed."""

import csv
import hashlib
import itertools
import re
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.clock import Timeline
from simulator.dirt.render import Csv, render
from simulator.parts.sftp_drop.arrivals import ALWAYS, Arrival, Source, arrivals
from simulator.parts.sftp_drop.params import Feed
from tests.unit.parts.test_schedule import BEGIN, timeline

ROWS = 240
CLEAN: dict[str, list[Any]] = {
    "site": ["AB"[n % 2] for n in range(ROWS)],
    "at": [BEGIN + timedelta(minutes=11 * n) for n in range(ROWS)],
    "qty": [n / 4 for n in range(ROWS)],
}
SCANS = Source(CLEAN, CLEAN | {"site": [" A" if n % 2 == 0 else "B" for n in range(ROWS)]})


def made(timeline_: Timeline | None = None, seed: int = 7, **feed: Any) -> list[Arrival]:
    given_ = {"name": "scans_{site}_{date}_{n}.csv", "data": "scans", "time": "at", "split": ["site"], "every": 7200.0}
    return arrivals({"scans": Feed.model_validate(given_ | feed)}, timeline_ or timeline(), seed, {"scans": SCANS})


def rows(file: Arrival) -> list[list[str]]:
    return list(csv.reader(file.content.decode().splitlines()))[1:]


def test_each_file_holds_the_rows_that_are_new_of_one_site() -> None:
    files = made()
    assert [file.path for file in files[:2]] == ["/outbox/scans_A_20260302_1.csv", "/outbox/scans_B_20260302_2.csv"]
    found = [datetime.fromisoformat(row[1]) for file in files for row in rows(file)]
    last = max(file.due for file in files)
    assert sorted(found) == [at for at in CLEAN["at"] if at <= last]
    for file in files:
        assert all(file.due - timedelta(hours=2, minutes=11) <= datetime.fromisoformat(row[1]) <= file.due
                   for row in rows(file))  # fmt: skip
        assert {row[0] for row in rows(file)} <= {" A" if "_A_" in file.path else "B"}
        assert file.begins == file.ends == timeline().when(file.due)


def test_without_a_time_rows_are_spread_evenly() -> None:
    files = made(time=None, split=[], name="x_{n}.csv")
    assert sum(file.rows for file in files) == ROWS
    assert {file.rows for file in files} <= {ROWS // len(files), ROWS // len(files) + 1}


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_shares_are_exact(seed: int) -> None:
    files = made(seed=seed, every=3600.0, late={"share": 0.25, "from": 3600.0, "to": 7200.0}, duplicated=0.5, cut=0.25,
                 misnamed=0.25, lost=0.0)  # fmt: skip
    originals = [file for file in files if file.kind == "original"]
    assert len(originals) == 94
    for share, struck in ((0.25, "late"), (0.25, "cut"), (0.25, "misnamed")):
        assert sum(bool(getattr(f, struck)) for f in originals) == pytest.approx(len(originals) * share, abs=1)
    assert sum(file.kind == "duplicate" for file in files) == pytest.approx(len(originals) / 2, abs=1)
    named = {file.path for file in originals}
    assert all(file.original in named for file in files if file.kind == "duplicate")
    for file in originals:
        late = (file.begins - timeline().when(file.due)) * timeline().spans[0].rate
        assert late == pytest.approx(0, abs=1) if not file.late else late >= 3599


def test_a_file_is_sent_again_with_its_last_rows() -> None:
    files = made(resent={"share": 1.0, "from": 3600.0, "to": 3600.0, "rows": 0.5}, write=600.0)
    first = next(file for file in files if file.kind == "original")
    again = next(file for file in files if file.kind == "resent" and file.path == first.path)
    assert rows(again) == rows(first)[-again.rows :]
    assert again.rows == again.repeated == round(first.rows / 2)
    rate = timeline().spans[0].rate
    assert (again.begins - first.ends) * rate == pytest.approx(3600)
    assert (first.ends - first.begins) * rate == pytest.approx(600)


def test_files_overlap() -> None:
    files = [file for file in made(overlap=0.5) if "_A_" in file.path]
    for before, after in itertools.pairwise(files):
        assert rows(after)[: after.repeated] == rows(before)[len(rows(before)) - after.repeated :]
    assert all(file.repeated for file in files[1:])


def test_without_a_schedule_a_file_is_there_from_the_beginning() -> None:
    (file,) = made(every=None, split=[], time=None, name="all.csv")
    assert (file.begins, file.ends, file.rows) == (ALWAYS, ALWAYS, ROWS)


def test_an_exporter_writes_in_its_own_way() -> None:
    how = Csv(delimiter=";", encoding="cp1252", newline="crlf", dates="%d/%m/%Y", decimal=",", missing="-",
              columns={"name": "Näme", "qty": "Qty", "on": "On"}, trailer="END {rows}")  # fmt: skip
    columns: dict[str, list[Any]] = {
        "on": [datetime(2026, 3, 2), None],
        "qty": [1.5, float("nan")],
        "name": ["Müller; Söhne", "Łódź"],
    }
    said = render(columns, [0, 1], how).decode("cp1252")
    assert said == 'Näme;Qty;On\r\n"Müller; Söhne";1,5;02/03/2026\r\n?ódz;-;-\r\nEND 2\r\n'.replace("z;-", "?;-")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "{sight}.csv"}, "{sight} is none of {date}, {time}, {due}, {n}, {site}"),
        ({"name": "{.csv"}, "cannot be filled in"),
        ({"text": "x"}, "either `text` or `data`"),
        ({"csv": {"encoding": "cp1525"}}, "is no encoding"),
        ({"csv": {"trailer": "{lines}"}}, "is none of {rows}"),
        ({"split": [], "formats": {"A": {}}, "name": "x"}, "chosen by the first column"),
        ({"late": {"share": 0.1, "from": 10.0, "to": 5.0}}, "`to` is below `from`"),
    ],
)
def test_what_cannot_be_is_refused_in_words(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        made(**wrong)


def test_the_same_seed_gives_the_same_bytes_in_every_process() -> None:
    argv = [sys.executable, "-c", "from tests.unit.parts.test_arrivals import digest; print(digest())"]
    said = [subprocess.check_output(argv, env={"PYTHONHASHSEED": seed}, text=True) for seed in "12"]
    assert said == [f"{digest()}\n"] * 2


def digest() -> str:
    files = made(
        late={"share": 0.2, "from": 60.0, "to": 7200.0}, misnamed=0.3, cut=0.3, lost=0.1, duplicated=0.2,
        resent={"share": 0.3, "from": 60.0, "to": 7200.0},
    )  # fmt: skip
    return hashlib.sha256(repr([(file, file.content) for file in files]).encode()).hexdigest()
