"""Judge checks: compare a measure of the evidence with what the scenario expects of it."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
from pydantic import ValidationError

from grader.context import EvidenceView, GradingContext, Unobservable
from grader.measures import MEASURES, Measure, Observation
from grader.measures.recovered import RECOVERED
from grader.told import told as customers
from grader.verdict import Verdict
from scenarios import expectation
from scenarios.expectation import Expectation
from scenarios.model import Check
from scenarios.plain import printable
from scenarios.rules import checks as rules
from scenarios.vocabulary import Params, UnknownWord

MOST_ROWS = 5
"""How many of the rows behind a failure a report shows."""
MOST_TEXT = 200
"""How many characters of a cell a report shows."""

NEVER = "never"
"""What is observed when a question falls back on a number that stands for it."""
_NINES = re.compile(r"coalesce\s*\([^;]*?,\s*(9{3,})\s*\)", re.IGNORECASE)
_RESERVED = re.compile(r'(?<![\w."])at(?![\w."])', re.IGNORECASE)
_BY_DATA = (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException)
"""Errors that depend on the values in the evidence, and not on the question."""


@dataclass(frozen=True)
class Judged:
    """The result of judging one check."""

    check: Check
    verdict: Verdict
    reason: str
    """What the number was taken from, or why there is none."""
    credit: float = 0.0
    """From 0 to 1."""
    value: float | None = None
    unit: str = "any"
    observed: str = "–"
    margin: float | None = None
    """Distance of the value from the threshold, in the value's unit; negative on the wrong side."""
    rows: tuple[Mapping[str, Any], ...] = ()
    """Some of the rows behind a failure."""
    sql: str | None = None
    """The complete question that was asked."""
    told: tuple[Mapping[str, Any], ...] | None = None
    """The rows as far as the customer could know them; None: there is nothing in them to hide."""


SERVES = Check(
    id=rules.SERVES,
    family="reliability",
    weight=0,
    gate=True,
    sql="select case when count(*) > 0 then count(*) filter (where outcome in ('ok', 'wrong')) end from requests",
    expect=">= 1",
    says="The deployment answers at all",
    hint="Look at what the deployment printed: does it listen on $HOST and $PORT, and does it reach what it uses?",
)
"""A gate that every scenario has."""


