"""The report as plain data, with the same bytes whenever the same evidence is judged.

It contains neither when nor where it was judged, and no path of the machine.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from pydantic import ConfigDict

from grader.verdict import Result, Verdict

FORMAT = 1
"""Version of what `Report.to_json` returns; `grader.reports.schema` describes it."""

HIDDEN = "hidden"
"""What stands in the place of an expectation, or of what was observed, that a scenario keeps from learners."""

_SCHEMA = ConfigDict(use_attribute_docstrings=True, extra="forbid")
"""How the JSON Schema is generated from these classes."""


@dataclass(frozen=True)
class CheckReport:
    """One judged check."""

    __pydantic_config__: ClassVar = _SCHEMA

    id: str
    family: str
    says: str
    """What is true for the customer when the check passes."""
    gate: bool
    weight: float
    verdict: Verdict
    credit: float
    """From 0 to 1."""
    points: float
    """Points that it adds to the score, before a gate caps the score."""
    worth: float
    """Points that it can add at most, out of 100."""
    expected: str
    observed: str
    value: float | None = None
    """The measured number in `unit`; null when there is none, or an infinite one."""
    unit: str = ""
    margin: float | None = None
    """Distance from the threshold in `unit`; negative on the wrong side."""
    margin_share: float | None = None
    """The same as a share of the threshold; null when that is 0."""
    reason: str = ""
    """What the number was taken from, or why there is none."""
    hint: str | None = None
    """Given only when the check failed."""
    rows: tuple[Mapping[str, Any], ...] = ()
    """Some of the rows behind a failure."""
    sql: str | None = None
    """The query that returns the number, to ask of the same evidence."""
    optional: bool = False
    """Whether whoever leaves it undone may pass."""
    hidden: bool = False
    """Whether all detail is left out, because the scenario hides it from learners."""

    def redacted(self) -> Self:
        """Return the check without anything that tells what it looks at."""
        return type(self)(
            id=self.id,
            family=self.family,
            says="What it looks at is hidden",
            gate=self.gate,
            weight=self.weight,
            verdict=self.verdict,
            credit=self.credit,
            points=self.points,
            worth=self.worth,
            expected=HIDDEN,
            observed=HIDDEN,
            hidden=True,
        )


@dataclass(frozen=True)
class Money:
    """What the lap gained or cost the customer; losses negative."""

    __pydantic_config__: ClassVar = _SCHEMA

    currency: str
    lap: int
    total: float
    accounts: Mapping[str, float]
    untouched: float | None
    """The average total with the untouched deployment; null when not calibrated."""
    reference: float | None
    recovered: float | None
    """The share recovered of what the reference saves over the untouched deployment."""


@dataclass(frozen=True)
class PhaseReport:
    """One phase that counted, or could have."""

    __pydantic_config__: ClassVar = _SCHEMA

    name: str
    lap: int
    begins: float
    ends: float
    graded: bool
    shift: bool
    intended: int
    answered: int
    wrong: int
    """How many of the answered requests were answered wrongly."""
    p95: float | None
    """95th percentile of the seconds from a request's due time to its answer, of the answered requests."""


@dataclass(frozen=True)
class TrapReport:
    """The wrong fix that a deployment behaves as."""

    __pydantic_config__: ClassVar = _SCHEMA

    name: str
    behaves: str
    """What such a deployment does."""
    tempts: str
    """Why that looks right."""
    fails_because: str
    """Why it is not."""


@dataclass(frozen=True)
class QuestionReport:
    """One question that was put to somebody at the customer."""

    __pydantic_config__: ClassVar = _SCHEMA

    at: str
    """When, in ISO 8601, in UTC."""
    name: str
    """Of the person."""
    question: str
    kind: str
    """What came of it: `told`, `vague`, `either` (the person asked back), `topics`, …"""
    minutes: int
    """What it cost of the customer's time."""
    reveals: str | None = None
    """The fact that it revealed; null when none."""


@dataclass(frozen=True)
class AskedReport:
    """What the learner had asked the customer's people by then."""

    __pydantic_config__: ClassVar = _SCHEMA

    minutes: int
    """Of the customer's time, all questions together."""
    revealed: int
    """How many facts were told."""
    facts: int
    """How many there were to be told."""
    questions: tuple[QuestionReport, ...]
    requests: Mapping[str, str]
    """By the name of who asked something of the learner, what the learner answered: `accept`, `refuse` or `open`."""


@dataclass(frozen=True)
class Repeated:
    """What several exams of one deployment came to, each with a seed of its own."""

    __pydantic_config__: ClassVar = _SCHEMA

    exams: int
    passed: int
    results: tuple[Result, ...]
    """In the order in which they were held."""
    scores: tuple[float | None, ...]
    """In the same order; null where one was not judged."""


@dataclass(frozen=True)
class Report:
    """The judgement of an exam's lap, or of a live world's latest phases."""

    __pydantic_config__: ClassVar = _SCHEMA

    scenario: str
    scenario_hash: str
    title: str
    customer: str
    runtime: str
    seed: int | None
    """Null when left out, because learners may not know it."""
    exam: bool
    use: str | None
    """Which of the scenario's own deployments was judged; null for a workspace."""
    laps: tuple[int, ...]
    result: Result
    score: float | None
    """From 0 to 100 in tenths; null when not judged, or not yet."""
    pass_mark: float
    reason: str
    """Why it has this result, in one sentence."""
    advice: str | None = None
    """What to do about it, when the reason is not a check."""
    last_lines: tuple[str, ...] = ()
    """The last lines that a deployment printed when it did not start."""
    checks: tuple[CheckReport, ...] = ()
    money: Money | None = None
    phases: tuple[PhaseReport, ...] = ()
    waiting: tuple[str, ...] = ()
    """Graded phases that a live world has not gone through since the last redeploy."""
    slowdown: float | None = None
    """How many times as long work took as on an idle machine; null when not known."""
    warnings: tuple[str, ...] = ()
    trap: TrapReport | None = None
    """The wrong fix that it behaves as; null when it passed, or behaves as none."""
    asked: AskedReport | None = None
    """What was asked of the customer's people before the exam; null where that is not known, as in CI."""
    repeated: Repeated | None = None
    """What all exams came to, where this is the worst of several; null where there was one."""

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data, with its format's version; numbers that JSON cannot express are null."""
        data: dict[str, Any] = _finite({"format": FORMAT} | asdict(self))
        return data

    def dumps(self) -> str:
        """Return `to_json` as text that ends in a line break."""
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
