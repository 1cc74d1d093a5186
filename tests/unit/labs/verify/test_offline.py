"""Exams without a world: of answers by rule, and of laps that were kept."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.verdict import Result
from labs.library.catalogue import CALIBRATION, Entry, find, slugs
from labs.library.new import new
from labs.verify.null import quiet, raised
from labs.verify.offline import losses, sabotage
from labs.verify.offline.base import Kept, Plain, Told, later
from labs.verify.offline.changes import Source, of_answers
from labs.verify.offline.extremes import Found, examine, strongest
from labs.verify.offline.learned import learn
from labs.verify.offline.play import Change, play
from labs.verify.offline.stage import Asked, Stage
from simulator.evidence.recorder import Recorder
from simulator.field.transcript import FOLDER, SITE, Transcript
from simulator.workloads.base import Reply

pytestmark = pytest.mark.xdist_group("offline")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """What a new scenario begins as, which has holes: nobody looks at how fast it answers, prices may be wrong."""
    folder = new(tmp_path_factory.mktemp("scenarios") / "shop")
    ends = {"untouched": {"ledger": {"customers-who-left": -1500.0}}, "reference": {"ledger": {}}}
    known = {"scenario_hash": find(str(folder)).hash, "watched": True, "seeds": [1]}
    (folder / CALIBRATION).write_text(json.dumps(known | ends))
    return Stage(find(str(folder)), 1)


def right(stage: Stage, asked: Asked) -> dict[str, Any]:
    """The true answer: what the dataset's clean prices say."""
    clean = stage.data["articles"].clean
    prices = dict(zip(map(str, clean[stage.data["articles"].key]), clean["price"], strict=True))
    total = sum(round(float(prices[line["article"]]), 2) * line["quantity"] for line in asked.body["lines"])
    return {"order_id": asked.body["order_id"], "total": round(total, 2)}


