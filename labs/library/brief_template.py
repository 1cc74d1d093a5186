"""The brief that a workspace begins with: nothing but comments that say what belongs there."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from scenarios.brief import MEANS, WORDS
from scenarios.claims import BriefSpec
from scenarios.model import Scenario
from scenarios.phases import paces, stretch

_AT = 36
"""The column at which what an entry means begins."""
_A_WEEK = timedelta(days=7)


def template(scenario: Scenario, dealt: int = 0, incident: int = 1) -> str:
    """Return a brief with nothing in it but comments that say what belongs there; empty where none is asked for.

    `dealt` is a number of the learner's, by which causes and decisions are shuffled, and `incident` which of the
    scenario's it is about.
    """
    spec = scenario.brief
    if spec is None:
        return ""
    claims = spec.claims
    lines = [_said(f"incident: {incident}", "which bad day this is about")] if spec.incidents else []
    lines += [*_claims(scenario, spec, dealt), *_numbers(scenario, spec)]
    lines += [_said("decisions:", "leave out what would change nothing")]
    lines += [_said(f"  - {name}", claims.decisions[name].says) for name in shuffled(claims.decisions, dealt)]
    lines += _request(scenario, spec)
    head = _HEAD.format(tables=", ".join(claims.keys), first=next(iter(claims.keys)))
    return head + "".join(f"# {line}\n" for line in lines)


def _claims(scenario: Scenario, spec: BriefSpec, dealt: int) -> Iterator[str]:
    reader, claims = scenario.people[spec.to], spec.claims
    when = stretch(scenario.phases, claims.of.window)
    yield _said(f"to: {spec.to}", f"{reader.name}, {reader.role}")
    yield _said("claims:", f"of {claims.of.says}, {when}: leave out whatever is no cause")
    for name in shuffled(claims.causes, dealt):
        yield _said(f"  {name}:", claims.causes[name].says)
        yield "    {share: 0 %, evidence: []}"


def _numbers(scenario: Scenario, spec: BriefSpec) -> Iterator[str]:
    yield _said("impact:", f"{MEANS['impact']}, in a unit as you would write it")
    for name, fact in spec.facts.items():
        when = stretch(scenario.phases, fact.window)
        yield _said(f"  {name}:", f"{' '.join(fact.asks.split())} ({when})")
        yield '    {number: 0, unit: "?"}'


def _request(scenario: Scenario, spec: BriefSpec) -> list[str]:
    first = scenario.people[spec.to].name.split()[0]
    return [
        _said("ask:", MEANS["ask"]),
        f"  of: {spec.to}",
        "  what: what you want, beginning with a verb",
        '  amount: "200 EUR"                  # or leave it out',
        f"  by: {_later(scenario)}",
        f"risk: {MEANS['risk']}",
        f"owner: {MEANS['owner']}",
        "note: |",
        f"  At most {WORDS} words for {first}: a number, what most of it came from, what you ask for.",
        f"  What stands above can be put in: {{{next(iter(spec.facts))}}}, {{cause:NAME}}, {{share:NAME}},",
        "  {decision:NAME}, {risk}, {owner}; a cause also as {cause:NAME|it read them wrongly}. Please {ask}.",
    ]


def shuffled(names: Iterable[str], dealt: int) -> list[str]:
    """Return the names in an order that the number decides, and nothing in them: one learner's is not another's."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{dealt} {name}".encode()).digest())


def _said(entry: str, means: str) -> str:
    return f"{entry:{_AT}} # {means}"


def _later(scenario: Scenario) -> date:
    """Return a day when it is over, whatever the clock jumped over meanwhile."""
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
