import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from labs.base.errors import UsageProblem
from labs.cli import verify as cli
from labs.library.catalogue import CALIBRATION, Entry, find
from labs.verify import Settings, calibrate, claims
from labs.verify.holding import only_one
from labs.verify.neighbour import BURN, neighbour
from labs.verify.prove import Proof, matrix, prove
from labs.verify.rates import Rate, all_of, rates, reliability
from labs.verify.results import Outcome, Results, Trial


def check(verdict: str, *, gate: bool = False, value: float | None = 1.0, near: float | None = 0.5) -> dict[str, Any]:
    return {"verdict": verdict, "value": value, "unit": "share", "margin": near, "margin_share": near, "gate": gate}


def outcome(
    use: str, result: str, score: float | None, checks: dict[str, Any] | None = None, seed: int = 1, **more: Any
) -> Outcome:
    facts: dict[str, Any] = {"scenario": "little", "scenario_hash": "h", "reason": "because", "ledger": {"a": -1.0}}
    given = {"calibrated": True, **facts, **more}
    return Outcome(Trial(use, seed, "local"), result=result, score=score, checks=checks or {}, **given)


@pytest.mark.parametrize(
    ("use", "result", "score", "holds"),
    [
        ("untouched", "failed", 39.9, True),
        ("untouched", "failed", 40.0, False),
        ("untouched", "passed", 90.0, False),
        ("reference", "passed", 85.0, True),
        ("reference", "passed", 84.9, False),
        ("reference", "failed", 95.0, False),
        ("alternative", "passed", 99.0, True),
        ("shortcut:x", "failed", 69.9, True),
        ("shortcut:x", "passed", 70.0, False),
        ("reference", "error", None, False),
        ("untouched", "error", None, False),
    ],
)
def test_claims(use: str, result: str, score: float | None, holds: bool) -> None:
    assert (claims.broken(outcome(use, result, score), 70.0) == []) is holds


def test_a_higher_pass_mark_asks_more_of_a_correct_deployment() -> None:
    assert claims.broken(outcome("reference", "passed", 89.0), 90.0)


def test_a_shortcut_may_score_high_when_a_gate_stops_it() -> None:
    assert claims.broken(outcome("shortcut:x", "failed", 80.0, {"g": check("fail", gate=True)}), 70.0) == []


def test_a_shortcut_must_fail_the_checks_that_it_names() -> None:
    checks = {"a": check("pass"), "b": check("fail", gate=True), "c": check("skipped")}
    shortcut = outcome("shortcut:x", "failed", 10.0, checks)
    assert claims.broken(shortcut, 70.0, ["b", "c"]) == []
    assert claims.broken(shortcut, 70.0, ["a", "z"]) == [
        "check a should fail and is pass",
        "check z should fail and is not there",
    ]


def test_a_limit_that_never_bites_is_told() -> None:
    held = [
        outcome("untouched", "failed", 20.0, {"serves": check("pass"), "a": check("fail"), "b": check("skipped")}),
        outcome("reference", "passed", 99.0, {"serves": check("pass"), "a": check("pass"), "b": check("pass")}),
        outcome("shortcut:x", "failed", 20.0, {"serves": check("pass"), "a": check("pass"), "c": check("fail")}),
    ]
    assert claims.idle(held) == ["b"]
    said = {"b: no deployment broke it, so nothing shows that it is needed: raise it, or add a shortcut"}
    proof = Proof({one.trial: one for one in held}, calibration={})
    with CliRunner().isolation() as (out, *_):
        cli._print(proof)
        assert said <= set(out.getvalue().decode().splitlines())
    assert cli._data(proof)["idle"] == ["b"]
    assert cli._data(replace(proof, complete=False))["idle"] == []


def test_rates_leave_out_what_was_not_judged() -> None:
    found = rates([
        *(outcome("reference", "passed", 100.0, seed=seed) for seed in range(20)),
        outcome("shortcut:x", "failed", 10.0),
        outcome("untouched", "error", None),
    ])  # fmt: skip
    assert (found.false_fails, found.false_passes, found.unjudged) == (Rate(0, 20), Rate(0, 1), 1)
    low, high = found.false_fails.interval()
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 20)), "what Clopper and Pearson say of none in twenty"
    assert Rate(0, 0).interval() == (0.0, 1.0)


