"""Verdicts of exams and of live worlds."""

from pathlib import Path
from typing import Any

import pytest

from grader import compose
from grader.grade import check, grade
from grader.report import CheckReport, Report
from grader.verdict import ExitCode, Result, Verdict
from simulator.evidence.run import UNPLAYABLE, EvidenceMissing
from tests.unit.grader.laps import AVAILABLE, CALIBRATION, RECOVERED, SESSIONS, Lap

WEIGHTY = (AVAILABLE, SESSIONS, RECOVERED)


def exam(tmp_path: Path, lap: Lap) -> Report:
    return grade(lap.write(tmp_path))


def the(report: Report, name: str) -> CheckReport:
    (found,) = [c for c in report.checks if c.id == name]
    return found


def failed_gates(report: Report) -> list[str]:
    return [c.id for c in report.checks if c.gate and c.verdict is Verdict.FAIL]


def sound(*checks: Any, **run: Any) -> Lap:
    """A lap in which all went well: 44 requests, 40 of them in graded phases."""
    return Lap(checks=checks or WEIGHTY, run={"calibration": CALIBRATION} | run).traffic()


def test_all_well_passes_with_a_hundred(tmp_path: Path) -> None:
    report = exam(tmp_path, sound())
    assert (report.result, report.score) == (Result.PASSED, 100.0)
    assert [c.id for c in report.checks] == ["serves", "available", "sessions", "recovered"]
    assert ExitCode.of(report.result) == 0


def test_partial_credit_grows_from_zero_to_expected(tmp_path: Path) -> None:
    lap = Lap(checks=(AVAILABLE,)).traffic({5: "timeout", 6: "timeout"})  # 38 of 40 = 95 %, of 90 to 98 %
    report = exam(tmp_path, lap)
    available = the(report, "available")
    assert available.verdict is Verdict.FAIL
    assert available.credit == pytest.approx(5 / 8)
    assert report.score == 62.5
    assert available.observed == "95 %"
    assert available.expected == "≥ 98 %"
    assert available.margin == pytest.approx(-0.03)
    assert available.margin_share == pytest.approx(-0.03 / 0.98)
    assert available.reason == "38 of 40 requests answered"
    assert available.hint == AVAILABLE["hint"]
    assert [row["key"] for row in available.rows] == ["HW-000005", "HW-000006"]
    assert available.sql is not None
    assert "requests" in available.sql


def test_a_score_under_the_pass_mark_does_not_pass(tmp_path: Path) -> None:
    lap = Lap(checks=(AVAILABLE,)).traffic({5: "timeout", 6: "timeout"})
    report = exam(tmp_path, lap)
    assert (report.result, report.score) == (Result.FAILED, 62.5)
    assert "pass mark of 70" in report.reason
    assert ExitCode.of(report.result) == 1


def test_a_failed_gate_caps_the_score(tmp_path: Path) -> None:
    report = exam(tmp_path, sound().add("facts_logins", at=3.0, refused=True))
    assert (report.result, report.score) == (Result.FAILED, 50.0)
    assert failed_gates(report) == ["sessions"]


def test_a_failed_gate_does_not_lift_the_score(tmp_path: Path) -> None:
    lap = Lap(checks=(AVAILABLE, SESSIONS)).traffic(dict.fromkeys(range(5, 30), "timeout"))
    assert exam(tmp_path, lap.add("facts_logins", at=3.0, refused=True)).score == 0.0


def test_serving_nothing_fails_the_gate_that_every_scenario_has(tmp_path: Path) -> None:
    report = exam(tmp_path, Lap().traffic(dict.fromkeys(range(44), "error")))
    assert report.result is Result.FAILED
    assert the(report, "serves").verdict is Verdict.FAIL
    assert failed_gates(report) == ["serves"]


def test_a_wrong_answer_is_an_answer(tmp_path: Path) -> None:
    report = exam(tmp_path, Lap().traffic(dict.fromkeys(range(44), "wrong")))
    assert the(report, "serves").verdict is Verdict.PASS


