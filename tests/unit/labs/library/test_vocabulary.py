from concurrent.futures import ThreadPoolExecutor

import pytest

from labs.library.vocabulary import vocabulary
from scenarios.model import Check, FaultUse
from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE
from simulator.faults import FAULTS


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


def test_questions_may_be_asked_at_the_same_time() -> None:
    """The app lints the whole catalogue, and the scenario whose briefing is opened meanwhile."""
    words = vocabulary()
    sql = "select count(*) from requests a, requests b, requests c, requests d where a.id = b.id and c.id = d.id"
    check = Check(id="x", family="data", sql=sql, expect="== 0", says="x")
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: words.question(check, words.tables), range(200)))
    assert set(said) == {None}


def test_a_fault_that_cannot_strike_its_link_is_told_before_a_world_fails_on_it() -> None:
    words = vocabulary()
    abort = FaultUse.model_validate({"link": "x", "abort": 503})
    assert words.target_problem(abort, "soap-erp") is None
    assert words.target_problem(abort, None) is None
    assert "tcp" in (words.target_problem(abort, "postgres") or "")


@pytest.mark.parametrize("part", ["postgres", "queue", "sftp-drop"])
@pytest.mark.parametrize("fault", sorted(n for n, kind in FAULTS.items() if kind.protocols == {"http"}))
def test_faults_on_http_are_refused_where_no_http_is_spoken(part: str, fault: str) -> None:
    words = vocabulary()
    assert words.protocols[part] == "tcp"
    said = words.target_problem(FaultUse.model_validate({"link": "x", fault: None}), part)
    assert said == f"{fault} strikes http links, x is tcp"


def test_a_fault_of_a_process_says_where_it_belongs() -> None:
    words = vocabulary()
    kill = {"kill": None}
    assert words.target_problem(FaultUse.model_validate({"link": "x", **kill}), None) == (
        "kill strikes processes, not links: write `service: x`"
    )
    assert words.target_problem(FaultUse.model_validate({"service": "x", **kill}), None) is None
    assert "lose what it knows" in (
        words.target_problem(FaultUse.model_validate({"service": "x", **kill}), "postgres") or ""
    )
    assert "postgres" in words.alone


def test_runtimes_say_what_they_cannot_do() -> None:
    words = vocabulary()
    assert set(words.runtimes("cpu")) == set(words.runtimes("disk_full")) == {"local", "box"}
    assert set(words.runtimes("memory")) == {"local"}
    for fault in (*FAULTS, "kill", "restart", "pause", "skew"):
        assert not words.runtimes(fault), fault


def test_what_no_phase_can_change_is_marked() -> None:
    fixed = {
        part: {name for name, info in model.model_fields.items() if (info.json_schema_extra or {}).get("fixed")}
        for part, model in vocabulary().parts.items()
    }
    database = {"database", "role", "password", "access", "grants", "files", "setup", "data", "jobs", "probes",
                "unchanged", "tells"}  # fmt: skip
    assert {part: names for part, names in fixed.items() if names} == {
        "event-store": {"streams"},
        "model-registry": {"models", "largest"},
        "postgres": database,
        "queue": database | {"queues"},
        "rest-api": {"resources"},
        "sftp-drop": {"host_key", "folders", "feeds"},
        "soap-erp": {"articles", "delisted"},
    }
