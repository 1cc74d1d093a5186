"""What a judgement says: plain data, the same bytes whenever the same evidence is judged.

Nothing in it tells when or where it was judged, and no place on the machine.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from pydantic import ConfigDict

from grader.verdict import Result, Verdict

FORMAT = 1
"""Version of what `Report.to_json` gives; `grader.reports.schema` says what that is."""

HIDDEN = "hidden"
"""What stands in the place of an expectation, or of what was observed, that a scenario keeps from learners."""

_SCHEMA = ConfigDict(use_attribute_docstrings=True, extra="forbid")
"""How the JSON Schema is made of these classes."""


@dataclass(frozen=True)
class CheckReport:
    """One check, judged."""

    __pydantic_config__: ClassVar = _SCHEMA

    id: str
    family: str
    says: str
    """What holds for the customer when it passes."""
    gate: bool
    weight: float
    verdict: Verdict
    credit: float
    """0 to 1."""
    points: float
    """What it adds to the score, before a gate caps that."""
    worth: float
    """What it could add, out of 100."""
    expected: str
    observed: str
    value: float | None = None
    """In `unit`; null: no number, or an infinite one."""
    unit: str = ""
    margin: float | None = None
    """Distance from the threshold in `unit`; negative on the wrong side."""
    margin_share: float | None = None
    """The same as a share of the threshold; null where that is 0."""
    reason: str = ""
    """What the number was taken of, or why there is none."""
    hint: str | None = None
    """Only when it failed."""
    rows: tuple[Mapping[str, Any], ...] = ()
    """Some of the rows behind a failure."""
    sql: str | None = None
    """The question that gives the number, to ask of the same evidence."""
    hidden: bool = False
    """All detail is left out, because the scenario keeps it from learners."""

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
    """What the lap was worth to the customer; losses negative."""

    __pydantic_config__: ClassVar = _SCHEMA

    currency: str
    lap: int
    total: float
    accounts: Mapping[str, float]
    untouched: float | None
    """The same with the untouched deployment, on average; null: not calibrated."""
    reference: float | None
    recovered: float | None
    """Share of what the reference saves over the untouched deployment."""


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
    """Of those answered."""
    p95: float | None
    """Seconds to the answer, from when it was due, of those answered."""


@dataclass(frozen=True)
class Report:
    """A lap (or the latest phases of a live world), judged."""

    __pydantic_config__: ClassVar = _SCHEMA

    scenario: str
    scenario_hash: str
    title: str
    customer: str
    runtime: str
    seed: int | None
    """Null: left out, because it is not a learner's to know."""
    exam: bool
    use: str | None
    """What of the scenario's own was judged; null: a workspace."""
    laps: tuple[int, ...]
    result: Result
    score: float | None
    """0 to 100 in tenths; null: not judged, or not yet."""
    pass_mark: float
    reason: str
    """Why it ended so, in one sentence."""
    advice: str | None = None
    """What to do about it, when the reason is no check."""
    last_lines: tuple[str, ...] = ()
    """What a deployment printed that did not start."""
    checks: tuple[CheckReport, ...] = ()
    money: Money | None = None
    phases: tuple[PhaseReport, ...] = ()
    waiting: tuple[str, ...] = ()
    """Graded phases that a live world has not been through since the last redeploy."""
    slowdown: float | None = None
    """How many times as long work took as on a machine of its own; null: not known."""
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data, with the version of its format; numbers that JSON cannot say are null."""
        data: dict[str, Any] = _finite({"format": FORMAT} | asdict(self))
        return data

    def dumps(self) -> str:
        """`to_json` as text, ending in a line break."""
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
