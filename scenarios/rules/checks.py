"""Rules for checks."""

import math
import time
from collections.abc import Iterator

from scenarios.expectation import Expectation, Quantity, parse, parse_quantity
from scenarios.model import Check
from scenarios.problems import Related, did_you_mean, shown
from scenarios.rules.context import Context, SqlParams, marked
from scenarios.shape import Loc

SERVES = "serves"
"""Id of the gate that every scenario has: whether the deployment answers at all."""

_OF_TESTS = "tests-pass"
"""The measure that reads what the workspace's own tests said."""

_EXAMPLE = {
    "share": ">= 98 %",
    "seconds": "<= 800 ms",
    "count": "== 0",
    "money": ">= -5000 EUR",
    "per-second": "<= 10/s",
}
_NOUN = {"share": "a share", "seconds": "a time", "count": "a number", "money": "money", "per-second": "a rate"}
CPU_LIMIT_S = 2.0
"""CPU seconds for all queries of a scenario together; each takes milliseconds."""
_CONDITIONS = ("where", "of", "among")


def _all(context: Context) -> Iterator[tuple[Loc, Check]]:
    for index, check in enumerate(context.scenario.checks):
        yield ("checks", index), check


def ids_differ(context: Context) -> None:
    """Require that each check has an id of its own, because verdicts refer to it."""
    first: dict[str, Loc] = {}
    for loc, check in _all(context):
        if check.id in first:
            at = context.tree.place((*first[check.id], "id"))
            context.problem((*loc, "id"), f"two checks have the id {check.id!r}", related=Related(*at, "the first one"))
        first.setdefault(check.id, loc)


def names_are_free(context: Context) -> None:
    """Require that no check has the id of the gate that every scenario has."""
    for loc, check in _all(context):
        if check.id == SERVES:
            context.problem((*loc, "id"), f"the id {SERVES!r} is taken: the gate that every scenario has is called so")


def ask_one_question(context: Context) -> None:
    """Require that a check has either a measure or an SQL query."""
    for loc, check in _all(context):
        if check.measure is not None and check.sql is not None:
            context.problem((*loc, "sql"), "a check has `measure` or `sql`, not both", key=True)
        none = check.measure is None and check.sql is None
        if none and not {"measure", "sql"} & context.block(loc).doubtful:
            hint = did_you_mean("", context.vocabulary.measures)
            context.problem(loc, f"check {check.id!r} has neither `measure` nor `sql`", hint, key=True)


def measures_fit(context: Context) -> None:
    """Require that each measure exists and accepts its parameters."""
    for loc, check in _all(context):
        measures = context.vocabulary.measures
        if check.measure is not None and context.refer((*loc, "measure"), "measure", check.measure, measures):
            context.fit((*loc, "with"), measures[check.measure])
        elif check.sql is not None and check.measure is None:
            context.fit((*loc, "with"), SqlParams)


def run_the_tests_that_they_read(context: Context) -> None:
    """Require that somebody runs the workspace's tests where a check is about them."""
    for loc, check in _all(context):
        if check.measure == _OF_TESTS and context.scenario.deployment.tests is None:
            hint = "write deployment: {tests: {folder: tests}}"
            context.problem((*loc, "measure"), "nobody runs the workspace's tests", hint)


def look_at_tables(context: Context) -> None:
    """Require that something in this scenario writes the table, with that column."""
    words = context.vocabulary
    for index, _, params in context.measured:
        table, column = getattr(params, "table", None), getattr(params, "column", None)
        loc: Loc = ("checks", index, "with")
        if not isinstance(table, str):
            continue
        if table in context.tables:
            if isinstance(column, str):
                context.refer((*loc, "column"), f"column of {table}", column, context.tables[table])
            continue
        kinds = [*words.part_tables.items(), *words.workload_tables.items()]
        writers = sorted(kind for kind, tables in kinds if table in tables)
        unknown = [f for f in context.scenario.traffic.values() if f.workload not in words.workloads]
        unknown_parts = [p for p in context.scenario.site.values() if p.part not in words.parts]
        if writers and (unknown or unknown_parts):
            continue
        hint = f"{' and '.join(writers)} would" if writers else did_you_mean(table, context.tables)
        context.problem((*loc, "table"), f"nothing in this scenario writes table {shown(table)}", hint)