def test_a_share_of_nothing_fails_where_traffic_was_intended(tmp_path: Path) -> None:
    exact = {"id": "exact", "family": "data", "measure": "ratio", "expect": ">= 95 %", "says": "Dates are true",
             "with": {"table": "requests", "of": "outcome = 'ok'", "among": "outcome in ('ok', 'wrong')"}}  # fmt: skip
    report = exam(tmp_path, Lap(checks=(exact,)).traffic(dict.fromkeys(range(44), "timeout")))
    assert the(report, "exact").verdict is Verdict.FAIL
    assert the(report, "exact").value is None
    assert "though 40 requests were intended" in the(report, "exact").reason


def test_a_share_of_nothing_is_an_error_where_no_traffic_was_intended(tmp_path: Path) -> None:
    night = AVAILABLE | {"with": {"stream": "orders", "during": ["night"]}}
    report = exam(tmp_path, Lap(checks=(night,)).request(3.0))
    assert the(report, "available").verdict is Verdict.ERROR
    assert report.result is Result.ERROR
    assert report.score is None
    assert ExitCode.of(report.result) == 3


def test_no_traffic_at_all_cannot_be_judged(tmp_path: Path) -> None:
    report = exam(tmp_path, Lap())
    assert report.result is Result.ERROR
    assert "orders" in report.reason
    assert report.advice is not None


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        ({"finished": False}, "did not finish"),
        ({"finished": False, "failed": "the engine died"}, "the engine died"),
        ({"deployment": None}, "whether the deployment started"),
        ({"timeline": []}, "'day' did not take place"),
    ],
)
def test_a_lap_that_failed_cannot_be_judged(tmp_path: Path, run: dict[str, Any], reason: str) -> None:
    report = exam(tmp_path, Lap(run=run).traffic())
    assert report.result is Result.ERROR
    assert report.score is None
    assert reason in report.reason
    assert report.advice is not None
    assert {c.verdict for c in report.checks} == {Verdict.ERROR}


def test_torn_evidence_cannot_be_judged(tmp_path: Path) -> None:
    folder = Lap().traffic().write(tmp_path)
    with (folder / "requests.field.jsonl").open("ab") as file:
        file.write(b'{"id":\n{}\n')
    report = grade(folder)
    assert report.result is Result.ERROR
    assert "1/requests.field.jsonl, line 45" in report.reason
    assert str(tmp_path) not in report.dumps()


def test_no_evidence_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(EvidenceMissing):
        grade(tmp_path)


def test_a_scenario_that_cannot_be_played_is_the_scenarios_fault(tmp_path: Path) -> None:
    said = "traffic orders (shop-orders): there is no 'prise'"
    report = exam(tmp_path, Lap(run={"finished": False, "failed": f"{UNPLAYABLE}: {said}"}).traffic())
    assert (report.result, report.score) == (Result.ERROR, None)
    assert report.reason == f"The engagement cannot be played: {said}"
    assert report.advice == compose.REPAIR_ENGAGEMENT
    assert "Run the exam again" not in report.advice


def test_a_column_that_is_misspelt_in_a_check_is_the_scenarios_fault(tmp_path: Path) -> None:
    wrong = {"id": "x", "family": "data", "sql": "select count(*) from requests where outcom = 'ok'", "expect": ">= 1",
             "says": "x"}  # fmt: skip
    report = exam(tmp_path, Lap([wrong]).traffic())
    assert report.result is Result.ERROR
    assert report.advice == compose.REPAIR_ENGAGEMENT


def test_a_deployment_that_did_not_start_has_failed(tmp_path: Path) -> None:
    said = {"started": False, "service": "promise-api", "reason": "it ended with code 1",
            "last_lines": ["Traceback", "\x1b[31mImportError\x1b[0m"]}  # fmt: skip
    report = exam(tmp_path, Lap(run={"deployment": said}))
    assert (report.result, report.score) == (Result.FAILED, 0.0)
    assert report.reason == "promise-api did not start: it ended with code 1"
    assert report.last_lines == ("Traceback", "�[31mImportError�[0m")
    assert {c.verdict for c in report.checks} == {Verdict.SKIPPED}