@pytest.fixture(scope="module")
def kept(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A lap of a correct deployment, with the transcript that a field keeps of it."""
    folder = tmp_path_factory.mktemp("lap")
    Plain(stage=stage).prepare(stage, folder)
    with Recorder(folder, "field") as recorder:
        stage.data.write(recorder, stage.plan.when)
        for stream, workload in stage.workloads(recorder).items():
            told = Transcript(workload, stream, folder / FOLDER)
            for intent in told.intents():
                answer = right(stage, stage.asked(stream, intent))
                told.judge(intent, Reply(intent.at, intent.at + 0.01, 200, json.dumps(answer).encode()))
            told.settle({"prices": {}})
    return Kept(folder)


@pytest.fixture(scope="module")
def found(stage: Stage, kept: Kept) -> Found:
    """What all degenerate deployments came to: some forty laps, which no test changes."""
    return examine(stage.entry, (1,), {1: kept}, lambda _name, _number, _of: None)


def test_a_kept_lap_is_played_again_as_it_was(stage: Stage, kept: Kept) -> None:
    played = play(stage, kept)
    assert not played.altered
    assert played.report.result is Result.PASSED, played.report.reason
    assert played.report.score == 100.0
    assert json.loads((kept.folder / FOLDER / SITE).read_bytes()) == {"prices": {}}
    assert play(stage, kept).report == played.report


def test_what_looks_at_nothing_is_judged_as_in_an_exam(stage: Stage) -> None:
    report = play(stage, Plain(stage=stage)).report
    verdicts = {check.id: str(check.verdict) for check in report.checks}
    assert report.result is Result.FAILED
    assert (verdicts["everybody-answered"], verdicts["prices-true"]) == ("pass", "fail")
    silent = Change("silent", answer=lambda asked, _told: Told(asked.intent.at, lost="error"))
    assert {c.id: str(c.verdict) for c in play(stage, Plain(stage=stage), [silent]).report.checks}["serves"] == "fail"


def test_an_answer_after_the_time_out_is_none(stage: Stage, kept: Kept) -> None:
    def late(asked: Asked, told: Told) -> Told:
        return Told(asked.intent.at + asked.timeout + 0.1, told.answer)

    report = play(stage, kept, [Change("too late", answer=late)]).report
    assert next(c.value for c in report.checks if c.id == "everybody-answered") == 0.0


def test_a_lost_field_moves_the_checks_that_read_it(stage: Stage, kept: Kept) -> None:
    source = Source(stage, learn(stage, kept))
    (loss,) = losses.losses(source)
    assert loss.field == "total"
    assert [change.name for change in loss.changes] == ["total constant", "total empty", "total shuffled"]
    honest = play(stage, kept).report
    for change in loss.changes:
        assert losses.moved(honest, play(stage, kept, [change]).report) == ["prices-true", "loss-avoided"]
    assert losses.moved(honest, honest) == []


def test_sabotage_uses_up_what_a_check_endures_and_no_more(stage: Stage, kept: Kept) -> None:
    check = next(one for one in stage.entry.scenario.checks if one.id == "prices-true")
    change = next(one for one in of_answers(Source(stage, learn(stage, kept))) if one.name == "total=0")
    spoilt = play(stage, kept, [change]).report
    found = sabotage.sabotage(stage, kept, play(stage, kept).report, check, change, spoilt)
    assert found is not None
    assert 0.95 <= found.value < 1
    assert next(c for c in found.played.report.checks if c.id == "prices-true").verdict == "pass"
    assert sabotage.tolerant(check) == pytest.approx(0.05)


def test_all_extremes_of_a_scenario_are_judged_and_its_holes_found(stage: Stage, kept: Kept, found: Found) -> None:
    kinds = {one.kind for one in found.extremes.values()}
    assert kinds == {"nothing", "around", "lost", "sabotage"}
    assert found.lost == {"total": ["prices-true", "loss-avoided"]}
    # Nobody looks at how fast a shop answers, and a twentieth of the prices may be wrong on purpose.
    assert {one.about for one in found.findings(stage.entry)} >= {"reference, but late", "sabotage of prices-true"}
    assert not any(one.passes for one in strongest(found))
    again = examine(stage.entry, (1,), {1: kept}, lambda _name, _number, _of: None)
    assert [e.to_json() for e in again.extremes.values()] == [e.to_json() for e in found.extremes.values()]


def test_an_exemption_holds_for_what_passes_alone(stage: Stage, found: Found) -> None:
    exempt = {"reference, but late": "Nobody waits.", "plain": "It is fair.", "unheard-of": "Who knows."}
    entry = Entry(stage.entry.name, stage.entry.folder, stage.entry.scenario.model_copy(update={"extremes": exempt}))
    told = {(one.rule, one.about) for one in found.findings(entry)}
    assert ("extreme-passes", "reference, but late") not in told
    assert {("exempt", "plain"), ("exempt", "unheard-of")} <= told


@pytest.mark.parametrize("slug", slugs())
def test_every_scenario_of_the_library_is_played_without_a_world(slug: str) -> None:
    stage = Stage(find(slug), 1)
    report = play(stage, Plain(stage=stage)).report
    assert report.result is Result.FAILED
    assert not [check for check in report.checks if check.verdict == "error"]


def test_a_quiet_day_has_no_trouble_and_whoever_cries_wolf_is_heard(tmp_path: Path) -> None:
    entry = find("promise-dates")
    calm = quiet(entry.scenario)
    assert not any(phase.faults or phase.set or phase.shift for phase in calm.phases)
    stage = Stage(Entry(entry.name, entry.folder, calm), 1)
    assert [one.about for one in raised(stage, _said(stage, tmp_path / "a", stale=True))] == ["stale"]
    assert raised(stage, _said(stage, tmp_path / "b", stale=False)) == []


def _said(stage: Stage, folder: Path, **fields: Any) -> Kept:
    rows = [
        {"id": asked.intent.id, "key": asked.intent.key, "at": asked.intent.at, "sent_at": asked.intent.at,
         "done_at": asked.intent.at, "status": 200, "body": json.dumps(fields)}
        for asked in stage.requests
    ]  # fmt: skip
    (folder / FOLDER).mkdir(parents=True)
    (folder / FOLDER / "orders.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / FOLDER / SITE).write_text('{"erp": {"purchase_orders": []}}', "utf-8")
    return Kept(folder)


def test_days_are_counted_from_the_date_of_a_request() -> None:
    asked: Mapping[str, Any] = {"id": "A-1", "at": "2026-03-31T23:00:00"}
    assert later(asked, 1) == "2026-04-01"
    assert later({"id": "A-1"}, 1) is None
