"""The brief that a workspace begins with: nothing but comments that say what belongs there."""

from scenarios.brief import MEANS, WORDS
from scenarios.model import Scenario


def template(scenario: Scenario) -> str:
    """A brief with nothing in it but comments that say what belongs there; empty where none is asked for."""
    spec = scenario.brief
    if spec is None:
        return ""
    reader = scenario.people[spec.to]
    asked = "".join(
        f"#   {name}:                             # {' '.join(fact.asks.split())}\n"
        '#     {number: 0, unit: "?", window: "?"}\n'
        for name, fact in spec.facts.items()
    )
    return _TEMPLATE.format(reader=f"{reader.name}, {reader.role}", to=spec.to, impact=asked, words=WORDS, **{
        key: MEANS[key] for key in ("cause", "decision", "risk", "owner")
    })  # fmt: skip


_TEMPLATE = """\
# What you tell the customer about the incident: the evidence of the bad day, in incident/. The exam reads it.
# Take the leading "# " from the lines below; `fdelab brief --check` looks at the form.

# to: {to}                               # {reader}
# cause: {cause}, in your own words
# evidence:                              # rows that show it: a table, and columns with values
#   - table: logs
#     rows: {{line: "*ERROR*"}}            # `*` is any text; a list of values is fine too
# impact:                                # numbers, each with its unit and window: phases, or all of them
{impact}# decision: {decision}
# risk: {risk}
# owner: {owner}
# by: 2026-12-31
# note: |
#   At most {words} words that the reader can act upon: what happened, what it costs, what you ask for.
"""
