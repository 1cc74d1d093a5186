"""Briefs are held against the incident that ships with promise-dates: real evidence, opened once."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.brief.check import check, incident, weigh
from grader.checks import Judged
from grader.grade import grade
from grader.verdict import Result, Verdict
from scenarios.brief import FILE, INCIDENT, read
from scenarios.brief_model import Brief
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.variants import LIBRARY
from simulator.evidence.reader import Evidence
from tests.unit.grader import laps
from tests.unit.grader.briefs import ADVICE, BAD, GOOD
from tests.unit.grader.laps import Lap

FOLDER = LIBRARY / "promise-dates"
PHASES = [phase.name for phase in load(FOLDER).phases if phase.name != "night"]
"""Those of the incident, which a real exam's scenario has, too."""
SPEC = yaml.safe_load((FOLDER / "scenario.yaml").read_text("utf-8"))["brief"]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(FOLDER)


@pytest.fixture(scope="module")
def evidence() -> Iterator[Evidence]:
    with incident(FOLDER / INCIDENT) as opened:
        yield opened


def written(data: dict[str, Any]) -> Brief:
    brief, _, problems = read(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    assert brief is not None, problems
    return brief


def missed(judged: Judged) -> set[str]:
    return {row["part"] for row in judged.rows if row["points"] != "advice"}


def advice(judged: Judged) -> set[str]:
    return {row["part"] for row in judged.rows if row["points"] == "advice"}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_brief_passes_in_any_words(name: str, scenario: Scenario, evidence: Evidence) -> None:
    judged = weigh(written(GOOD[name]), scenario, evidence)
    assert (judged.verdict, missed(judged), judged.credit, judged.observed) == (Verdict.PASS, set(), 1.0, "100 %")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_brief_misses_what_is_wrong_with_it(name: str, scenario: Scenario, evidence: Evidence) -> None:
    changes, wrong, passes = BAD[name]
    judged = weigh(written(GOOD["plain"] | changes), scenario, evidence)
    assert (judged.verdict, missed(judged)) == (Verdict.PASS if passes else Verdict.FAIL, wrong)
    assert 0 < judged.credit <= 1
    assert judged.value is not None
    assert judged.value < 1
    assert all(row["missed"].startswith("Lena: ") for row in judged.rows)


@pytest.mark.parametrize("name", ADVICE)
def test_advice_costs_nothing(name: str, scenario: Scenario, evidence: Evidence) -> None:
    changes, about = ADVICE[name]
    judged = weigh(written(GOOD["plain"] | changes), scenario, evidence)
    assert (judged.verdict, judged.observed, advice(judged)) == (
        Verdict.PASS,
        "100 %",
        advice(judged) | {f"advice: {about}"},
    )


@pytest.mark.parametrize("sentence", [
    "Porto is not to blame.", "It is nobody's fault.", "Jonas could not have known it.", "Dieter did nothing wrong.",
    "The rest of the queue waits for a session.", "Dieter, that is not your mistake.",
])  # fmt: skip
def test_who_is_acquitted_is_not_blamed(sentence: str, scenario: Scenario, evidence: Evidence) -> None:
    brief = written(GOOD["plain"] | {"note": f"{GOOD['plain']['note']} {sentence}"})
    assert advice(weigh(brief, scenario, evidence)) == set()


def test_without_evidence_of_the_largest_cause_no_brief_passes(scenario: Scenario, evidence: Evidence) -> None:
    """All else may be right: 80 points are not enough then, and earn half of the credit."""
    changes, _, _ = BAD["no evidence for the largest"]
    judged = weigh(written(GOOD["plain"] | changes), scenario, evidence)
    assert (judged.verdict, judged.observed, judged.credit) == (Verdict.FAIL, "93.3 %", 0.5)
    assert "without evidence of the largest cause" in judged.reason


def test_a_miss_does_not_give_the_truth_away(scenario: Scenario, evidence: Evidence) -> None:
    wrong = GOOD["plain"] | {
        "note": "Bad luck.",
        "claims": {},
        "impact": {"loss": GOOD["plain"]["impact"]["loss"] | {"number": 1}},
    }
    judged = weigh(written(wrong), scenario, evidence)
    said = json.dumps(judged.rows, ensure_ascii=False) + judged.reason
    assert not any(word in said for word in ("7206", "7,206", "121 ", "quantities", "shut out", "0.67", "67 %"))


def test_who_knows_a_word_does_not_stumble_over_it(scenario: Scenario, evidence: Evidence) -> None:
    brief = written(GOOD["plain"] | {"note": GOOD["plain"]["note"] + " So the 502s end."})
    assert advice(weigh(brief, scenario, evidence)) == {"advice: words"}
    lena = scenario.people["lena"].model_copy(update={"knows": ["502"]})
    told = scenario.model_copy(update={"people": scenario.people | {"lena": lena}})
    assert advice(weigh(brief, told, evidence)) == set()


PERSON = {"name": "Lena Brandt", "role": "Head of Sales", "jargon": "low"}


def exam(folder: Path, told: str | None, **run: Any) -> Path:
    """The evidence of an exam with perfect traffic, and a brief beside it that is about the library's incident."""
    phases = [
        *laps.scenario().model_dump()["phases"],
        *({"name": name, "lasts": 1.0, "graded": False} for name in PHASES),
    ]
    lap = Lap(scenario={"people": {"lena": PERSON}, "brief": SPEC, "phases": phases}, run=run).traffic()
    made = lap.write(folder)
    if told is not None:
        (made / FILE).write_text(told, encoding="utf-8")
        shutil.copyfile(FOLDER / INCIDENT, made / INCIDENT)
    return made


def test_an_exam_without_a_brief_lacks_what_that_is_worth(tmp_path: Path) -> None:
    report = grade(exam(tmp_path, "# to: lena\n\n  # nothing yet\n"))
    told = report.checks[-1]
    assert (told.id, told.family, told.verdict, told.points) == ("brief", "communication", Verdict.FAIL, 0.0)
    assert (report.score, report.result) == (14.2, Result.FAILED)
    assert grade(exam(tmp_path / "none", None)).checks[-1].verdict is Verdict.FAIL


def test_a_brief_that_cannot_be_read_fails_with_the_places(tmp_path: Path) -> None:
    told = grade(exam(tmp_path, "to: lena\ncuase: log-ins\nask: {by: tomorrow}\n")).checks[-1]
    assert (told.verdict, [row["at"] for row in told.rows]) == (Verdict.FAIL, ["brief.yaml:2:1", "brief.yaml:3:11"])


def test_part_of_a_brief_earns_part_of_it(tmp_path: Path) -> None:
    told = grade(exam(tmp_path, "to: lena\ndecisions: [take-as-sent, knock-once, remember-for-the-night]\n")).checks[-1]
    assert (told.verdict, told.credit, told.observed) == (Verdict.FAIL, pytest.approx(10 / 80), "10 %")
    assert [row["part"] for row in told.rows][:2] == ["shares", "evidence: a cause that is not claimed"]


def test_another_incident_than_the_exam_was_held_with_is_no_ground_to_judge_on(tmp_path: Path) -> None:
    report = grade(exam(tmp_path, "to: lena\n", incident="0" * 64))
    assert (report.result, report.checks[-1].verdict) == (Result.ERROR, Verdict.ERROR)
    assert "not the one" in report.checks[-1].reason


def test_without_an_incident_there_is_no_verdict_on_a_brief(tmp_path: Path) -> None:
    made = exam(tmp_path, "to: lena\n")
    (made / INCIDENT).unlink()
    assert grade(made).checks[-1].verdict is Verdict.ERROR


def test_a_deployment_that_did_not_start_has_no_brief_either(tmp_path: Path) -> None:
    report = grade(exam(tmp_path, "to: lena\n", deployment={"started": False}))
    assert [c.verdict for c in report.checks] == [Verdict.SKIPPED] * 2


def test_a_scenario_that_asks_for_no_brief_has_no_check_of_one() -> None:
    assert check(load(FOLDER).model_copy(update={"brief": None})) is None
