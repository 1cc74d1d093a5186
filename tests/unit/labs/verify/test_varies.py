"""What comes out the same for every seed is listed, unless the scenario says why."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from labs.base.errors import UsageProblem
from labs.cli.varies import varies as command
from labs.library.vocabulary import vocabulary
from labs.verify.varies import Varies, varies
from scenarios.loader import load
from tests.unit.labs import little

GOODS = {
    "rows": 30,
    "columns": {
        "number": {"sequence": {}},
        "pack": {"formula": "where(number % 3 == 0, 24, 6)"},
        "zone": {"pick": ["north", "south"]},
        "price": {"number": {"uniform": {"from": 1, "to": 9}}},
        "net": {"formula": "price * 0.8"},
        "at": {"time": {"spans": "10h sim"}},
    },
    "drift": [{"column": "price", "to": {"uniform": {"from": 5, "to": 20}}, "by": "at", "at": "2026-03-02T10:00"}],
}
DRAWN_DRIFT = [{**GOODS["drift"][0], "at": "2026-03-02T09:00..2026-03-02T14:30"}]  # type: ignore[index, dict-item]


def made(folder: Path, **changes: Any) -> Varies:
    little.make(folder, **changes)
    return varies(load(folder, vocabulary()))


@pytest.fixture
def goods(tmp_path: Path) -> dict[str, str]:
    found = made(tmp_path / "little", datasets={"goods": GOODS})
    return {one.name: one.says for one in found.findings}


def test_a_fixed_lap_is_the_same_in_every_respect(goods: dict[str, str]) -> None:
    assert goods["phases.morning.begins"] == "second 1 of the lap"
    assert goods["phases.morning.lasts"] == "5 s"
    assert goods["traffic.orders.rate"] == "20/s"
    assert {"site.erp.sessions", "site.erp.token"} <= goods.keys()
    assert not [name for name in goods if "warm-up" in name]


def test_columns_are_compared_row_by_row_and_by_their_values(goods: dict[str, str]) -> None:
    assert goods["datasets.goods.pack"] == "the same in each row: 6, 6, 24, …"
    assert goods["datasets.goods.zone.values"] == "always 2 values: north, south"
    assert {"datasets.goods.pack.values", "datasets.goods.zone", "datasets.goods.price"}.isdisjoint(goods)
    assert "datasets.goods.number" not in goods, "it is what names a row"


def test_a_ratio_between_two_columns_is_a_rule_that_can_be_learnt(goods: dict[str, str]) -> None:
    assert goods["datasets.goods.net/price"] == "always 0.8"


def test_the_day_and_the_second_of_a_drift_are_listed_until_they_are_drawn(tmp_path: Path) -> None:
    fixed = made(tmp_path / "fixed", datasets={"goods": GOODS})
    drawn = made(tmp_path / "drawn", datasets={"goods": {**GOODS, "drift": DRAWN_DRIFT}})
    names = {"datasets.goods.drift.0.date", "datasets.goods.drift.0.second"}
    assert names <= {one.name for one in fixed.same}
    assert names.isdisjoint(one.name for one in drawn.same)


def test_what_is_drawn_is_no_finding_and_what_follows_from_it_is_none(tmp_path: Path) -> None:
    phases = [{"name": "warm-up", "lasts": "1s..3s", "simulates": "8m", "graded": False}, *little.PHASES[1:]]
    names = {one.name for one in made(tmp_path / "little", phases=phases).findings}
    assert "phases.morning.begins" not in names
    assert "phases.morning.lasts" in names


def test_a_reason_settles_what_it_names_and_must_name_something(tmp_path: Path) -> None:
    why = {"site.erp.*": "what the vendor's licence says", "phases.evening.*": "there is none"}
    found = made(tmp_path / "little", constant=why)
    assert {one.because for one in found.same if one.name.startswith("site.erp.")} == {why["site.erp.*"]}
    assert not [one for one in found.findings if one.name.startswith("site.erp.")]
    assert found.idle == ("phases.evening.*",)


def test_the_command_lists_them_and_its_code_says_so(tmp_path: Path) -> None:
    folder = little.make(tmp_path / "little")
    told = CliRunner().invoke(command, [str(folder)])
    assert told.exit_code == 1
    assert "phases.morning.lasts" in told.output
    found = json.loads(CliRunner().invoke(command, [str(folder), "--json"]).stdout)
    assert found["seeds"] == [1, 2, 3, 4, 5]
    assert {"name": "phases.morning.lasts", "says": "5 s", "because": None} in found["same"]
    given = yaml.safe_load((folder / "scenario.yaml").read_text())
    (folder / "scenario.yaml").write_text(yaml.safe_dump({**given, "constant": {"*": "this is a toy"}}))
    assert CliRunner().invoke(command, [str(folder)]).exit_code == 0


def test_data_that_cannot_be_made_is_the_author_s_to_mend(tmp_path: Path) -> None:
    less = {"number": {"uniform": {"from": -2, "to": -1}}}
    bad = {"rows": 3, "key": "key", "columns": {"key": {"sequence": {}}, "less": less, "bad": {"formula": "log(less)"}}}
    folder = little.make(tmp_path / "little", datasets={"goods": bad})
    with pytest.raises(UsageProblem):
        CliRunner().invoke(command, [str(folder)], catch_exceptions=False)
