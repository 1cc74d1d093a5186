"""What the verifier tells Harbor of an exam, by how that ends."""

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from labs.harbor.verify import SENTINEL, Places, verify

CHECKS = [
    {"id": "serves", "family": "reliability", "points": 0.0, "worth": 0.0},
    {"id": "true", "family": "data", "points": 30.0, "worth": 40.0},
    {"id": "kept", "family": "data", "points": 0.0, "worth": 20.0},
    {"id": "loss", "family": "business", "points": 40.0, "worth": 40.0},
]
EXAM = """
import json, os, pathlib, sys
said = dict(zip(sys.argv[3::2], sys.argv[4::2]))
notes = pathlib.Path({notes!r})
told = json.loads(notes.read_text()) if notes.exists() else []
mode = pathlib.Path({logs!r}).stat().st_mode & 0o777
told.append({{"argv": sys.argv[1:], "seed": os.environ["FDELAB_SEED"], "ci": os.environ["CI"], "mode": mode,
             "files": sorted(os.listdir(said["--workspace"]))}})
notes.write_text(json.dumps(told))
code = {codes!r}[len(told) - 1]
if code in (0, 1):
    out = pathlib.Path(said["--out"])
    out.mkdir()
    (out / "report.json").write_text({report!r})
    (out / "report.ctrf.json").write_text("{{}}")
if code == 2 and {refuses!r}:
    pathlib.Path(said["--refused"]).write_text(json.dumps({{"refused": "shop.py is a link", "remedy": "a file"}}))
sys.exit(code)
"""


class Bench:
    """A verifier's container, with an exam that ends as it is told to."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "workspace", folder / "logs", folder / "scratch")
        self.notes = folder / "notes.json"
        self.places.workspace.mkdir()
        self.places.logs.mkdir()
        self.places.logs.chmod(0o777)
        for name in (SENTINEL, "shop.py"):
            (self.places.workspace / name).touch()

    def judge(self, *codes: int, refuses: bool = True) -> int:
        report = json.dumps({"score": 70.0 if codes[-1] == 0 else 35.5, "checks": CHECKS})
        program = EXAM.format(
            notes=str(self.notes), logs=str(self.places.logs), codes=codes, report=report, refuses=refuses
        )
        return verify("first-day", ["business", "data"], self.places, [sys.executable, "-c", program, "exam"])

    @property
    def asked(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.notes.read_bytes())
        return found

    @property
    def reward(self) -> dict[str, float] | None:
        file = self.places.logs / "reward.json"
        return json.loads(file.read_bytes()) if file.exists() else None


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.delenv("FDELAB_SEED", raising=False)
    return Bench(tmp_path)


def test_what_passed_is_one(bench: Bench) -> None:
    assert bench.judge(0) == 0
    assert bench.reward == {"reward": 1.0, "score": 0.7, "business": 1.0, "data": 0.5}
    assert {file.name for file in bench.places.logs.iterdir()} == {"reward.json", "report.json", "ctrf.json"}


def test_what_did_not_is_none_with_a_share_of_the_score(bench: Bench) -> None:
    assert bench.judge(1) == 1
    assert bench.reward == {"reward": 0.0, "score": 0.355, "business": 1.0, "data": 0.5}


def test_what_cannot_be_taken_is_none_with_the_reason(bench: Bench) -> None:
    assert bench.judge(2) == 2
    assert bench.reward == {"reward": 0.0, "score": 0.0, "business": 0.0, "data": 0.0}
    assert (bench.places.logs / "reason.txt").read_text("utf-8") == "shop.py is a link\na file\n"


def test_a_mistake_of_ours_has_no_reward(bench: Bench) -> None:
    bench.judge(2, refuses=False)
    assert bench.reward is None
    assert len(bench.asked) == 1


def test_what_could_not_be_judged_is_tried_again_with_the_same_seed(bench: Bench) -> None:
    assert bench.judge(3, 3, 0) == 0
    assert len(bench.asked) == 3
    assert len({one["seed"] for one in bench.asked}) == 1
    assert bench.reward is not None and bench.reward["reward"] == 1.0


@pytest.mark.parametrize("code", [3, 130, 9])
def test_what_cannot_be_judged_at_all_has_no_reward(bench: Bench, code: int) -> None:
    for name in ("reward.json", "reward.txt"):
        (bench.places.logs / name).write_text("1")
    assert bench.judge(code, code, code, 0) == 3
    assert len(bench.asked) == 3
    assert [*bench.places.logs.iterdir()] == []


@pytest.mark.parametrize("gone", [SENTINEL, ""])
def test_a_workspace_that_did_not_come_has_no_reward(bench: Bench, gone: str) -> None:
    if gone:
        (bench.places.workspace / gone).unlink()
    else:
        bench.places.workspace.rename(bench.places.workspace.with_name("elsewhere"))
    assert bench.judge(0) == 3
    assert bench.reward is None and not bench.notes.exists()


def test_an_exam_is_a_strangers_and_has_the_seed_that_is_given(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FDELAB_SEED", "41")
    bench.judge(1)
    (asked,) = bench.asked
    assert (asked["seed"], asked["ci"], asked["files"]) == ("41", "true", ["shop.py"])
    assert asked["argv"][:2] == ["exam", "first-day"] and "41" not in asked["argv"]
    assert "box" in asked["argv"]


def test_whoever_is_examined_cannot_write_the_reward(bench: Bench) -> None:
    victim = bench.places.logs.parent / "victim"
    victim.write_text("mine")
    for name in ("reward.json", "reason.txt", "report.json", ".reward.json"):
        (bench.places.logs / name).symlink_to(victim)
    bench.judge(1)
    assert bench.asked[0]["mode"] == 0o700
    assert stat.S_IMODE(bench.places.logs.stat().st_mode) == 0o777
    assert victim.read_text("utf-8") == "mine"
    assert bench.reward is not None and bench.reward["reward"] == 0.0
    assert not (bench.places.logs / "reward.json").is_symlink()
