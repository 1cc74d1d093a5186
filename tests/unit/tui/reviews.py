"""An exam to look back at, made up: the ERP was slow, locked, and changed its mind; and an attempt before it."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grader.report import AskedReport, Money, QuestionReport, TrapReport
from grader.verdict import Result
from labs.base.errors import CouldNotJudge
from labs.exam.timeline import Held, LapTimeline, Note
from labs.overview.review import Before, Review, remembered
from labs.progress.store import Attempt, CheckRecord
from simulator.clock import timeline
from tests.unit.tui.desks import SCENARIO, check, report

EVIDENCE = Path("/home/kim/.fdelab/exams/5")
SECONDS = 0.1

CHECKS = (
    check("serves", "pass", "812", ">= 1", gate=True, weight=0, worth=0.0, reason=""),
    check("loss-avoided", "pass", "94.1 %", "≥ 90 %", family="business", points=25.0, worth=25.0),
    check("bought-once", "pass", "0", "≤ 1", gate=True, family="business", points=7.0, worth=7.0),
    check("dates-hold", "fail", "81.2 %", "≥ 95 %", gate=True, family="data", worth=15.0,
          reason="74 of 394 dates were wrong",
          hint="Look at large stocks.", sql='select count(*) from "facts_promises"',
          rows=({"lap": 1, "phase": "morning", "phase_at": 2.25, "order_id": "HW-000117", "promised": "2026-03-04",
                 "truth": "2026-03-06"},
                {"lap": 1, "phase": "file-only", "phase_at": 0.5, "order_id": "HW-000702", "promised": "2026-03-09",
                 "truth": "2026-03-11"})),
    check("answers-at-night", "fail", "0 %", worth=15.0, reason="0 of 118 requests"),
    check("two-sessions", "fail", "3", "≤ 2", gate=True, family="operations", worth=3.0, reason="the highest of 985"),
    check("quiet-at-night", "skipped", "–", "≤ 10/s", family="operations", worth=2.0,
          reason="Says nothing unless answers-at-night passes", hint=None),
    check("brief", "fail", "80 %", "≥ 100 %", family="communication", credit=0.8, points=14.4, worth=18.0,
          says="Lena Brandt knows what happened, what it costs and what is wanted, and can rely on it",
          reason="13 of 15 parts hold; not these: cause, by",
          rows=({"part": "cause", "missed": "Lena: “I read it, and I still do not know why it happened.”"},
                {"part": "by", "missed": "Lena: “Until when? I cannot wait for a day that nobody names.”"})),
)  # fmt: skip
MONEY = Money("EUR", 1, -12_405.0, {"missing-promises": -12_405.0}, -37_174.0, 0.0, 0.67)
REPORT = report(
    CHECKS, exam=True, laps=(1,), score=50.0, money=MONEY, seed=1234,
    reason="Gates dates-hold, two-sessions did not pass", warnings=("promise-api ended by itself once",),
)  # fmt: skip
OWN = Attempt(
    5, datetime(2026, 3, 2, 9, 5, tzinfo=UTC), "promise-dates", "Promise dates", "/home/kim/promise-dates", "local",
    "failed", 50.0, 85.0, "Gates dates-hold, two-sessions did not pass", "EUR", -12_405.0, 0.67, 0, str(EVIDENCE),
)  # fmt: skip

DEBRIEF = """# Debrief: promise dates

## What happened

Two things were wrong. Neither of them was a time-out.

| what the customer saw | what caused it | where it showed |
|---|---|---|
| absurd dates, from the first minute | `1.234,00` read as 1.234 | `stock=4.467` in the log, beside what the ERP says |
| no dates at night | a promise needed a live answer | `NACHTSPERRE`, a few hundred times a minute |

## What held up

- **Knowing.** Stock is read ahead, and has an age in the customer's time.
- **Buying.** A purchase order is written down when it is promised, and sent until the ERP has it.

## What to tell Lena

> The 504s were the smoke. It misread German numbers, which is where the absurd dates came from. At night we now promise
> from what we knew before the lock, and say so.