def test_all_of_five_exams_are_passed_as_often_as_tau_bench_says() -> None:
    assert all_of(4, 4) is None
    assert [all_of(passed, 5) for passed in (4, 5)] == [0.0, 1.0]
    assert all_of(9, 10) == pytest.approx(0.5), "one bad exam of ten is in half of all fives"
    held = [outcome("reference", "passed", 100.0, seed=seed) for seed in range(5)]
    held += [outcome("reference", "error", None), outcome("alternative", "failed", 10.0)]
    assert reliability([*held, outcome("untouched", "passed", 99.0)]) == {"reference": 1.0, "alternative": None}


def test_repetitions_and_a_neighbour_are_trials_of_their_own() -> None:
    trials = [Trial("reference", 1, "local", time, busy) for time in (1, 2) for busy in (False, True)]
    assert [trial.slug for trial in trials] == [
        "reference-1-local", "reference-1-local-busy", "reference-1-local-2", "reference-1-local-2-busy",
    ]  # fmt: skip
    for trial in trials:
        told = outcome("reference", "passed", 90.0)
        told = replace(told, trial=trial)
        assert Outcome.from_json(told.to_json()) == told


def test_a_neighbour_ends_with_the_exams() -> None:
    with neighbour():
        busy = [p for p in psutil.Process().children() if BURN in p.cmdline()]
        assert len(busy) == 1
    assert not busy[0].is_running()


def test_the_nearest_threshold_is_named() -> None:
    near, far = check("pass", near=-0.02), check("pass", near=0.4)
    assert claims.nearest([outcome("reference", "passed", 90.0, {"near": near, "far": far})]) == ("near", 0.02)
    assert claims.nearest([outcome("reference", "passed", 90.0, {"none": check("pass", near=None)})]) is None


def test_calibration_is_the_mean_of_each_end(entry: Entry) -> None:
    known = [
        outcome("untouched", "failed", 10.0, ledger={"wrong": -100.0, "lost": -10.0}),
        outcome("untouched", "failed", 10.0, ledger={"wrong": -200.0}, seed=2),
        outcome("reference", "passed", 90.0, ledger={}),
        outcome("shortcut:x", "failed", 90.0, ledger={"wrong": -9e9}, seed=9),
    ]
    found = calibrate.calibration(entry, known)
    assert found is not None
    assert found["untouched"] == {"ledger": {"lost": -5.0, "wrong": -150.0}}
    assert found["reference"] == {"ledger": {}}
    assert found["seeds"] == [1, 2]
    assert calibrate.calibration(entry, known[:2]) is None
    assert calibrate.calibration(entry, [*known[:2], outcome("reference", "error", None, ledger=None)]) is None


def test_what_its_author_vouches_for_outlives_a_proof(entry: Entry) -> None:
    ends = [outcome("untouched", "failed", 2.0, ledger={"x": -9.0}), outcome("reference", "passed", 100.0, ledger={})]
    assert _vouched(entry, ends) is None
    file = entry.folder / CALIBRATION
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"bears": 4.5}), "utf-8")
    assert _vouched(entry, [*ends, replace(ends[1], slowdown=9.0)]) == 4.5


def _vouched(entry: Entry, outcomes: list[Outcome]) -> float | None:
    saved = calibrate.save(entry, calibrate.calibration(entry, outcomes) or {}, outcomes, proven=True)
    bears: float | None = json.loads(saved.read_text("utf-8"))["bears"]
    return bears


def test_a_saved_calibration_counts_for_the_scenario(entry: Entry) -> None:
    known = [outcome("untouched", "failed", 1.0, {"a": check("fail")}), outcome("reference", "passed", 99.0)]
    found = calibrate.calibration(entry, known)
    assert found is not None
    calibrate.save(entry, found, known, proven=True)
    again = find(str(entry.folder))
    assert again.proven
    assert (again.calibration() or {})["measured"]["untouched"]["checks"]["a"]["verdicts"] == {"fail": 1}
    scale = again.scale() or {}
    assert {key: value for key, value in scale.items() if key != "traps"} == found | {"bears": None}
    assert [trap["name"] for trap in scale["traps"]] == ["reference", "untouched"]
    assert scale["traps"][1]["checks"]["a"] == {"verdicts": {"fail": 1}, "min": 1.0, "max": 1.0}
    assert again.proof() == {"seeds": {"local": [1]}, "exams": 2, "present_code": None}