def complaint(error: Exception) -> str:
    """Return in one line what is wrong with a check, without DuckDB's drawing of where."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    message, _, place = str(error).partition("\nLINE ")
    reserved = "syntax error" in message and _RESERVED.search(place)
    return " ".join(message.split()) + (' – `at` is a reserved word: write "at", in double quotes' if reserved else "")


def measure_of(check: Check) -> tuple[Measure, Params]:
    """Return the measure that a check names, and its parameters.

    Raises `UnknownWord` for an unknown measure, and pydantic's `ValidationError` for invalid parameters.
    """
    measure = MEASURES["sql" if check.sql is not None else check.measure or ""]
    given = check.with_ if check.sql is None else {**check.with_, "sql": check.sql}
    return measure, measure.params.model_validate(given)


def judge_all(
    context: GradingContext, checks: Sequence[Check], first: Mapping[str, Judged] | None = None
) -> list[Judged]:
    """Judge all checks, in order; a check is skipped when one that it needs did not pass.

    `first` has the checks that are already judged, by id.
    """
    by_id = {check.id: check for check in checks}
    done: dict[str, Judged] = dict(first or {})

    def settle(check: Check, above: tuple[str, ...]) -> Judged:
        if check.id not in done:
            for need in check.needs:
                if need in by_id and need not in above:
                    settle(by_id[need], (*above, check.id))
            done[check.id] = _unless_needs(check, done, lambda: judge(context, check))
        return done[check.id]

    return [settle(check, (check.id,)) for check in checks]


def judge(context: GradingContext, check: Check) -> Judged:
    """Judge one check, regardless of the checks that it needs."""
    try:
        expected = expectation.parse(check.expect)
        measure, params = measure_of(check)
        reads = measure.reads(context.evidence, params)
        during = getattr(params, "during", None)
        view = context.narrow(reads, during, watched=measure.books and _counts_all(context, measure))
        if view.missing and not view.windows:
            return Judged(check, Verdict.WAITING, _waits(view))
        if cut := context.evidence.cut(reads, {window.lap for window in view.windows}):
            return Judged(check, Verdict.FAIL, _flooded(cut), observed="a flood")
        judged = _verdict(context, check, expected, view, measure.take(view, params))
        if check.gate and during is None and not (measure.latency or measure.books) and judged.verdict is Verdict.PASS:
            judged = _watched(context, check, expected, (measure, params), judged)
        tables = [context.evidence.tables[name] for name in reads if name in context.evidence.tables]
        return replace(judged, told=customers(judged.rows, tables))
    except _BY_DATA as error:
        # Of empty tables lint has asked the same: what stands in these is more than can be counted with.
        return Judged(check, Verdict.FAIL, f"What is in the evidence cannot be counted: {complaint(error)}")
    except (Unobservable, UnknownWord, ValueError, duckdb.Error) as error:
        return Judged(check, Verdict.ERROR, complaint(error))


def _counts_all(context: GradingContext, measure: Measure) -> bool:
    """Whether money counts in all phases: where it is compared with an older calibration, as far as that goes."""
    return measure is not RECOVERED or context.calibration is None or context.calibration.watched


def _watched(
    context: GradingContext, check: Check, expected: Expectation, asked: tuple[Measure, Params], graded: Judged
) -> Judged:
    """Judge a gate that the graded phases pass by all phases together: nobody is to close while nothing is graded."""
    measure, params = asked
    reads = measure.reads(context.evidence, params)
    view = context.narrow(reads, None, watched=True)
    if all(window.graded for window in view.windows):
        return graded
    whole = _verdict(context, check, expected, view, measure.take(view, params))
    if whole.verdict is not Verdict.FAIL:
        return graded
    others = ", ".join(window.phase for window in view.windows if not window.graded)
    return replace(whole, reason=f"{whole.reason or 'it is missed'}, with what is not graded ({others})")


def _unless_needs(check: Check, done: Mapping[str, Judged], judge_it: Callable[[], Judged]) -> Judged:
    """Skip a check when one that it needs failed; when that one could not be judged, neither can this one."""
    needed = {need: done[need].verdict if need in done else Verdict.SKIPPED for need in check.needs}
    for need, verdict in needed.items():
        if verdict in (Verdict.FAIL, Verdict.SKIPPED):
            return Judged(check, Verdict.SKIPPED, f"Says nothing unless {need} passes")
    for need, verdict in needed.items():
        if verdict is Verdict.ERROR:
            return Judged(check, Verdict.ERROR, f"Says nothing unless {need} passes, which could not be judged")
    for need, verdict in needed.items():
        if verdict is Verdict.WAITING:
            return Judged(check, Verdict.WAITING, f"Waits for {need}")
    return judge_it()


def _verdict(
    context: GradingContext, check: Check, expected: Expectation, view: EvidenceView, seen: Observation
) -> Judged:
    unit = expected.unit if seen.unit == "any" else seen.unit
    sql = view.sql(seen.sql)
    if seen.value is None or math.isnan(seen.value):
        return _nothing(check, view, seen, unit, sql)
    never = NEVER if _stands_for_never(check, seen.value) else None
    observed = never or seen.said or expectation.format(seen.value, unit, context.scenario.customer.currency)
    if view.missing:
        return Judged(check, Verdict.WAITING, _waits(view), 0.0, seen.value, unit, observed, sql=sql)
    met = expected.met(seen.value)
    zero = expectation.parse_quantity(check.zero).value if check.zero else None
    rows = () if met else _behind(view, expected, seen)
    return Judged(
        check,
        Verdict.PASS if met else Verdict.FAIL,
        seen.note,
        expectation.credit(expected, zero, seen.value),
        None if never else seen.value,
        unit,
        observed,
        None if never else _margin(expected, seen.value),
        rows,
        sql=sql,
    )


def _stands_for_never(check: Check, value: float) -> bool:
    """Whether a value comes from a question's `coalesce(…, 9999)`, which stands for what never happened.

    Nobody is shown that number: it was not observed. A quantile may lie between it and a true value; true ones are
    under a tenth of it.
    """
    fallbacks = [float(nines) for nines in _NINES.findall(check.sql or "")]
    return any(fallback / 10 < value <= fallback for fallback in fallbacks)


def _nothing(check: Check, view: EvidenceView, seen: Observation, unit: str, sql: str) -> Judged:
    """Judge a check whose measure gave no number.

    Where traffic was intended, the world did its part, so it was the deployment that left nothing to judge.
    """
    if view.missing:
        return Judged(check, Verdict.WAITING, _waits(view), unit=unit, sql=sql)
    intended = view.intended
    if not intended:
        return Judged(check, Verdict.ERROR, f"{seen.note}: no traffic was intended there", unit=unit, sql=sql)
    reason = f"{seen.note or 'the answer is no number'}, though {intended} requests were intended"
    return Judged(check, Verdict.FAIL, reason, unit=unit, observed="nothing", sql=sql)


def _margin(expected: Expectation, value: float) -> float:
    if expected.op in (">=", ">"):
        return value - expected.value
    if expected.op in ("<=", "<"):
        return expected.value - value
    return -abs(value - expected.value)


def _behind(view: EvidenceView, expected: Expectation, seen: Observation) -> tuple[Mapping[str, Any], ...]:
    """Return the rows that keep the number away from what is expected."""
    assert seen.value is not None
    too_low = expected.op in (">=", ">") or (expected.op == "==" and seen.value < expected.value)
    sql = seen.low if too_low else seen.high
    if sql is None:
        return ()
    return tuple({k: _plain(v) for k, v in row.items()} for row in view.rows(sql, MOST_ROWS))


def _plain(value: Any) -> Any:
    """Return a table cell as plain JSON data.

    Text loses its control characters, because the deployment may have written it.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return clean(str(value))


def clean(text: str) -> str:
    """Return the text without control characters, cut to `MOST_TEXT` characters: the deployment may have written it."""
    return printable(text[:MOST_TEXT]) + ("…" if len(text) > MOST_TEXT else "")


def _flooded(cut: Mapping[str, int]) -> str:
    """Return why a check fails when rows of its tables were dropped.

    What was dropped might count against the deployment, and it was the deployment that caused so many rows.
    """
    said = ", ".join(f"{dropped} rows of {table}" for table, dropped in sorted(cut.items()))
    return f"The deployment caused more than is kept, so that what it did cannot be told: {said} were dropped"


def _waits(view: EvidenceView) -> str:
    return f"Waits for {', '.join(view.missing)}"
