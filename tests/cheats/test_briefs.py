"""Briefs that are made to crash the grader, keep it busy or pass without work: each is judged, and none passes."""

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
AMOUNT = "impact:\n  loss: {{number: {}, unit: {}}}\n"
SPACES = " " * 60_000
CLAIMS = (*load(SCENARIO).brief.claims.causes,)  # type: ignore[union-attr]
CAUSES = ("wrong-quantities", "asks-while-closed", "shut-out", "new-number-each-time", "buys-first", "gives-up-early")
_HARD = "{table: logs, rows: {line: ['*e*=*'], stream: ['*t*t'], service: ['*p*']}}"
"""A citation of a large table in which every row is tried again and again."""


def _laughs() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    return "\n".join(rows + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]) + "\n"


def _cited(value: str, times: int = 1) -> str:
    cited = f"{{table: requests, rows: {{outcome: [{', '.join([value] * times)}]}}}}"
    return f"claims:\n  shut-out:\n    {{share: 12 %, evidence: [{cited}]}}\n"


UNREADABLE = {
    "a hex number": (AMOUNT.format(f"0x{'f' * 5_000}", "EUR"), "2:18"),
    "a long number": (AMOUNT.format("9" * 5_000, "EUR"), "2:18"),
    "a number beyond floats": (AMOUNT.format("1e999", "EUR"), "2:18"),
    "infinity": (AMOUNT.format(".inf", "EUR"), "2:18"),
    "no number": (AMOUNT.format(".nan", "EUR"), "2:18"),
    "a number beyond money": (AMOUNT.format("1e300", "EUR"), "2:18"),
    "a year beyond": ("ask: {by: 99999-01-01}\n", "1:11"),
    "a long unit": (AMOUNT.format("1", f"'{SPACES}x'"), "2:"),
    "nested": (f"risk: {'[' * 60_000}", "1:"),
    "billion laughs": (_laughs(), "1:"),
    "an alias of itself": ("risk: &x [*x]\n", "1:7"),
    "full stops": (f"risk: '{'.' * 60_000}'\n", "1:7"),
    "questions": (f"note: '{'can i ' * 10_000}'\n", "1:7"),
    "empty lines": (f'note: "{chr(92)}n{SPACES}"\n', "1:7"),
    "longer than is read": (f"note: '{'x' * 70_000}'\n", "1:65537"),
    "a second document": ("to: lena\n---\nto: lena\n", "3:1"),
    "many stars": (_cited("'" + "*a" * 60 + "'"), "3:"),
    "many values": (_cited("ok", 9_000), "3:"),
    "many keys": ("".join(f"k{n}: {n}\n" for n in range(5_000)), "1:1"),
    "the same key": ("to: lena\n" * 7_000, "2:1"),
    "a control character": ('risk: "\\e[2J"\n', "1:7"),
    "half a character": ('risk: "\\ud800"\n', "1:"),
    "a share beyond the whole": ("claims: {shut-out: {share: 101 %}}\n", "1:28"),
    "a long share": (f"claims: {{shut-out: {{share: '{'1' * 60_000} %'}}}}\n", "1:"),
    "no share": ("claims: {shut-out: {share: .nan}}\n", "1:28"),
    "a share below nothing": ("claims: {shut-out: {share: -5 %}}\n", "1:28"),
    "many claims": ("claims:\n" + "".join(f"  k{n}: {{share: 1 %}}\n" for n in range(2_000)), "1:"),
    "many citations": (
        "claims: {shut-out: {share: 1 %, evidence: [" + "{table: logs, rows: {line: x}}, " * 1_500 + "]}}\n",
        "1:",
    ),
    "many decisions": (f"decisions: [{'knock-once, ' * 5_000}]\n", "1:"),
    "an endless key": (f"? {'k' * 60_000}\n: 1\n", "1:"),
}
"""Each with the place that it is refused at."""