def test_what_a_check_needs_may_skip_it(tmp_path: Path) -> None:
    money = RECOVERED | {"needs": ["available"]}
    report = exam(tmp_path, Lap(checks=(money, AVAILABLE), run={"calibration": CALIBRATION}).traffic({9: "timeout"}))
    assert the(report, "recovered").verdict is Verdict.SKIPPED
    assert "available" in the(report, "recovered").reason
    assert report.score is not None
    assert report.score < 60  # the two points of `recovered` stay in the denominator


def test_what_needs_a_check_that_cannot_be_judged_cannot_be_judged(tmp_path: Path) -> None:
    """A precondition without weight, and what hangs on it: the learner is not to pay for a question of ours."""
    broken = {"id": "broken", "family": "data", "weight": 0, "sql": "select count(*) from nowhere", "expect": ">= 1",
              "says": "There is something to look at"}  # fmt: skip
    far = RECOVERED | {"needs": ["available"]}
    report = exam(tmp_path, sound(broken, AVAILABLE | {"needs": ["broken"]}, far))
    assert [the(report, name).verdict for name in ("broken", "available", "recovered")] == [Verdict.ERROR] * 3
    assert (report.result, report.score) == (Result.ERROR, None)
    assert report.reason == "Not to be judged: available, recovered"


def test_what_needs_a_check_that_failed_is_skipped_whatever_else_it_needs(tmp_path: Path) -> None:
    broken = {"id": "broken", "family": "data", "weight": 0, "sql": "select count(*) from nowhere", "expect": ">= 1",
              "says": "There is something to look at"}  # fmt: skip
    last = SESSIONS | {"gate": False, "needs": ["broken", "available"]}
    report = exam(tmp_path, Lap(checks=(broken, AVAILABLE, last)).traffic(dict.fromkeys(range(9, 14), "timeout")))
    assert (the(report, "sessions").verdict, report.result) == (Verdict.SKIPPED, Result.FAILED)


def test_needs_that_pass_skip_nothing(tmp_path: Path) -> None:
    report = exam(tmp_path, sound(RECOVERED | {"needs": ["available", "serves"]}, AVAILABLE))
    assert report.score == 100


def test_needs_in_a_circle_end(tmp_path: Path) -> None:
    report = exam(tmp_path, sound(AVAILABLE | {"needs": ["sessions"]}, SESSIONS | {"needs": ["available"]}))
    assert {the(report, "available").verdict, the(report, "sessions").verdict} == {Verdict.SKIPPED}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sql": "select count(*) from nowhere", "measure": None, "with": {}},
        {"measure": "nonsense"},
        {"with": {"stram": "orders"}},
        {"expect": "many"},
        {"with": {"stream": "orders", "during": ["noon"]}},
    ],
)
def test_a_check_that_cannot_be_asked_is_an_error(tmp_path: Path, wrong: dict[str, Any]) -> None:
    report = exam(tmp_path, sound(AVAILABLE | wrong))
    assert the(report, "available").verdict is Verdict.ERROR
    assert report.result is Result.ERROR
    assert report.reason == "Not to be judged: available"
    assert report.advice is not None
    assert "scenario" in report.advice


def test_money_stands_beside_its_calibration(tmp_path: Path) -> None:
    lap = sound().add("ledger", at=3.0, account="missing", amount=-90.0)
    lap.add("ledger", at=30.0, account="duplicates", amount=-180.0).add("ledger", at=1.0, account="x", amount=-9.0)
    money = exam(tmp_path, lap).money
    assert money is not None
    assert money.total == -270
    assert money.accounts == {"duplicates": -180.0, "missing": -90.0}
    assert (money.untouched, money.reference) == (-1000.0, 0.0)
    assert money.recovered == pytest.approx(0.73)


