"""How reports look: golden files, widths, colour, and what a deployment may not smuggle in.

`FDELAB_GOLDEN=write` writes the golden files anew; what changed is then for a person to read.
"""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grade import check, grade
from grader.report import Report
from grader.reports.compare import Side, compare, difference, to_json
from grader.reports.formats import FORMATS
from grader.reports.text import render, scale
from tests.unit.grader import examples
from tests.unit.grader.laps import AVAILABLE, Lap

GOLDEN = Path(__file__).parents[2] / "golden" / "reports"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("FDELAB_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.fixture
def untouched(tmp_path: Path) -> Report:
    return examples.untouched(tmp_path / "untouched")


@pytest.fixture
def reference(tmp_path: Path) -> Report:
    return examples.reference(tmp_path / "reference")


@pytest.mark.parametrize("name", ["untouched", "reference", "not_started"])
@pytest.mark.parametrize("kind", list(FORMATS))
def test_reports_look_as_they_did(tmp_path: Path, name: str, kind: str) -> None:
    report = getattr(examples, name)(tmp_path)
    golden(name.replace("_", "-") + FORMATS[kind].suffix, FORMATS[kind].render(report))


def test_the_comparison_looks_as_it_did(untouched: Report, reference: Report) -> None:
    golden("comparison.txt", compare(Side("untouched", untouched), Side("reference", reference)))


@pytest.mark.parametrize("width", [48, 60, 80, 120])
def test_no_line_is_wider_than_asked(tmp_path: Path, untouched: Report, width: int) -> None:
    for report in (untouched, examples.not_started(tmp_path)):
        assert max(map(len, render(report, width).splitlines())) <= width


def test_a_brief_report_has_one_line_a_check(untouched: Report) -> None:
    lines = render(untouched, brief=True).splitlines()
    assert len([line for line in lines if line.startswith(("  PASS", "  FAIL", "  SKIP"))]) == len(untouched.checks)
    assert not any(line.startswith(" " * 8) for line in lines if "observed" not in line)


def test_hints_are_data_and_not_shown_unasked(untouched: Report) -> None:
    hint = next(check.hint for check in untouched.checks if check.hint)
    assert hint not in render(untouched, 400)


def test_colour_adds_nothing_but_colour(untouched: Report, reference: Report) -> None:
    for report in (untouched, reference):
        assert "\x1b" not in render(report)
        assert ANSI.sub("", render(report, colour=True)) == render(report)
    sides = Side("untouched", untouched), Side("reference", reference)
    assert "\x1b" not in compare(*sides)
    assert ANSI.sub("", compare(*sides, colour=True)) == compare(*sides)


def test_json_says_its_version_and_can_be_read_by_anybody(untouched: Report) -> None:
    data = json.loads(FORMATS["json"].render(untouched), parse_constant=pytest.fail)
    assert data["format"] == 1
    assert data["result"] == "failed"
    assert [c["verdict"] for c in data["checks"]] == ["pass", "fail", "fail", "fail", "skipped", "fail"]
    assert data["money"]["accounts"] == {"duplicates": -360.0, "missing": -585.5}


def test_an_infinite_value_is_null_in_json_and_a_word_on_a_terminal(tmp_path: Path) -> None:
    slow = {"id": "fast", "family": "reliability", "measure": "latency", "with": {"stream": "orders"},
            "expect": "<= 1 s", "says": "Sales do not wait"}  # fmt: skip
    report = grade(Lap(checks=(slow,)).traffic(dict.fromkeys(range(10, 44), "timeout")).write(tmp_path))
    fast = json.loads(report.dumps())["checks"][1]
    assert (fast["value"], fast["margin"], fast["observed"]) == (None, None, "never")


def test_what_the_deployment_wrote_moves_no_cursor(tmp_path: Path) -> None:
    lap = Lap().traffic({9: "ok"}).request(5.25, "error", detail="\x1b[2J\x07PASSED\n\u202egnp " + "x" * 5000)
    lap.request(5.3, "error", detail="b")
    text = render(grade(lap.write(tmp_path)), width=4000)
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    assert "�[2J�PASSED��gnp" in text
    assert "x" * 300 not in text


def test_a_live_report_says_what_is_still_to_come(tmp_path: Path) -> None:
    folder = (
        Lap(checks=(AVAILABLE,), run={"finished": False, "exam": False})
        .traffic()
        .add("resources", at=17.2)
        .write(tmp_path)
    )
    text = render(check([folder]))
    assert text.startswith("NOT YET  pass mark 70\n")
    assert "live check · lap 1 · " in text
    assert "WAIT  available" in text
    assert "Waits for night" in text
    assert "still to come: night" in text


def test_the_scale_stays_in_its_bounds() -> None:
    assert {len(scale(share)) for share in (-3.0, 0.0, 0.5, 1.0, 7.0)} == {30}
    assert scale(-3.0) == scale(0.0)
    assert scale(7.0) == scale(1.0)


def test_the_difference_is_what_the_right_one_saves(untouched: Report, reference: Report) -> None:
    assert difference(untouched, reference) == pytest.approx(900.5)
    text = compare(Side("untouched", untouched), Side("reference", reference))
    assert "reference saves" in text
    backwards = compare(Side("reference", reference), Side("untouched", untouched))
    assert "untouched costs" in backwards


def test_columns_of_a_comparison_stand_under_each_other(untouched: Report, reference: Report) -> None:
    assert untouched.money is not None
    name = "an-account-with-a-very-long-name"
    long = replace(untouched, money=replace(untouched.money, accounts={name: -90.0}))
    lines = compare(Side("untouched", long), Side("reference", reference)).splitlines()
    (account,) = (line for line in lines if name in line)
    (total,) = (line for line in lines if "money a lap" in line)
    assert account.index("-€") == total.index("-€")


def test_the_comparison_as_data(untouched: Report, reference: Report) -> None:
    data = to_json(Side("untouched", untouched), Side("reference", reference))
    assert json.loads(json.dumps(data)) == data
    assert data["difference"] == pytest.approx(900.5)


def test_reports_of_different_scenarios_are_not_compared(tmp_path: Path, untouched: Report) -> None:
    other = grade(Lap(scenario={"id": "other"}).traffic().write(tmp_path))
    with pytest.raises(ValueError, match="other"):
        compare(Side("a", untouched), Side("b", other))


def test_a_comparison_with_one_that_did_not_start_has_no_money(tmp_path: Path, reference: Report) -> None:
    text = compare(Side("broken", examples.not_started(tmp_path)), Side("reference", reference))
    assert "money" not in text
    assert "SKIP" in text


def test_a_comparison_says_why_one_of_them_was_not_judged(tmp_path: Path, reference: Report) -> None:
    busy = grade(Lap(checks=examples.CHECKS, run={"failed": "the site died"}).write(tmp_path))
    text = compare(Side("untouched", busy), Side("reference", reference))
    assert "untouched: The simulated world failed: the site died." in text
    assert busy.advice
    assert busy.advice in " ".join(text.split())
