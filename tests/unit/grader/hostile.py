"""A report in which everything that a deployment may have written is as bad as it can be."""

from dataclasses import replace

from grader.checks import clean
from grader.report import AskedReport, CheckReport, QuestionReport, Report
from grader.verdict import Verdict

HOSTILE = (
    "\x1b[2J\x1b[31mPASSED\x1b[0m \x00\x07\x08\r\n::error title=forged::owned\n   ::add-mask::1\n##[error]old "
    "]]></failure><!-- --><testcase name='forged'/> & \ud800 \ufffe \u202egnp.exe\u2066 🧑‍💻 "
    "![x](http://evil.example/) <img src=x> | `ticks` ```fence``` @all [a](javascript:b) \\| %0A::warning::late %25"
)
"""ANSI, control characters, workflow commands, XML, lone surrogates, turned text, emoji, Markdown and HTML."""


def check(**changes: object) -> CheckReport:
    """A failed check with a hostile row."""
    row = {"key": clean(HOSTILE), "log": clean("::error::" + "x" * 2**20), "detail": clean(HOSTILE[::-1])}
    facts: dict[str, object] = {
        "id": "holds", "family": "data", "says": "It holds", "gate": False, "weight": 1.0, "verdict": Verdict.FAIL,
        "credit": 0.0, "points": 0.0, "worth": 1.0, "expected": "= 0", "observed": "1", "value": 1.0, "unit": "count",
        "margin": -1.0, "margin_share": None, "reason": clean(HOSTILE), "hint": None, "rows": (row,) * 5, "sql": None,
    }  # fmt: skip
    return CheckReport(**facts | changes)  # type: ignore[arg-type]


def questions(text: str) -> AskedReport:
    """What was asked, where all of it is hostile."""
    return AskedReport(1, 1, 1, (QuestionReport(text, text, text, text, 1, text),), {text: text})


def report(sound: Report, checks: int = 1) -> Report:
    """A report with so many hostile checks, of one name, and a megabyte of hostile last words."""
    lines = tuple(map(clean, (HOSTILE + "\n" + "::error::" + "y" * 2**20).split("\n"))) * 3
    return replace(
        sound,
        asked=questions(clean(HOSTILE)),
        checks=(check(),) * checks,
        last_lines=lines,
        reason=clean(HOSTILE),
        warnings=(clean(HOSTILE),),
    )


def raw(sound: Report) -> Report:
    """The same where nothing cleaned the text on its way: each format has to be safe by itself."""
    row = {"key": HOSTILE}
    return replace(sound, checks=(check(reason=HOSTILE, rows=(row,)),), last_lines=(HOSTILE,), reason=HOSTILE,
                   asked=questions(HOSTILE))  # fmt: skip