def test_phases_say_what_happened_in_them(tmp_path: Path) -> None:
    report = exam(tmp_path, sound())
    assert [(p.name, p.graded, p.shift, p.intended, p.answered) for p in report.phases] == [
        ("warm-up", False, False, 4, 4),
        ("day", True, False, 20, 20),
        ("night", True, True, 20, 20),
    ]
    assert report.phases[1].p95 == pytest.approx(0.1)


def test_services_that_ended_are_told_of(tmp_path: Path) -> None:
    restarts = [{"service": "promise-api", "at": 3.0, "code": 137, "out_of_memory": True},
                {"service": "promise-api", "at": 9.0, "code": 1, "out_of_memory": False}]  # fmt: skip
    report = exam(tmp_path, sound(restarts=restarts))
    assert report.warnings == ("promise-api ended by itself 2 times, 1 of them out of memory",)


def test_a_check_that_reads_a_table_which_the_deployment_has_flooded_fails(tmp_path: Path) -> None:
    whole = exam(tmp_path / "whole", sound())
    assert the(whole, "sessions").verdict is Verdict.PASS
    table = "facts_logins"
    flooded = sound().add("cuts", at=9.0, source=table, writer="site", dropped=1)
    report = exam(tmp_path / "flooded", flooded.add("cuts", at=None, source=table, writer="site", dropped=812))
    sessions = the(report, "sessions")
    assert (sessions.verdict, sessions.observed) == (Verdict.FAIL, "a flood")
    assert f"812 rows of {table} were dropped" in sessions.reason
    assert (the(report, "available").verdict, report.result) == (Verdict.PASS, Result.FAILED)


@pytest.mark.parametrize(("source", "verdict"), [("faults", Verdict.FAIL), ("calls", Verdict.PASS)])
def test_what_was_struck_is_read_from_strikes_and_requests(tmp_path: Path, source: str, verdict: Verdict) -> None:
    struck: dict[str, Any] = {
        "id": "struck", "family": "reliability", "sql": "select count(*) from struck where kind = 'abort'",
        "expect": "<= 0", "says": "Nothing was struck",
    }  # fmt: skip
    lap = sound(struck).add("cuts", at=9.0, source=source, writer="field", dropped=1)
    assert the(exam(tmp_path, lap), "struck").verdict is verdict


def test_who_gives_a_fault_nothing_to_strike_has_survived_it(tmp_path: Path) -> None:
    """A cache that spares the part is no failure; one who answers nobody is told by the check that this one needs."""
    survived = {"id": "survived", "family": "reliability", "measure": "survived", "with": {"link": "erp"},
                "expect": ">= 90 %", "needs": ["available"], "says": "What the ERP does is not felt"}  # fmt: skip
    cached = exam(tmp_path / "cached", sound(AVAILABLE, survived))
    assert (the(cached, "survived").verdict, the(cached, "survived").observed) == (Verdict.PASS, "not struck")
    assert (cached.result, cached.score) == (Result.PASSED, 100.0)
    idle = exam(tmp_path / "idle", Lap(checks=(AVAILABLE, survived)).traffic(dict.fromkeys(range(30), "error")))
    assert (the(idle, "survived").verdict, idle.score) == (Verdict.SKIPPED, 0.0)


def test_regrading_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = (
        sound().add("facts_logins", at=3.0, refused=True).add("ledger", at=3, account="a", amount=-0.1).write(tmp_path)
    )
    assert grade(folder).dumps() == grade(folder).dumps()


def test_a_moved_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = sound().write(tmp_path / "here")
    before = grade(folder).dumps()
    elsewhere = tmp_path / "there"
    folder.rename(elsewhere)
    assert grade(elsewhere).dumps() == before
    assert str(tmp_path) not in before


# Live.


