"""The brief that a workspace begins with: nothing but comments that say what belongs there."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from scenarios.brief import MEANS, WORDS
from scenarios.model import Scenario
from scenarios.phases import paces, stretch

_AT = 36
"""The column at which what an entry means begins."""
_A_WEEK = timedelta(days=7)


def template(scenario: Scenario, dealt: int = 0) -> str:
    """A brief with nothing in it but comments that say what belongs there; empty where none is asked for.

    `dealt` is a number of the learner's, by which causes and decisions are shuffled.
    """
    spec = scenario.brief
    if spec is None:
        return ""
    reader, claims = scenario.people[spec.to], spec.claims
    causes = [
        line
        for name in shuffled(claims.causes, dealt)
        for line in (_said(f"  {name}:", claims.causes[name].says), "    {share: 0 %, evidence: []}")
    ]
    numbers = [
        line
        for name, fact in spec.facts.items()
        for line in (
            _said(f"  {name}:", f"{' '.join(fact.asks.split())} ({stretch(scenario.phases, fact.window)})"),
            '    {number: 0, unit: "?"}',
        )
    ]
    decisions = [_said(f"  - {name}", claims.decisions[name].says) for name in shuffled(claims.decisions, dealt)]
    when = stretch(scenario.phases, claims.of.window)
    lines = [
        _said(f"to: {spec.to}", f"{reader.name}, {reader.role}"),
        _said("claims:", f"of {claims.of.says}, {when}: leave out whatever is no cause"),
        *causes,
        _said("impact:", f"{MEANS['impact']}, in a unit as you would write it"),
        *numbers,
        _said("decisions:", "leave out what would change nothing"),
        *decisions,
        _said("ask:", MEANS["ask"]),
        f"  of: {spec.to}",
        "  what: what you want, beginning with a verb",
        '  amount: "200 EUR"                  # or leave it out',
        f"  by: {_later(scenario)}",
        f"risk: {MEANS['risk']}",
        f"owner: {MEANS['owner']}",
        "note: |",
        f"  At most {WORDS} words for {reader.name.split()[0]}: a number, what most of it came from, what you ask for.",
        f"  What stands above can be put in: {{{next(iter(spec.facts))}}}, {{cause:NAME}}, {{share:NAME}},",
        "  {decision:NAME}, {risk}, {owner}; a cause also as {cause:NAME|it read them wrongly}. Please {ask}.",
    ]  # fmt: skip
    return _HEAD.format(tables=", ".join(claims.keys), first=next(iter(claims.keys))) + "".join(
        f"# {line}\n" for line in lines
    )


def shuffled(names: Iterable[str], dealt: int) -> list[str]:
    """The names in an order that the number decides, and nothing in them: one learner's is not another's."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{dealt} {name}".encode()).digest())


def _said(entry: str, means: str) -> str:
    return f"{entry:{_AT}} # {means}"


def _later(scenario: Scenario) -> date:
    """A day when it is over, whatever the clock jumped over meanwhile."""
    took = sum(p.lasts * pace for p, pace in zip(scenario.phases, paces(scenario.phases), strict=True))
    return (scenario.clock.starts + timedelta(seconds=took, days=len(scenario.phases)) + _A_WEEK).date()


_HEAD = """\
# What you tell the customer about the incident: the evidence of the bad day, in incident/. The exam reads it.
# Take the leading "# " from the lines below; `fdelab brief` shows what your evidence selects, and how your
# note reads.
#
# Claims: which causes are true, which share of the loss is due to each, and rows that show whom it struck. A row counts
# for what went wrong first. Rows are cited by a table and by columns with values, as in
#     evidence: [{{table: {first}, rows: {{COLUMN: ["*some text*", "another value"]}}}}]
# where `*` is any text, a list means one of them, and several columns must all fit. Tables that say whom a row is
# about: {tables}.
# Numbers and shares are of the stretch in brackets. Some of the causes only look like one.

"""
