"""Briefs that are made to crash the grader or to keep it busy: each is judged, quickly, and none passes."""

import json
import shutil
import time
from pathlib import Path

import pytest

from grader.brief.check import judge
from grader.verdict import Verdict
from scenarios.brief import FILE, INCIDENT, MOST
from scenarios.loader import load
from scenarios.variants import LIBRARY
from tests.conftest import Figure
from tests.unit.grader.laps import Lap

SCENARIO = LIBRARY / "promise-dates"
AMOUNT = "impact:\n  loss: {{number: {}, unit: {}, window: all}}\n"
SPACES = " " * 60_000


def _laughs() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    return "\n".join(rows + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]) + "\n"


def _cited(value: str, times: int = 1) -> str:
    return f"evidence:\n  - table: requests\n    rows: {{outcome: [{', '.join([value] * times)}]}}\n"


UNREADABLE = {
    "a hex number": (AMOUNT.format(f"0x{'f' * 5_000}", "EUR"), "2:18"),
    "a long number": (AMOUNT.format("9" * 5_000, "EUR"), "2:18"),
    "a number beyond floats": (AMOUNT.format("1e999", "EUR"), "2:18"),
    "infinity": (AMOUNT.format(".inf", "EUR"), "2:18"),
    "no number": (AMOUNT.format(".nan", "EUR"), "2:18"),
    "a number beyond money": (AMOUNT.format("1e300", "EUR"), "2:18"),
    "a year beyond": ("by: 99999-01-01\n", "1:5"),
    "a long unit": (AMOUNT.format("1", f"'{SPACES}x'"), "2:"),
    "nested": (f"cause: {'[' * 60_000}", "1:"),
    "billion laughs": (_laughs(), "1:"),
    "an alias of itself": ("cause: &x [*x]\n", "1:8"),
    "full stops": (f"cause: '{'.' * 60_000}'\n", "1:8"),
    "questions": (f"note: '{'can i ' * 10_000}'\n", "1:7"),
    "empty lines": (f'note: "{chr(92)}n{SPACES}"\n', "1:7"),
    "longer than is read": (f"note: '{'x' * 70_000}'\n", "1:65537"),
    "a second document": ("to: lena\n---\nto: lena\n", "3:1"),
    "many stars": (_cited("'" + "*a" * 60 + "'"), "3:22"),
    "many values": (_cited("ok", 9_000), "3:"),
    "many keys": ("".join(f"k{n}: {n}\n" for n in range(5_000)), "1:1"),
    "the same key": ("to: lena\n" * 7_000, "2:1"),
    "a control character": ('cause: "\\e[2J"\n', "1:8"),
    "half a character": ('cause: "\\ud800"\n', "1:"),
    "an endless key": (f"? {'k' * 60_000}\n: 1\n", "1:"),
}
"""Each with the place that it is refused at."""

LONGEST = 9_990
READABLE = {
    "full stops": "cause: '" + "." * LONGEST + "'\n",
    "full stops and words": "cause: '" + "a." * (LONGEST // 2) + "'\n",
    "commas": "cause: '" + ", " * (LONGEST // 2) + "'\n",
    "hyphens": "cause: '" + "a-" * (LONGEST // 2) + "'\n",
    "not not not": "cause: '" + "not the " * (LONGEST // 8) + "'\n",
    "can I": "note: '" + "can i " * (LONGEST // 6) + "'\n",
    "backticks": "note: '" + "`" * LONGEST + "'\n",
    "underscores": "note: '" + "_" * LONGEST + "'\n",
    "digits": "note: '" + "1" * LONGEST + "'\n" + AMOUNT.format("1", "EUR"),
    "groups of digits": "note: '" + "1,111" * (LONGEST // 5) + "'\n" + AMOUNT.format("1", "EUR"),
    "brackets": "note: '." + ")" * LONGEST + "'\n",
    "line breaks": 'note: "' + "\\n " * (LONGEST // 3) + '"\n',
    "half a clause": "note: '" + "his own " * (LONGEST // 8) + "'\n",
}
"""As long as a text may be, of what patterns try again and again."""


def judged(tmp_path: Path, told: str) -> tuple[Verdict, tuple[dict[str, object], ...], float]:
    """Verdict, rows and CPU seconds of a brief beside the evidence of an exam."""
    scenario = load(SCENARIO)
    folder = Lap().traffic().write(tmp_path)
    (folder / FILE).write_text(told, encoding="utf-8")
    shutil.copyfile(SCENARIO / INCIDENT, folder / INCIDENT)
    begun = time.process_time()
    found = judge(folder, scenario)
    assert found is not None
    return found.verdict, tuple(dict(row) for row in found.rows), time.process_time() - begun


@pytest.mark.parametrize("name", UNREADABLE)
def test_it_fails_and_says_where(tmp_path: Path, name: str, figure: Figure) -> None:
    told, at = UNREADABLE[name]
    verdict, rows, cpu = judged(tmp_path, told)
    assert verdict is Verdict.FAIL
    assert any(str(row["at"]).startswith(f"{FILE}:{at}") for row in rows), rows
    assert len(json.dumps(rows)) < 40_000
    assert "\x1b" not in json.dumps(rows, ensure_ascii=False)
    figure(name, cpu, "s CPU", tries="a brief that cannot be read", result="fail")


@pytest.mark.parametrize("name", READABLE)
def test_it_is_read_to_its_end_and_does_not_pass(tmp_path: Path, name: str, figure: Figure) -> None:
    told = READABLE[name]
    assert len(told) < MOST
    verdict, rows, cpu = judged(tmp_path, told)
    assert verdict is Verdict.FAIL
    assert {"decision", "risk"} <= {str(row["part"]) for row in rows}
    figure(name, cpu, "s CPU", tries="a brief that takes long to read", result="fail")