def test_a_live_world_waits_for_what_has_not_been(tmp_path: Path) -> None:
    day = AVAILABLE | {"id": "by-day", "with": {"stream": "orders", "during": ["day"]}}
    lap = Lap(checks=(day, *WEIGHTY), run={"finished": False, "exam": False, "calibration": CALIBRATION})
    folder = lap.traffic().add("resources", at=17.5).write(tmp_path)
    report = check([folder, tmp_path / "2"])
    assert report.result is Result.WAITING
    assert report.score is None
    assert report.waiting == ("night",)
    verdicts = {c.id: c.verdict for c in report.checks}
    assert verdicts == {
        "serves": Verdict.WAITING,
        "by-day": Verdict.PASS,
        "available": Verdict.WAITING,
        "sessions": Verdict.WAITING,
        "recovered": Verdict.WAITING,
    }
    assert the(report, "available").observed == "100 %"
    assert the(report, "recovered").reason == "Waits for a whole lap"
    assert report.money is None


def test_a_live_world_after_a_whole_lap_is_judged_like_an_exam(tmp_path: Path) -> None:
    second = Lap(checks=WEIGHTY, number=2, run={"finished": False, "calibration": CALIBRATION})
    report = check([sound().write(tmp_path), second.write(tmp_path)])
    assert (report.result, report.score, report.laps) == (Result.PASSED, 100.0, (1,))
    assert report.money is not None
    assert report.money.lap == 1


def test_settled_tables_come_from_one_whole_lap(tmp_path: Path) -> None:
    lost = {"id": "lost", "family": "business", "expect": "== 0", "says": "No order is lost",
            "sql": "select count(*) from facts_orders o join requests r on r.key = o.order where lost"}  # fmt: skip
    first = Lap(checks=(lost,)).traffic().add("facts_orders", ordered_at=3.0, order="HW-000006", lost=True)
    second = Lap(checks=(lost,), number=2, run={"finished": False}).traffic().add("resources", at=26.9)
    report = check([first.write(tmp_path), second.write(tmp_path)])
    assert the(report, "lost").value == 1
    assert the(report, "serves").verdict is Verdict.PASS


def test_a_redeploy_makes_a_live_world_wait_again(tmp_path: Path) -> None:
    report = check([sound(redeploys=[23.0]).write(tmp_path)])
    assert report.result is Result.WAITING
    assert report.waiting == ("day", "night")
    assert {c.verdict for c in report.checks} == {Verdict.WAITING}


def test_a_live_deployment_that_does_not_start_has_failed(tmp_path: Path) -> None:
    broken = Lap(number=2, run={"deployment": {"started": False, "service": "promise-api", "reason": "no answer"}})
    report = check([sound().write(tmp_path), broken.write(tmp_path)])
    assert (report.result, report.score) == (Result.FAILED, 0.0)


def test_a_lap_that_is_only_starting_waits(tmp_path: Path) -> None:
    report = check([Lap(run={"timeline": [], "finished": False}).write(tmp_path)])
    assert (report.result, report.laps, report.waiting) == (Result.WAITING, (), ("day", "night"))


def test_a_world_without_laps_has_no_report(tmp_path: Path) -> None:
    with pytest.raises(EvidenceMissing):
        check([tmp_path / "1"])


@pytest.mark.parametrize(
    "sql",
    [
        "select max(cast(detail as int)) from requests",
        "select count(*) from requests where detail::timestamp > timestamp '2026-01-01'",
        "select sum(cast(intended_at * 1e300 as bigint)) from requests",
        "select sqrt(-intended_at) from requests order by intended_at desc limit 1",
    ],
)
def test_what_the_deployment_put_into_the_evidence_makes_a_check_fail_and_never_an_error(
    tmp_path: Path, sql: str
) -> None:
    told = {"id": "told", "family": "data", "sql": sql, "expect": ">= 0", "says": "It can be counted"}
    report = exam(tmp_path, Lap(checks=(told,)).traffic().request(3.0, "wrong", detail="infinity x"))
    assert the(report, "told").verdict is Verdict.FAIL
    assert report.result is Result.FAILED
    report.dumps()
