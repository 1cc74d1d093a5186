from labs.vocabulary import vocabulary
from scenarios.model import Check, FaultUse
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE


def test_it_has_everything_that_is_installed() -> None:
    words = vocabulary()
    assert "soap-erp" in words.parts
    assert "order-promising" in words.workloads
    assert {"latency", "reset"} <= words.faults.keys()
    assert words.units["availability"] == "share"
    assert words.units.keys() == words.measures.keys()
    assert words.tables.keys() == {table.name for table in (*CORE, STRUCK)}
    assert "facts_sessions" in words.part_tables["soap-erp"]
    assert words.part_tables.keys() == words.parts.keys()
    assert words.workload_tables.keys() == words.workloads.keys()


def test_questions_are_asked_of_empty_tables() -> None:
    words = vocabulary()
    good, bad = (
        Check(id="x", family="data", sql=f"select count(*) from {table}", expect="== 0", says="x")
        for table in ("requests", "reqests")
    )
    assert words.question(good, words.tables) is None
    assert "reqests" in (words.question(bad, words.tables) or "")


def test_a_fault_that_cannot_strike_its_link_is_told_before_a_world_fails_on_it() -> None:
    words = vocabulary()
    abort = FaultUse.model_validate({"link": "x", "abort": 503})
    assert words.strike(abort, "soap-erp") is None
    assert words.strike(abort, None) is None
    assert "tcp" in (words.strike(abort, "postgres") or "")