def look_at_streams(context: Context) -> None:
    """Require that each stream is a name under `traffic`."""
    for index, _, params in context.measured:
        stream = getattr(params, "stream", None)
        if isinstance(stream, str):
            loc = ("checks", index, "with", "stream")
            context.refer(loc, "stream", stream, context.scenario.traffic, ("traffic",))


def look_at_links(context: Context) -> None:
    """Require that measures of a link name a part that a service uses, and over HTTP if they look at requests."""
    used = {name for service in context.scenario.deployment.services.values() for name in service.uses}
    for index, _, params in context.measured:
        for mark in ("attempts", "connections"):
            for place, _, link in marked(params, mark):
                loc = ("checks", index, "with", *place)
                if not context.refer(loc, "part", link, context.scenario.site, ("site",)):
                    continue
                protocol = context.vocabulary.protocols.get(context.scenario.site[link].part, "http")
                if link not in used:
                    context.problem(loc, f"no service uses {link!r}, so nothing goes over that link")
                elif mark == "attempts" and protocol != "http":
                    context.problem(loc, f"single attempts are seen on HTTP alone; {link!r} speaks {protocol}")


def look_at_graded_phases(context: Context) -> None:
    """Require that the phases which a check looks at are graded."""
    phases = {phase.name: phase for phase in context.scenario.phases}
    for index, _, params in context.measured:
        for number, name in enumerate(getattr(params, "during", None) or ()):
            loc = ("checks", index, "with", "during", number)
            if context.refer(loc, "phase", name, phases, ("phases",)) and not phases[name].graded:
                context.problem(loc, f"phase {name!r} is not graded", "leave it out, or grade the phase")


def _expectation(context: Context, loc: Loc, check: Check) -> Expectation | None:
    try:
        return parse(check.expect)
    except ValueError as error:
        context.problem((*loc, "expect"), f"expect: {error}")
        return None


def _unit(context: Context, check: Check) -> str:
    return context.vocabulary.units.get(check.measure or "", "any") if check.sql is None else "any"


def expect_a_fitting_number(context: Context) -> None:
    """Require that an expectation is in the unit of the measure."""
    for loc, check in _all(context):
        expected = _expectation(context, loc, check)
        if expected is None:
            continue
        unit = _unit(context, check)
        if unit not in ("any", expected.unit):
            context.problem(
                (*loc, "expect"),
                f"expect: {check.measure} is {_NOUN[unit]}, {check.expect!r} is {_NOUN[expected.unit]}",
                f"write it like {_EXAMPLE[unit]!r}",
            )
        _currency(context, (*loc, "expect"), expected)


def _currency(context: Context, loc: Loc, quantity: Expectation | Quantity) -> None:
    currency = context.scenario.customer.currency
    if quantity.currency not in (None, currency) and not context.tree.echoes(("customer", "currency")):
        context.problem(loc, f"{loc[-1]}: {quantity.currency} is not this customer's currency", f"write {currency}")


def earn_from_zero(context: Context) -> None:
    """Require that credit grows from a value that loses, in the unit of the expectation."""
    for loc, check in _all(context):
        if check.zero is None:
            continue
        try:
            zero = parse_quantity(check.zero)
        except ValueError as error:
            context.problem((*loc, "zero"), f"zero: {error}")
            continue
        try:
            expected = parse(check.expect)
        except ValueError:
            continue
        if zero.unit != expected.unit:
            context.problem(
                (*loc, "zero"), f"zero: {check.zero!r} is {_NOUN[zero.unit]}, `expect` is {_NOUN[expected.unit]}"
            )
        elif not expected.loses(zero.value):
            context.problem((*loc, "zero"), f"zero: {check.zero!r} does not fall short of {check.expect!r}")
        _currency(context, (*loc, "zero"), zero)


