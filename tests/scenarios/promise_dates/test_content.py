"""What the scenario ships agrees with itself and with the customer's ERP."""

import csv
import re
import sys
from datetime import date
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator.parts.soap_erp as soap_erp
from scenarios.loader import load
from scenarios.variants import LIBRARY
from simulator.parts.soap_erp.articles import articles, name
from simulator.parts.soap_erp.fixedwidth import FileOrder, parse
from simulator.parts.soap_erp.numbers import render

FOLDER = LIBRARY / "promise-dates"
SCENARIO = load(FOLDER)
SOLUTIONS = ("solution", "solution-alt")


def module(path: str) -> ModuleType:
    """A module of a deployment that needs nothing of its neighbours."""
    spec = spec_from_file_location(re.sub(r"\W", "_", path), FOLDER / path)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


def test_the_interface_description_is_the_parts() -> None:
    part = Path(soap_erp.__file__).with_name("README.md")
    assert (FOLDER / "workspace/docs/erp-interface.md").read_bytes() == part.read_bytes()


def test_the_assortment_is_the_erps() -> None:
    with (FOLDER / "workspace/config/articles.csv").open(newline="", encoding="utf-8") as file:
        rows = [(row["article"], row["name"]) for row in csv.DictReader(file)]
    assert rows == [(article, name(article)) for article in articles(80)]
    assert SCENARIO.site["erp"].with_["articles"] == SCENARIO.traffic["orders"].with_["articles"] == len(rows)


def test_the_web_servers_log_shows_far_more_fast_failures_than_slow_ones() -> None:
    log = (FOLDER / "workspace/ops/nginx-access.log").read_text("utf-8")
    found = [(int(status), float(rt)) for status, rt in re.findall(r'" (\d{3}) \d+ rt=([\d.]+)', log)]
    failed = [rt for status, rt in found if status >= 500]
    assert sum(rt < 1 for rt in failed) > 10 * sum(rt > 1 for rt in failed) > 0


@settings(deadline=None)  # the first example pays for loading what is tested
@given(st.integers(0, 9_999))
def test_the_old_parser_reads_the_demo_system_and_misreads_the_real_one(pieces: int) -> None:
    old = module("workspace/app/erp/values.py")
    assert old.parse_quantity(render(pieces, "en_US")) == pieces
    assert pieces == 0 or old.parse_quantity(render(pieces, "de_DE")) != pieces


@pytest.mark.parametrize("solution", SOLUTIONS)
@settings(deadline=None)  # the first example pays for loading what is tested
@given(hundredths=st.integers(0, 10**11))
def test_the_new_parser_reads_what_the_erp_writes(solution: str, hundredths: int) -> None:
    new = module(f"{solution}/app/erp/values.py")
    quantity = Decimal(hundredths).scaleb(-2)
    assert new.parse_quantity(render(quantity, "de_DE")) == quantity


@pytest.mark.parametrize("solution", SOLUTIONS)
@settings(deadline=None)  # the first example pays for loading what is tested
@given(st.lists(st.tuples(st.integers(1, 999_999), st.integers(1, 9_999), st.dates(date(2000, 1, 1))), max_size=5))
def test_the_erp_reads_the_files_that_are_written(solution: str, orders: list[tuple[int, int, date]]) -> None:
    file = module(f"{solution}/app/erp/orderfile.py")
    lines = [file.Line(f"R-{n}", f"HW-{n:06d}", "A-1001", quantity, day) for n, quantity, day in orders]
    known = {"A-1001"}.__contains__
    assert parse(file.render(lines, date(2026, 3, 3)), known) == [
        FileOrder(line.reference, line.article, Decimal(line.quantity), line.day, line.order) for line in lines
    ]