""" + "\n".join(f"{n}. A question worth asking next time, and what came of it when it was asked." for n in range(1, 31))


def kept(name: str, verdict: str, observed: str, points: float, worth: float = 15.0) -> CheckRecord:
    return CheckRecord(name, "data", False, 1.0, verdict, 0.0, points, worth, "≥ 95 %", observed)


BEFORE = Before(
    replace(OWN, id=3, taken_at=datetime(2026, 3, 2, 8, 3, tzinfo=UTC), score=9.0, money=-39_615.0, evidence="/3"),
    (
        kept("serves", "pass", "547", 0.0, 0.0),
        kept("loss-avoided", "fail", "0 %", 0.0),
        kept("bought-once", "pass", "1", 7.0),
        kept("dates-hold", "fail", "64.9 %", 0.0),
        kept("answers-at-night", "fail", "2.6 %", 0.0),
        kept("two-sessions", "pass", "2", 3.0),
    ),
)


def course() -> LapTimeline:
    """In `slow-erp` a third fails, in `night-lock` nearly all; a strike every second while the ERP is slow."""
    spans = timeline(SCENARIO).spans
    count = int(spans[-1].ends / SECONDS) + 1
    phases = [next((s for s in spans if n * SECONDS < s.ends), spans[-1]).name for n in range(count)]
    due = [0 if phase == "drain" else 2 + round(math.sin(n / 5)) for n, phase in enumerate(phases)]
    bad = {"slow-erp": 0.34, "night-lock": 0.95}
    failed = [round(d * bad.get(phase, 0.0)) for d, phase in zip(due, phases, strict=True)]
    within = {span.name: (span.begins, span.ends) for span in spans}
    strikes = [int(phase == "slow-erp" and n % 10 == 0) for n, phase in enumerate(phases)]
    return LapTimeline(
        currency="EUR", spans=spans, width=SECONDS, due=tuple(due),
        wrong=tuple(int(phase == "file-only" and n % 9 == 0) for n, phase in enumerate(phases)), failed=tuple(failed),
        slowest=tuple(None if d == f else 9.8 if f else 0.08 for d, f in zip(due, failed, strict=True)),
        lost=tuple(-45.0 * f for f in failed),
        held=(Held("erp latency", "from 8s, to 12s on 5 %", (within["slow-erp"],), tuple(strikes)),
              Held("erp locked", "yes", (within["night-lock"],), None),
              Held("erp writes", "nightly-file", ((within["file-only"][0], spans[-1].ends),), None)),
        notes=(Note(within["night-lock"][0], "✉", "Dieter Kuhn: Nightly processing is running."),
               Note(within["file-only"][0] + 3, "↻", "promise-api ended by itself")),
    )  # fmt: skip


def review() -> Review:
    return Review(REPORT, EVIDENCE, course(), OWN.taken_at, BEFORE)


TRAP = TrapReport("naive-parse", "numbers are read as Americans write them", "most of them look right",
                  "1.234,00 is not one and a bit.")  # fmt: skip
ASKED = AskedReport(13, 1, 9, (
    QuestionReport("2026-03-02T08:01:00+00:00", "Dieter Kuhn", "how many sessions may we open?", "told", 8, "sessions"),
    QuestionReport("2026-03-02T08:05:00+00:00", "Lena Brandt", "what does it cost?", "vague", 5),
), {"Lena Brandt": "refuse"})  # fmt: skip


def trapped() -> Review:
    """It behaves as a known trap, and people had been asked."""
    return replace(review(), report=replace(REPORT, trap=TRAP, asked=ASKED))


def passed() -> Review:
    better = replace(REPORT, result=Result.PASSED, score=100.0, reason="Every gate passed")
    return replace(review(), report=better, before=None)


def gone() -> Review:
    """The evidence was deleted; progress remembers the attempt."""
    trouble = CouldNotJudge(f"{EVIDENCE}: no run.json, so this is no evidence folder", "give the folder of an exam")
    return Review(
        remembered(OWN, BEFORE.checks, {one.id: one.says for one in CHECKS}),
        EVIDENCE,
        None,
        OWN.taken_at,
        BEFORE,
        trouble,
    )