LONGEST = 9_990
READABLE = {
    "full stops": "note: '" + "." * LONGEST + "'\n",
    "full stops and words": "note: '" + "a." * (LONGEST // 2) + "'\n",
    "commas": "note: '" + ", " * (LONGEST // 2) + "'\n",
    "hyphens": "note: '" + "a-" * (LONGEST // 2) + "'\n",
    "not not not": "note: '" + "not the " * (LONGEST // 8) + "'\n",
    "not to blame": "note: '" + "nobody " * (LONGEST // 7) + "'\n",
    "backticks": "note: '" + "`" * LONGEST + "'\n",
    "underscores": "note: '" + "_" * LONGEST + "'\n",
    "digits": "note: '" + "1" * LONGEST + "'\n" + AMOUNT.format("1", "EUR"),
    "groups of digits": "note: '" + "1,111" * (LONGEST // 5) + "'\n" + AMOUNT.format("1", "EUR"),
    "numbers in words": "note: '" + "twenty-one thousand and " * (LONGEST // 24) + "'\n" + AMOUNT.format("1", "EUR"),
    "brackets": "note: '." + ")" * LONGEST + "'\n",
    "braces": "note: '" + "{" * LONGEST + "'\n",
    "braces around braces": "note: '" + "{cause:" * (LONGEST // 7) + "'\n",
    "placeholders": "note: '" + "{cause:shut-out}" * (LONGEST // 16) + "'\n",
    "placeholders of placeholders": f"risk: '{'{risk}' * 1_600}'\nnote: '{'{risk}' * 1_600}'\n",
    "line breaks": 'note: "' + "\\n " * (LONGEST // 3) + '"\n',
    "half a clause": "note: '" + "his own " * (LONGEST // 8) + "'\n",
    "greetings": "note: '" + "dear " * (LONGEST // 5) + "'\n",
    "closings": "note: '" + "thanks. " * (LONGEST // 8) + "'\n",
    "hard evidence": "claims:\n"
    + "".join(f"  {cause}: {{share: 12 %, evidence: [{', '.join([_HARD] * 10)}]}}\n" for cause in CAUSES),
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
    assert {"decisions", "owner"} <= {str(row["part"]) for row in rows}
    figure(name, cpu, "s CPU", tries="a brief that takes long to read", result="fail")


STUFFED = {
    "equal shares for everything": dict.fromkeys(CLAIMS, "9 %"),
    "all to what everybody suspects": {"gives-up-early": "100 %"},
    "all to what is seen first": {"shut-out": "100 %"},
    "all to the largest": {"wrong-quantities": "100 %"},
    "halves": {"wrong-quantities": "50 %", "shut-out": "25 %", "gives-up-early": "13 %", "old-machine": "12 %"},
}
"""Tables of shares by people who have not looked."""
EVERYTHING = "{table: requests, rows: {id: '*'}}"


@pytest.mark.parametrize("name", STUFFED)
def test_who_guesses_and_has_every_word_does_not_pass(tmp_path: Path, name: str) -> None:
    """All decisions, everything as evidence, all causes' words in the note, and true numbers."""
    scenario = load(SCENARIO)
    assert scenario.brief is not None
    known = scenario.brief.claims
    told = "\n".join([
        "to: lena", "claims:",
        *(f"  {cause}: {{share: {share}, evidence: [{EVERYTHING}]}}" for cause, share in STUFFED[name].items()),
        f"decisions: [{', '.join(known.decisions)}]", "impact:", "  loss: {number: 7206, unit: EUR/h}",
        "  night: {number: 121, unit: orders}", "ask: {of: lena, what: agree, by: 2026-12-01}",
        "risk: some", "owner: me",
        "note: '{loss} " + " ".join(f"{{cause:{cause}}}" for cause in list(known.causes)[:8]) + "'", "",
    ])  # fmt: skip
    verdict, rows, _ = judged(tmp_path, told)
    assert verdict is Verdict.FAIL
    assert "decisions" in {row["part"] for row in rows}
