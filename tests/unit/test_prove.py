"""README's tables come from results alone."""

from pathlib import Path
from typing import Any

import pytest

from tests.prove.tables import NOTHING, TABLES, filled, latest

README = Path(__file__).parents[2] / "README.md"


def exam(use: str, seed: int, runtime: str, score: float, result: str) -> dict[str, Any]:
    checks = {"exact": {"verdict": "pass", "value": 1.0, "unit": "share", "margin_share": 0.05}}
    who = {"scenario": "promise-dates", "use": use, "seed": seed, "runtime": runtime}
    return who | {"score": score, "result": result, "checks": checks}


def test_every_block_of_readme_has_a_table() -> None:
    empty = filled(README.read_text("utf-8"), {})
    assert empty.count(NOTHING) == len(TABLES)
    assert filled(empty, {}) == empty


def test_a_block_without_a_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("<!-- generated: weather -->\n<!-- end -->", {})


def test_the_last_row_on_something_counts() -> None:
    assert latest([{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}], "a") == [{"a": 1, "b": 2}, {"a": 2, "b": 1}]


def test_verification_shows_spread_and_verdicts() -> None:
    rows = [
        exam("shortcut:cache", 1, "local", 50, "failed"),
        exam("reference", 1, "local", 97, "passed"),
        exam("reference", 2, "local", 100, "passed"),
        exam("reference", 1, "docker", 100, "passed"),
        exam("untouched", 1, "local", 20.5, "failed"),
    ]
    assert TABLES["verify"](rows).splitlines() == [
        "| scenario | deployment | score on docker (exams) | score on local (exams) | verdicts |",
        "| --- | --- | --- | --- | --- |",
        "| promise-dates | untouched | – | 20.5 (1) | 1 failed |",
        "| promise-dates | reference | 100 (1) | 100 [97–100] (2) | 3 passed |",
        "| promise-dates | shortcut: cache | – | 50 (1) | 1 failed |",
    ]


def test_load_names_the_nearest_threshold() -> None:
    table = TABLES["load"]([exam("reference", 1, "local", 100, "passed")])
    assert table.splitlines()[-1] == "| promise-dates | reference | local | 1 passed | 100 | 5.0% of it, `exact` |"


def test_figures_and_clones() -> None:
    figure = {"what": "link, added p50", "value": 0.2123456, "unit": "ms", "budget": "≤ 1.3", "test": "tests/b.py::t"}
    assert "| link, added p50 | 0.2123 ms | ≤ 1.3 | `pytest tests/b.py::t` |" in TABLES["figures"]([figure])
    row = {"command": "make play", "engine": False, "seconds": 90, "code": 0}
    assert "| `make play` | no | 1.5 min | passed |" in TABLES["clone"]([row])
