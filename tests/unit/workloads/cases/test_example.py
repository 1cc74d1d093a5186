"""The example of the page on businesses: it lints, and its money, facts and settlement are what it says."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from labs.library.vocabulary import vocabulary
from scenarios.loader import examine
from scenarios.model import Scenario
from simulator.workloads.base import Intent
from tests.unit.workloads.cases.conftest import Make
from tests.unit.workloads.cases.labels import PAGE, Lap, changed, write


class Truth:
    """What a label is to be, computed here by hand from the lap's data."""

    def __init__(self, lap: Lap) -> None:
        clean = lap.data["parcels"].clean
        self.parcels = {row[0]: dict(zip(clean, row, strict=True)) for row in _rows(clean)}
        items = lap.data["parcel_items"].clean
        self.grams: dict[str, int] = defaultdict(int)
        self.penalty: dict[str, int] = defaultdict(int)
        for row in (dict(zip(items, one, strict=True)) for one in _rows(items)):
            self.grams[row["parcel"]] += row["grams"]
            self.penalty[row["parcel"]] += row["penalty"]
        tariffs = lap.data["tariffs"].clean
        self.tariffs = sorted((r[2], r[1], r[3]) for r in _rows(tariffs))
        self.plan = lap.plan

    def service(self, intent: Intent) -> str:
        parcel = self.parcels[str(intent.key)]
        kilos = self.grams[str(intent.key)] / 1000
        return "express" if parcel["contract"] == "next-day" else "standard" if kilos > 20 else "economy"

    def price(self, intent: Intent, sim: datetime) -> float:
        zone = self.parcels[str(intent.key)]["zone"]
        level = [price for at, where, price in self.tariffs if where == zone and at <= sim][-1]
        return float(round(level * self.grams[str(intent.key)] / 1000 + 1e-9, 2))

    def right(self, intent: Intent, **other: Any) -> dict[str, Any]:
        price = self.price(intent, self.plan.sim(intent.at))
        return {"parcel": intent.key, "service": self.service(intent), "price": {"amount": price}} | other


def _rows(columns: Any) -> list[tuple[Any, ...]]:
    return list(zip(*(values.tolist() for values in columns.values()), strict=True))


def graded(lap: Lap, truth: Truth, heavy: bool = False) -> Intent:
    return next(i for i in lap.intents if i.at > 4 and (not heavy or truth.grams[str(i.key)] > 1000))


def test_it_lints(tmp_path: Path) -> None:
    scenario, problems = examine(write(tmp_path), vocabulary(), notes=True)
    assert problems == ()
    assert scenario is not None
    assert scenario.business["late-labels"].name == "late-labels"
    # So that `run.json` and the field's process have it.
    played = scenario.placed({})
    assert Scenario.model_validate_json(played.model_dump_json(by_alias=True)) == played
    assert played.business == scenario.business


def test_a_lap_in_which_all_is_right_costs_nothing(lap: Make) -> None:
    played = lap()
    truth = Truth(played)
    assert len(played.intents) == 300
    assert [i.at for i in played.intents] == sorted(i.at for i in played.intents)
    for intent in played.intents:
        assert played.answer(intent, truth.right(intent)).outcome == "ok", intent
    played.settle({"wms": {"tells": {"manifest": [{"parcel": i.key, "tracking": "t"} for i in played.intents]}}})
    assert played.rows("ledger") == []
    assert {row["verdict"] for row in played.rows("facts_labels")} == {"right"}
    assert [(row["labels"], row["rows"]) for row in played.rows("facts_manifest")] == [(1, 1)] * 300
    assert played.rows("cuts") == []


