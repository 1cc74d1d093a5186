"""What an answer to an application is judged to be, what a loan is worth and when, and what is held against it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scenarios.model import Scenario
from simulator.clock import Clock, timeline
from simulator.dirt import Datasets
from simulator.evidence.recorder import Recorder
from simulator.workloads import WORKLOADS
from simulator.workloads.base import Context, Reply
from simulator.workloads.loan_applications import Application, LoanApplications, LoanApplicationsParams

START = datetime(2026, 1, 1)
DAY = 86400.0
COLUMNS: dict[str, Any] = {
    "id": {"sequence": "A-{:04d}"},
    "applied_at": {"time": {"spans": "100d"}},
    "income": {"number": {"lognormal": {"median": 2400, "sigma": 0.4}}},
    "utilisation": {"number": {"uniform": {"from": 0, "to": 1}}},
    "tenure": {"number": {"integer": {"from": 0, "to": 200}}},
    "enquiries": {"number": {"poisson": {"mean": 1}}},
    "amount": {"number": {"lognormal": {"median": 3000, "sigma": 0.3}}},
    "term_years": {"number": {"integer": {"from": 1, "to": 3}}},
    "sector": {"pick": ["office", "travel"]},
    "payment_holiday": {"outcome": {"logistic": {"bias": -1}}},
    "arrears": {"number": {"poisson": {"mean": 0.5}}},
    "defaulted": {"outcome": {"logistic": {"bias": -1}}},
    "late": {"outcome": {"logistic": {"bias": -2, "defaulted": 4}}},
}
SCENARIO = Scenario.model_validate(
    {
        "id": "loans", "title": "Loans", "customer": {"name": "X", "trade": "lender", "currency": "EUR"},
        "level": 1, "minutes": 10, "clock": {"starts": START.isoformat()},
        "datasets": {"applications": {
            "rows": 1000, "columns": COLUMNS,
            "drift": [{"column": "defaulted", "is": "concept", "to": {"logistic": {"bias": 1}}, "by": "applied_at",
                       "after": "30d sim"}],
        }},
        "site": {"db": {"part": "postgres"}},
        "deployment": {"services": {"api": {"command": ["true"]}}, "editable": ["app/**"]},
        "traffic": {"loans": {"workload": "loan-applications", "to": "api", "rate": "10/s", "timeout": "3s"}},
        "phases": [
            {"name": "warm-up", "lasts": "10s", "simulates": "10d", "graded": False, "excused": "it warms up"},
            {"name": "plain", "lasts": "60s", "simulates": "60d"},
            {"name": "explained", "lasts": "30s", "simulates": "30d", "shift": True},
        ],
        "checks": [{"id": "c", "family": "data", "sql": "select 1", "expect": "== 1", "says": "x"}],
    }
)  # fmt: skip
CODES = {"R1": "income", "R2": "utilisation", "R3": "sector"}


class Lap:
    """One lap of the workload."""

    def __init__(self, folder: Path, **params: Any) -> None:
        self.folder = folder
        self.recorder = Recorder(folder, "field")
        flow = SCENARIO.traffic["loans"]
        if rate := params.pop("rate", None):
            flow = flow.model_copy(update={"rate": rate})
        data = Datasets(SCENARIO.datasets, 5, START)
        context = Context("loans", flow, SCENARIO, 5, Clock(timeline(SCENARIO), 0), self.recorder, data)
        given = LoanApplicationsParams.model_validate({"db": "db", "reasons": CODES} | params)
        self.workload = LoanApplications(context, given)
        self.intents = {str(i.key): i for i in self.workload.intents()}
        self.all: list[Application] = list(self.workload._applications.values())

    def pick(self, after: float = 10, before: float = 70, **wanted: Any) -> Application:
        return next(
            a for a in self.all
            if after <= a.at < before and all(getattr(a, name) == value for name, value in wanted.items())
        )  # fmt: skip

    def answer(self, a: Application, status: int = 200, **body: Any) -> tuple[str, str | None]:
        said = {"application_id": a.id, "decision": "approve", "probability": 0.1, "model": "m1", "reasons": []} | body
        judged = self.workload.judge(self.intents[a.id], Reply(a.at, a.at, status, json.dumps(said).encode()))
        return judged.outcome, judged.detail

    def settle(self, **tells: list[dict[str, Any]]) -> None:
        self.workload.settle({"db": {"tells": tells}})
        self.recorder.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        self.recorder.flush()
        file = self.folder / f"{table}.field.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def money(self) -> list[tuple[str, float, float]]:
        return [(row["account"], row["amount"], round(row["at"])) for row in self.rows("ledger")]


@pytest.fixture
def lap(tmp_path: Path) -> Iterator[Lap]:
    lap = Lap(tmp_path)
    yield lap
    lap.recorder.close()


def test_is_registered() -> None:
    assert WORKLOADS["loan-applications"].params is LoanApplicationsParams


def test_applications_come_when_the_data_says(lap: Lap) -> None:
    times = [intent.at for intent in lap.intents.values()]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] < 100
    one = lap.all[500]
    body = json.loads(lap.intents[one.id].body)
    assert body["applied_at"] == (START + timedelta(days=one.at)).isoformat()
    assert set(body) == {"application_id", "applied_at", *one.features}, "nothing of what will come of it"


def test_a_rate_that_the_data_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1000 applications for the lap, and the rate asks for 2000"):
        Lap(tmp_path, rate=20.0)


def test_a_loan_is_worth_what_came_of_it_when_that_is_known(lap: Lap) -> None:
    good = lap.pick(first_instalment="paid", defaulted=False)
    bad = lap.pick(first_instalment="late", defaulted=True)
    lap.answer(good)
    lap.answer(bad)
    assert lap.money() == []
    later = next(a for a in lap.all if a.at > bad.at + 31)
    lap.answer(later, decision="decline")
    assert lap.money() == [("provisions", -150, round(bad.at + 30))]
    lap.settle()
    sums = {account: sum(m for a, m, _ in lap.money() if a == account) for account, _, _ in lap.money()}
    assert sums == {"provisions": 0, "write-offs": -600, "interest": 150}
    profits = {row["application_id"]: row["profit"] for row in lap.rows("facts_applications")}
    assert profits == {good.id: 150, bad.id: -600, later.id: 0}


def test_what_is_learned_after_the_lap_is_booked_at_its_end(lap: Lap) -> None:
    lap.answer(lap.pick(after=40, defaulted=False, first_instalment="paid"))
    lap.settle()
    assert lap.money() == [("interest", 150, 100)]


def test_an_excused_phase_costs_nothing(lap: Lap) -> None:
    lap.answer(lap.pick(after=0, before=10, defaulted=True))
    lap.settle()
    assert lap.money() == []


def test_a_payment_holiday_hides_a_late_instalment(lap: Lap) -> None:
    held = next(a for a in lap.all if a.features["payment_holiday"] and a.late and 10 <= a.at < 70)
    lap.answer(held)
    lap.settle()
    assert lap.rows("facts_applications")[0]["first_instalment"] == "deferred"
    assert [account for account, _, _ in lap.money()] == ["write-offs" if held.defaulted else "interest"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"probability": 1.5}, "probability"),
        ({"decision": "perhaps"}, "decision"),
        ({"application_id": "A-9999"}, "the answer is for application A-9999"),
        ({"model": ""}, "model"),
    ],
)
def test_an_answer_that_cannot_be_read_is_wrong_and_the_applicant_is_gone(
    lap: Lap, changes: dict[str, Any], said: str
) -> None:
    outcome, detail = lap.answer(lap.pick(), **changes)
    assert outcome == "wrong"
    assert said in str(detail)
    lap.settle()
    assert [account for account, _, _ in lap.money()] == ["abandoned"]


def test_no_answer_loses_the_applicant_and_what_we_did_not_send_does_not(lap: Lap) -> None:
    first, second, third = lap.all[200:203]
    lap.workload.unanswered(lap.intents[first.id], "timeout")
    lap.workload.unanswered(lap.intents[second.id], "unsent")
    assert lap.answer(third, status=503) == ("error", "HTTP 503")
    lap.settle()
    assert [account for account, _, _ in lap.money()] == ["abandoned", "abandoned"]


@pytest.mark.parametrize(
    ("reasons", "outcome"),
    [([], "wrong"), (["R1"], "ok"), (["R9"], "wrong"), (["R1", "R2", "R3", "R1", "R2"], "wrong")],
)
def test_declines_say_why_once_they_must(lap: Lap, reasons: list[str], outcome: str) -> None:
    before, after = lap.pick(), lap.pick(after=70, before=100)
    assert lap.answer(before, decision="decline")[0] == "ok"
    assert lap.answer(after, decision="decline", reasons=reasons)[0] == outcome
    assert lap.answer(after, decision="approve")[0] == "ok"


def test_decisions_are_held_against_those_on_record(lap: Lap) -> None:
    same, other, lost, made_up = lap.all[200:204]
    for a in (same, other, lost):
        lap.answer(a)
    record = {"decision": "approve", "probability": 0.1, "model": "m1"}
    lap.settle(decisions=[
        record | {"application_id": same.id}, record | {"application_id": other.id, "decision": "decline"},
        record | {"application_id": made_up.id}, record | {"application_id": "A-unknown"},
    ])  # fmt: skip
    found = {row["application_id"]: (row["recorded"], row["same"]) for row in lap.rows("facts_decisions")}
    assert found == {
        same.id: ("approve", True), other.id: ("decline", False), lost.id: (None, False), made_up.id: ("approve", False)
    }  # fmt: skip


def test_every_application_knows_how_often_it_had_changed_by_then(lap: Lap) -> None:
    before, after = lap.pick(before=29), lap.pick(after=31)
    for a in (before, after):
        lap.answer(a)
    first, second = lap.rows("facts_applications")
    assert (first["change"], first["days"]) == (0, None)
    assert second["change"] == 1
    assert second["days"] == pytest.approx(after.at - 30, abs=1)


def test_alarms_changes_and_models_are_held_against_the_lap(lap: Lap) -> None:
    granted = [a for a in lap.all if 10 <= a.at < 60]
    for a in granted:
        lap.answer(a)
    since, raised = START + timedelta(days=30), START + timedelta(days=70)
    seen = [a for a in granted if a.at >= 30 and a.at + 30 <= 70 and a.first_instalment != "deferred"]
    late = sum(a.first_instalment == "late" for a in seen)
    alarm = {"raised_at": raised.isoformat(), "since": since.isoformat(), "instalments": len(seen), "late": late}
    lap.settle(alarms=[alarm], models=[{"model": "m1", "registered_at": None, "trained_until": "2025-12-01"}])
    (told,), (change,), (model,) = (lap.rows(f"facts_{name}") for name in ("alarms", "changes", "models"))
    assert (told["due"], told["due_late"], told["change"], told["false_alarm"]) == (len(seen), late, 1, False)
    assert told["excess"] > 3, "half of them default, and the answers said one in ten"
    assert (change["raised_at"], change["outcomes"]) == (raised.isoformat(), told["outcomes"])
    assert (model["decisions"], model["handed"], model["sound"]) == (len(granted), True, True)


def test_what_could_not_be_told_is_cut_from_the_facts(lap: Lap) -> None:
    lap.workload.settle(
        {"db": {"tells": {"decisions": [], "alarms": [], "models": [], "trials": []}, "untold": {"models": "no"}}}
    )
    assert [row["source"] for row in lap.rows("cuts")] == ["facts_models"]