@pytest.mark.parametrize(("other", "present"), [(None, True), ("older", False)])
def test_a_calibration_says_whether_the_present_code_made_it(entry: Entry, other: str | None, present: bool) -> None:
    ends = [("untouched", "failed", 1.0, entry.code), ("reference", "passed", 99.0, other or entry.code)]
    known = [outcome(use, result, score, code=code) for use, result, score, code in ends]
    calibrate.save(entry, calibrate.calibration(entry, known) or {}, known, proven=True)
    assert (find(str(entry.folder)).proof() or {})["present_code"] is present


def test_a_proof_went_as_far_as_every_deployment_was_examined() -> None:
    whole = [(runtime, 1, use) for runtime in ("local", "docker") for use in ("untouched", "reference")]
    exams = [*whole, ("local", 2, "reference")]
    assert calibrate.extent(exams) == {"docker": [1], "local": [1]}
    assert calibrate.extent([]) == {}


def test_a_run_is_judged_by_the_calibration_put_into_it(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"seed": 1, "calibration": null}')
    calibrate.apply(tmp_path, {"untouched": {"ledger": {}}})
    assert json.loads((tmp_path / "run.json").read_text()) == {"seed": 1, "calibration": {"untouched": {"ledger": {}}}}


def test_results_come_back_as_they_were_and_only_for_the_same_scenario(tmp_path: Path) -> None:
    results = Results(tmp_path / "deep" / "results.jsonl")
    assert results.of("h", "c") == {}
    older = outcome("reference", "failed", 1.0, code="c")
    newer = outcome("reference", "passed", 99.0, {"a": check("pass")}, code="c")
    for one in (
        older,
        newer,
        outcome("untouched", "error", None, code="c"),
        outcome("alternative", "passed", 9.0, calibrated=False, code="c"),
        outcome("shortcut:x", "failed", 9.0, code="of older code"),
        outcome("shortcut:y", "failed", 9.0),
    ):
        results.add(one)
    with results.file.open("a") as file:
        file.write('{"torn": ')
    assert results.of("h", "c") == {newer.trial: newer}
    assert results.of("other", "c") == {}
    row = json.loads(results.file.read_text().splitlines()[1])
    assert {"scenario", "scenario_hash", "use", "seed", "runtime", "result", "score", "checks"} <= row.keys()


def test_the_ends_of_the_scale_are_examined_first(entry: Entry) -> None:
    trials = matrix(entry, Settings(seeds=(1, 2), runtimes=("local",)))
    assert [t.use for t in trials] == ["untouched"] * 2 + ["reference"] * 2 + ["alternative"] * 2
    assert matrix(entry, Settings(seeds=(1,), only=("alternative",))) == [Trial("alternative", 1, "auto")]
    with pytest.raises(UsageProblem, match="no deployment 'nope'"):
        matrix(entry, Settings(only=("nope",)))


def test_a_look_writes_nothing_beside_the_scenario(entry: Entry, tmp_path: Path) -> None:
    file, ends = tmp_path / "results.jsonl", ("untouched", "reference")
    for use, result, score in zip(ends, ("failed", "passed"), (1.0, 99.0), strict=True):
        Results(file).add(outcome(use, result, score, scenario_hash=entry.hash, code=entry.code))
    looked = Settings(seeds=(1,), runtimes=("local",), only=ends, resume=True, results=file)
    before = sorted(entry.folder.iterdir())
    proof = prove(entry, looked, lambda _trial, _event: None)
    assert (proof.holds, proof.written) == (True, [])
    assert sorted(entry.folder.iterdir()) == before
    assert entry.calibration() is None


def test_a_second_proof_of_a_scenario_is_refused(entry: Entry) -> None:
    with only_one(entry), pytest.raises(UsageProblem, match="another verification of"):
        prove(entry, Settings(), lambda _trial, _event: None)


def test_a_proof_of_nothing_does_not_hold() -> None:
    assert not Proof().holds