def test_each_direction_has_its_price(lap: Make) -> None:
    played = lap()
    truth = Truth(played)
    intents = [i for i in played.intents if i.at > 4 and truth.grams[str(i.key)] > 1000][:5]
    price = [truth.price(i, played.plan.sim(i.at)) for i in intents]
    late = [truth.parcels[str(i.key)]["late_fee"] for i in intents]
    other = "economy" if truth.service(intents[2]) == "express" else "express"
    said = [
        played.answer(intents[0], truth.right(intents[0], price={"amount": 0})),
        played.answer(intents[1], truth.right(intents[1], price={"amount": 90_000.0})),
        played.answer(
            intents[2],
            truth.right(intents[2], service=other),
        ),
        played.answer(intents[3], truth.right(intents[3], parcel="P-99999")),
        # Two hours and a half of simulated time after the truck that leaves last.
        played.answer(intents[4], truth.right(intents[4]), after=(120 + 150) / 12),
    ]
    assert {judged.outcome for judged in said} == {"wrong"}
    assert said[3].detail == "the answer is for P-99999"
    booked = {(row["account"], row["key"]): row["amount"] for row in played.rows("ledger")}
    keys = [str(i.key) for i in intents]
    least = min(truth.price(intents[0], t) for t in (played.plan.sim(intents[0].at),))
    assert booked["undercharged", keys[0]] == pytest.approx(-least, abs=price[0])
    assert booked["undercharged", keys[0]] < 0
    assert booked["complaints", keys[1]] == -4.5
    assert booked["penalties", keys[2]] == -truth.penalty[keys[2]]
    assert booked["penalties", keys[3]] == -truth.penalty[keys[3]]
    hours = {round(-booked["lateness", keys[4]] / late[4])}
    assert hours <= {3, 4, 5}
    facts = {row["parcel"]: row for row in played.rows("facts_labels")}
    assert [facts[key]["verdict"] for key in keys] == ["too-cheap", "too-dear", "wrong-service", "none", "late"]
    assert facts[keys[3]]["service"] is None


def test_a_customer_asks_again_after_503_and_no_more_than_twice(lap: Make) -> None:
    played = lap()
    truth = Truth(played)
    intent = graded(played, truth)
    asked = [intent]
    for number in (2, 3):
        judged = played.answer(asked[-1], {}, status=503)
        assert judged.outcome == "error"
        (again,) = judged.then
        assert (again.id, again.body) == (f"labels-{intent.key}-{number}", intent.body)
        assert again.at == pytest.approx(asked[-1].at + 0.05 + 5 * 60 / played.plan.span(intent.at).rate)
        asked.append(again)
    assert played.rows("facts_labels") == []
    assert played.answer(asked[-1], {}, status=503).then == ()
    assert [row["verdict"] for row in played.rows("facts_labels")] == ["none"]


def test_what_belongs_to_no_case_is_found_in_the_end(lap: Make) -> None:
    played = lap()
    truth = Truth(played)
    two = [i for i in played.intents if i.at > 4][:2]
    for intent in two:
        played.answer(intent, truth.right(intent))
    manifest: list[Any] = [{"parcel": "P-none", "tracking": 7, "loaded_at": "never"}, {"parcel": two[0].key}] * 2
    played.settle({"wms": {"tells": {"manifest": [*manifest, None, [1], {}]}}})
    settled = {row["parcel"]: (row["labels"], row["rows"]) for row in played.rows("facts_manifest")}
    assert settled[two[0].key] == (1, 2)
    assert settled[two[1].key] == (1, 0)
    assert settled["P-none"] == (0, 2)
    ours = ("lost-parcels", "loaded-twice")
    booked = {(r["account"], r["key"]): r["amount"] for r in played.rows("ledger") if r["account"] in ours}
    assert booked == {
        ("loaded-twice", "P-none"): -24.0, ("loaded-twice", two[0].key): -12.0, ("lost-parcels", two[1].key): -80.0,
    }  # fmt: skip


def test_rows_that_could_not_be_read_are_said_to_be_missing(lap: Make) -> None:
    played = lap()
    played.settle({"wms": {"tells": {}, "untold": {"manifest": "permission denied"}}})
    assert {row["source"] for row in played.rows("cuts")} == {"facts_manifest", "ledger"}


def test_a_question_that_fails_on_what_a_deployment_left_fails_no_lap(lap: Make) -> None:
    sql = "select 0.0 as due_at, cast(tracking as integer) as n from manifest"
    tables = {"facts_manifest": {"about": "x", "columns": {"n": "integer"}, "sql": sql}}
    read = {"manifest": {"part": "wms", "tells": "manifest", "columns": {"tracking": "text"}}}
    played = lap(changed(settle={"reads": read, "tables": tables}, decisions=None))
    played.settle({"wms": {"tells": {"manifest": [{"tracking": "x"}]}}})
    assert {row["source"] for row in played.rows("cuts")} == {"facts_manifest"}


def test_the_page_names_all_that_there_is() -> None:
    from scenarios.business import Business, Cases
    from scenarios.exchange import Request
    from simulator.workloads.cases.functions import WORDS
    from simulator.workloads.cases.names import BUILT_IN

    page = PAGE.read_text("utf-8")
    for model in (Business, Cases, Request):
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}" in page or f"cases.{name}" in page or f"{name}:" in page, name
    for word in (*WORDS, *BUILT_IN):
        assert f"`{word}" in page, word