def needs_exist(context: Context) -> None:
    """Require that a check needs only other checks, or the gate that every scenario has."""
    ids = [SERVES, *(check.id for check in context.scenario.checks)]
    for loc, check in _all(context):
        for number, name in enumerate(check.needs):
            context.refer((*loc, "needs", number), "check", name, ids, ("checks",))


def needs_end(context: Context) -> None:
    """Require that no check needs itself, directly or through others."""
    needs = {check.id: check.needs for check in context.scenario.checks}
    for loc, check in _all(context):
        way = _way_back(check.id, needs)
        if way and check.id == min(way):
            context.problem((*loc, "needs"), f"checks need each other: {' → '.join([*way, check.id])}")


def _way_back(start: str, needs: dict[str, list[str]]) -> list[str]:
    """Return the checks on a path from `start` back to it, `start` first; empty when there is none."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for name in needs.get(way[-1], []):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def some_count(context: Context) -> None:
    """Require that some check has a weight, because a score is a share of weights."""
    if not any(check.weight > 0 for check in context.scenario.checks):
        context.problem(("checks",), "no check has a weight, so nothing can be scored")


def can_break_and_be_met(context: Context) -> None:
    """Require that some number fails the expectation, and some number meets it."""
    for index, check, _ in context.measured:
        bounds = _bounds(context, check)
        try:
            expected = parse(check.expect)
        except ValueError:
            continue
        if bounds is None or expected.unit != _unit(context, check):
            continue
        ends = [expected.met(bound) for bound in bounds]
        beyond = not bounds[0] <= expected.value <= bounds[1]
        if all(ends):
            said = f"expect: nothing can break {check.expect!r}: {check.measure} is {_range(bounds)}"
            context.problem(("checks", index, "expect"), said, "raise the bar")
        elif not any(ends) and (expected.op != "==" or beyond):
            said = f"expect: nothing can meet {check.expect!r}: {check.measure} is {_range(bounds)}"
            context.problem(("checks", index, "expect"), said, "lower the bar")


def _bounds(context: Context, check: Check) -> tuple[float, float] | None:
    """Return the least and the greatest value of a measure; None when that is not known."""
    unit = _unit(context, check)
    if unit in ("any", "money") or check.measure in context.vocabulary.unbounded:
        return None
    return 0.0, 1.0 if unit == "share" else math.inf


def _range(bounds: tuple[float, float]) -> str:
    return "never under 0" if math.isinf(bounds[1]) else "from 0 % to 100 %"


def book_on_accounts(context: Context) -> None:
    """Require that some workload of this scenario books on each account that a check names."""
    words, flows = context.vocabulary.accounts, context.scenario.traffic.values()
    if not all(words.get(flow.workload) for flow in flows):
        return
    known = {account for flow in flows for account in words[flow.workload]}
    for index, _, params in context.measured:
        for number, account in enumerate(getattr(params, "accounts", None) or ()):
            context.refer(("checks", index, "with", "accounts", number), "ledger account", account, known)


def questions_can_be_asked(context: Context) -> None:
    """Require that SQL, in `sql` or in conditions, suits the tables."""
    begun = time.process_time()
    for index, check, params in context.surely_measured:
        table = getattr(params, "table", None)
        if isinstance(table, str) and table not in context.tables:
            continue
        if time.process_time() - begun > CPU_LIMIT_S:
            context.problem(_asked_at(index, check), "was not asked: those before it took too long")
            return
        said = context.vocabulary.question(check, context.tables)
        if said is not None:
            context.problem(_asked_at(index, check), said)


def _asked_at(index: int, check: Check) -> Loc:
    if check.sql is not None:
        return ("checks", index, "sql")
    written = [key for key in _CONDITIONS if key in check.with_]
    return ("checks", index, "with", *written[:1])
