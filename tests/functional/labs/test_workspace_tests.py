"""The workspace's own tests, run for real before an exam's lap on the local runtime."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import toys
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-exams")

CHECK = {
    "id": "tests-pass", "family": "operations", "weight": 1, "measure": "tests-pass", "with": {"least": 2},
    "expect": "== 100 %", "says": "Whoever comes next can change it safely",
}  # fmt: skip
SERVICE = {"app/__init__.py": "", "app/main.py": toys.ASGI}
GOOD = "def test_one():\n    assert True\n\ndef test_two():\n    assert 1 + 1 == 2\n"


def scenario(folder: Path, **tests: Any) -> Path:
    """A toy whose workspace's tests are run."""
    deployment = json.loads(json.dumps(little.scenario()["deployment"])) | {"tests": tests}
    return toys.scenario(folder, deployment=deployment, checks=[*toys.CHECKS, CHECK])


def check(sat: toys.Sat) -> dict[str, Any]:
    """What the report says of them."""
    found: dict[str, Any] = next(one for one in sat.report["checks"] if one["id"] == "tests-pass")
    return found


def rows(sat: toys.Sat) -> list[tuple[str, str]]:
    return [(row["name"], row["outcome"]) for row in sat.rows("tests")]


def test_tests_that_pass_earn_their_weight(tmp_path: Path) -> None:
    sat = toys.examine(scenario(tmp_path / "toy"), SERVICE | {"tests/test_toy.py": GOOD}, "local", tmp_path)
    assert sat.report["checks"], sat.told
    assert rows(sat) == [("tests/test_toy.py::test_one", "passed"), ("tests/test_toy.py::test_two", "passed")]
    assert (check(sat)["verdict"], check(sat)["value"], check(sat)["reason"]) == ("pass", 1.0, "2 of 2 tests pass")
    assert not [line for line in sat.lines() if "test_toy" in line], "what pytest prints is no log of the deployment"


def test_a_submission_that_breaks_a_test_is_told_which(tmp_path: Path) -> None:
    broken = GOOD.replace("1 + 1 == 2", "1 + 1 == 3, 'sums are off'")
    sat = toys.examine(scenario(tmp_path / "toy"), SERVICE | {"tests/test_toy.py": broken}, "local", tmp_path)
    found = check(sat)
    assert (found["verdict"], found["value"], found["reason"]) == ("fail", 0.5, "1 of 2 tests pass"), sat.told
    (row,) = found["rows"]
    assert (row["name"], row["outcome"]) == ("tests/test_toy.py::test_two", "failed")
    assert "sums are off" in row["detail"]


def test_a_submission_that_deletes_its_tests_is_told_so(tmp_path: Path) -> None:
    sat = toys.examine(scenario(tmp_path / "toy"), SERVICE, "local", tmp_path)
    assert (check(sat)["verdict"], check(sat)["value"]) == ("fail", 0.0), sat.told
    assert [row["detail"] for row in sat.rows("tests")] == ["pytest could not be used: is its folder there?"]
    assert check(sat)["reason"].endswith("1 are gone, of 2 that are to be there")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import time\n\ndef test_forever():\n    time.sleep(600)\n", "took longer than 4 s"),
        (
            "import time\n\ndef test_greedy():\n    held = b'x' * (400 << 20)\n    time.sleep(600)\n",
            "ran out of memory",
        ),
    ],
    ids=["forever", "greedy"],
)
def test_tests_that_take_too_much_are_ended(code: str, says: str, tmp_path: Path) -> None:
    within = 4 if "4 s" in says else 60
    toy = scenario(tmp_path / "toy", within=f"{within}s", limits={"memory": "256m"})
    sat = toys.examine(toy, SERVICE | {"tests/test_toy.py": code}, "local", tmp_path)
    assert [(row["name"], row["detail"]) for row in sat.rows("tests")] == [("pytest", says)], sat.told
    assert (check(sat)["verdict"], check(sat)["value"]) == ("fail", 0.0)
