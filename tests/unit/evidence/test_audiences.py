"""Whose each table and column is, and that the customer's side of evidence holds nothing of the examiner's."""

from pathlib import Path

import pytest

from simulator.evidence.reader import EvidenceMissing, open_evidence
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import AT, CORE, CUSTOMER, EXAMINER, Column, Table
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS
from tests.unit.grader.laps import Lap

OF_PARTS = [table for kind in PARTS.values() for table in kind.tables]
OF_WORKLOADS = [table for kind in WORKLOADS.values() for table in kind.tables]
EVERY = {table.name: table for table in (*CORE, STRUCK, *OF_PARTS, *OF_WORKLOADS)}


@pytest.mark.parametrize("table", EVERY.values(), ids=EVERY)
def test_every_column_says_whose_it_is(table: Table) -> None:
    assert {column.whose for column in table.columns} <= {CUSTOMER, EXAMINER}
    # Without its clock, nobody could say when a row was, and then it is better not told at all.
    assert not table.shown or table.clock in {column.name for column in table.shown}


@pytest.mark.parametrize("table", EVERY.values(), ids=EVERY)
def test_what_says_what_is_true_is_the_examiners(table: Table) -> None:
    shown = {column.name for column in table.shown}
    assert not shown & {"truth", "true", "belongs", "sound", "false_alarm", "clean", "mechanism"}
    assert not [name for name in shown if name.startswith(("true_", "would_"))]


def test_a_table_must_say_whose_it_is() -> None:
    with pytest.raises(ValueError, match="whose is at, x, customer or examiner"):
        Table("facts_x", "", (AT, Column("x", "text")))
    with pytest.raises(ValueError, match="whose is x, customer or examiner"):
        Table("facts_x", "", (Column("at", "real", whose=CUSTOMER), Column("x", "text")))


def test_the_customer_sees_no_truth(tmp_path: Path) -> None:
    lap = Lap().request(3.0).request(4.0, "wrong", detail="told 3, costs 2").request(5.0, "error", detail="503")
    lap.add("ledger", at=4.0, account="left", amount=-3, cause="too-high", key="HW-1")
    lap.add("faults", at=4.0, link="erp", kind="latency")
    folder = lap.write(tmp_path)
    with open_evidence(folder) as evidence:
        seen = evidence.rows("select outcome, detail from requests order by intended_at", 9)
        assert seen == [
            {"outcome": "ok", "detail": None}, {"outcome": "ok", "detail": None}, {"outcome": "error", "detail": "503"}
        ]  # fmt: skip
        assert evidence.rows("select * exclude (lap, phase, phase_at) from ledger", 9) == [
            {"at": 4.0, "account": "left", "amount": -3, "key": "HW-1"}
        ]
        assert {"faults", "struck", "corruptions", "drifts"}.isdisjoint(evidence.tables)
        with pytest.raises(EvidenceMissing):
            _ = evidence.runs
        assert [span.name for span in evidence.laps[0].spans] == ["warm-up", "day", "night", "drain"]
    with open_evidence(folder, audience=EXAMINER) as evidence:
        assert evidence.ask("select outcome, detail from requests where outcome = 'wrong'") == [
            ("wrong", "told 3, costs 2")
        ]
        assert evidence.ask("select cause from ledger") == [("too-high",)]
